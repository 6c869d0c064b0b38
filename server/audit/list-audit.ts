import { setTimeout as sleep } from 'node:timers/promises'
import { and, arrayContains, desc, eq, gte, inArray, lt, or, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import { type AuditEntry, audit } from '@/lib/contracts/audit'
import { authorise, mayDo } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { countMatched } from '@/server/http/count-matched'
import { decodeCursor, encodeCursor } from '@/server/http/cursor'
import { readVisible } from '@/server/http/read-visible'
import { verb } from '@/server/http/verb'
import { contains } from '@/server/store/contains'
import { toStoreError } from '@/server/store/errors'
import { auditEvent } from '@/server/store/schema/index'
import type { Database, Store } from '@/server/store/types'
import { type AuditRow, verifyChain } from './chain'

const auditCursor = z.object({ before: z.number().int().positive() })

/**
 * Who did what, newest first: one entry a mutation, its outcome joined to its intent; `pending` until there
 * is one. `resource` is searched as text in resources and in names of topics, case-insensitively; `topic` is
 * whole, and finds its requests, replays of its records and replays into it too. `chain` tells whether the whole
 * log is as it was written, as of a minute ago at most.
 */
export const listAudit = verb(audit.list, async (ctx, input) => {
  authorise(ctx, 'audit.read', input.cluster === undefined ? {} : { cluster: input.cluster })
  const wanted = [
    eq(auditEvent.kind, 'intent'),
    input.actor ? eq(auditEvent.actor, input.actor) : undefined,
    input.action ? eq(auditEvent.action, input.action) : undefined,
    input.resource ? isAbout(input.resource) : undefined,
    input.topic ? isOfTopic(input.topic, input.cluster) : isOfCluster(input.cluster),
    input.since ? gte(auditEvent.atMs, Date.parse(input.since)) : undefined,
    input.outcome ? outcomeIs(input.outcome) : undefined,
  ]
  const from = input.cursor === undefined ? null : decodeCursor(input.cursor, auditCursor).before
  try {
    const {
      rows,
      at: before,
      hasMore,
    } = await readVisible(
      { at: from, limit: input.limit },
      (at, limit) =>
        ctx.store.db
          .select()
          .from(auditEvent)
          .where(and(...wanted, at === null ? undefined : lt(auditEvent.seq, at)))
          .orderBy(desc(auditEvent.seq))
          .limit(limit),
      row => row.seq,
      row => isVisible(ctx, row),
    )
    const outcomes = await outcomesOf(
      ctx.store.db,
      rows.map(row => row.entry),
    )
    const items = rows.map(row => toEntry(row, outcomes.get(row.entry)))
    const { cluster, resource, details } = auditEvent
    const counted = await countMatched(
      { isFirst: input.cursor === undefined, hasMore, shown: items.length },
      limit =>
        ctx.store.db
          .select({ cluster, resource, details })
          .from(auditEvent)
          .where(and(...wanted))
          .orderBy(desc(auditEvent.seq))
          .limit(limit),
      row => isVisible(ctx, row),
    )
    return {
      items,
      next: hasMore && before !== null ? encodeCursor({ before }) : null,
      previous: null,
      ...counted,
      chain: await chainState(ctx),
    }
  } catch (error) {
    throw toStoreError(error)
  }
})

type About = Pick<AuditRow, 'cluster' | 'resource' | 'details'>

/**
 * What concerns no cluster (tokens, settings) concerns everybody who may read the log; what names a topic,
 * who may see that topic.
 */
function isVisible(ctx: Context, row: About): boolean {
  const { cluster } = row
  if (cluster === null) return true
  const topic = topicOf(row)
  return mayDo(ctx, 'audit.read', { cluster, ...(topic !== null && { topic }) })
}

/** `topic:orders`; `replay:r-1` whose details name the source; a refusal's `dev/orders`. */
function topicOf({ cluster, resource, details }: About): string | null {
  if (resource.startsWith('topic:')) return resource.slice('topic:'.length)
  if (cluster !== null && resource.startsWith(`${cluster}/`)) return resource.slice(cluster.length + 1)
  const { topic } = parseDetails(details)
  return typeof topic === 'string' ? topic : null
}

const CHECK_EVERY_MS = 60_000
/** A list does not wait longer for the chain: a long log is told `unchecked` until the walk is through. */
const CHECK_WAIT_MS = 300
const checks = new WeakMap<Store, { atMs: number; running: boolean; state: ChainState }>()
type ChainState = 'intact' | 'broken' | 'unchecked'

/** What the last walk over the whole chain found; a new one begins when it is older than a minute. */
async function chainState({ store, clock, log }: Context): Promise<ChainState> {
  const known = checks.get(store)
  if (known && (known.running || clock.now() - known.atMs < CHECK_EVERY_MS)) return known.state
  const check = { atMs: clock.now(), running: true, state: known?.state ?? ('unchecked' as ChainState) }
  checks.set(store, check)
  const walk = verifyChain(store)
    .then(verdict => {
      check.state = verdict.state
      if (verdict.state === 'broken') log.error({ seq: verdict.seq }, 'the chain of the audit log is broken')
    })
    .catch(error => log.warn({ err: error }, 'the chain of the audit log could not be checked'))
    .finally(() => {
      check.running = false
    })
  await Promise.race([walk, sleep(CHECK_WAIT_MS, undefined, { ref: false })])
  return check.state
}

async function outcomesOf(db: Database, entries: string[]): Promise<Map<string, AuditRow>> {
  if (entries.length === 0) return new Map()
  const rows = await db
    .select()
    .from(auditEvent)
    .where(and(eq(auditEvent.kind, 'outcome'), inArray(auditEvent.entry, entries)))
  return new Map(rows.map(row => [row.entry, row]))
}

/** An intent with this outcome, or, for `pending`, with none. */
function outcomeIs(outcome: AuditEntry['outcome']): SQL {
  const outcomes = sql`select 1 from audit_event o where o.entry = ${auditEvent.entry} and o.kind = 'outcome'`
  return outcome === 'pending'
    ? sql`not exists (${outcomes})`
    : sql`exists (${outcomes} and o.outcome = ${outcome})`
}

/** A request stands in the log by its number, a replay by where it reads: both are found by their topics as well. */
function isAbout(text: string): SQL | undefined {
  const { resource, topic, targets } = auditEvent
  const within = [resource, topic, sql`array_to_string(${targets}, ' ')`]
  return or(...within.map(one => contains(one, text)))
}

const isOfCluster = (cluster: string | undefined) => (cluster ? eq(auditEvent.cluster, cluster) : undefined)

/** The topic itself, its requests, replays of its records, and what is written into it, also from another cluster. */
function isOfTopic(topic: string, cluster: string | undefined): SQL | undefined {
  const { targets, details } = auditEvent
  const written = sql`coalesce(substring(${details} from '"targetCluster":"([^"]*)"'), ${auditEvent.cluster})`
  return or(
    and(eq(auditEvent.topic, topic), isOfCluster(cluster)),
    and(arrayContains(targets, [topic]), cluster ? eq(written, cluster) : undefined),
  )
}

function toEntry(intent: AuditRow, outcome: AuditRow | undefined): AuditEntry {
  return {
    id: intent.entry,
    at: new Date(intent.atMs).toISOString(),
    actor: intent.actor,
    action: intent.action,
    cluster: intent.cluster,
    resource: intent.resource,
    outcome: outcome?.outcome ?? 'pending',
    code: outcome?.code ?? null,
    reason: intent.reason,
    requestId: intent.requestId,
    // Of what failed, the code says why; of what was done, the outcome may say what it became.
    details: {
      ...parseDetails(intent.details),
      ...(outcome?.outcome === 'succeeded' ? parseDetails(outcome.details) : {}),
    },
  }
}

const detailsSchema = z.record(z.string(), z.unknown())

/** Details that somebody tampered with must not hide the row: it is what breaks the chain. */
function parseDetails(details: string): Record<string, unknown> {
  try {
    return detailsSchema.parse(JSON.parse(details))
  } catch {
    return {}
  }
}
