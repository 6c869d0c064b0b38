import { randomUUID } from 'node:crypto'
import { type AppError, toAppError } from '@/lib/errors'
import type { Context } from '@/server/context'
import type { Transaction } from '@/server/store/types'
import { appendAudit, appendLocked, lockChain, type NewAuditRow } from './chain'

export type AuditSubject = {
  /** `topic.create`, `replay.run`, ...: what the audit page filters by. */
  action: string
  cluster: string | null
  /** `topic:orders`, `replay:ab12`: kind and name. */
  resource: string
  /** What is intended; bigint becomes decimal, secrets are masked by name, long texts are cut. */
  details?: Record<string, unknown>
  /** Why, in the person's words. */
  reason?: string | null
}

/** What whoever has something done adds to its audit row. */
export type AuditNote = Pick<AuditSubject, 'details' | 'reason'>

/** Who did it, when, and for which request. */
export type AuditContext = Pick<Context, 'actor' | 'clock' | 'requestId'>

/** Errors whose refusal or failure stands in the log already. */
const recorded = new WeakSet<object>()

/** Was this error thrown by a mutation that was audited? */
export const isAudited = (error: AppError): boolean => recorded.has(error)

type Outcome = NonNullable<NewAuditRow['outcome']>

/** After these nobody knows whether the cluster did it. */
const UNSETTLED: ReadonlySet<string> = new Set(['OUTCOME_UNKNOWN', 'CANCELLED', 'TIMED_OUT', 'INTERNAL'])
const LONGEST_TEXT = 2000
const LONGEST_LIST = 200
const LONGEST_DETAILS = 32_768
/** Of those that are longer. */
const LONGEST_KEPT = 16_384
const SECRET = /passw|secret|token|jaas|credential|private.?key|keystore\.key/i

/**
 * Runs a mutation between two audit rows: the intent first (no store, no mutation: STORE_*), then what came
 * of it. A lost answer (OUTCOME_UNKNOWN) is recorded as unknown. When the outcome cannot be written any more
 * the mutation's answer still stands, the entry stays `pending`, and the log says so. `told`: what of the
 * result belongs to the outcome, such as the number it was given.
 */
export async function audited<T>(
  ctx: Context,
  subject: AuditSubject,
  run: () => Promise<T>,
  told: (result: T) => Record<string, unknown> = () => ({}),
): Promise<T> {
  const entry = randomUUID()
  await appendAudit(ctx.store, rowOf(ctx, subject, entry))
  try {
    const result = await run()
    await appendOutcome(ctx, { ...subject, details: told(result) }, entry, 'succeeded', null)
    return result
  } catch (thrown) {
    const error = toAppError(thrown)
    await appendOutcome(ctx, { ...subject, details: { ...error.params } }, entry, outcomeOf(error), error)
    recorded.add(error)
    throw thrown
  }
}

/**
 * The same two rows for what the store alone decides, inside its transaction: it happens with them or not at all, and
 * of several replicas that try it only the one that did is in the log. Last in the transaction: until it ends nobody
 * else appends.
 */
export async function auditWithin(tx: Transaction, ctx: AuditContext, subject: AuditSubject): Promise<void> {
  const row = rowOf(ctx, subject, randomUUID())
  await lockChain(tx)
  await appendLocked(tx, row)
  await appendLocked(tx, { ...row, kind: 'outcome', outcome: 'succeeded', details: packDetails({}) })
}

/** A refusal before there was an intent: who tried what. One row pair, so that the list reads the same. */
export async function auditDenial(ctx: Context, subject: AuditSubject, error: AppError): Promise<void> {
  const entry = randomUUID()
  await appendAudit(ctx.store, rowOf(ctx, subject, entry))
  await appendOutcome(ctx, { ...subject, details: { ...error.params } }, entry, 'denied', error)
}

function outcomeOf(error: AppError): Outcome {
  if (UNSETTLED.has(error.code)) return 'unknown'
  if (error.status === 403) return 'denied'
  return 'failed'
}

async function appendOutcome(
  ctx: Context,
  subject: AuditSubject,
  entry: string,
  outcome: Outcome,
  error: AppError | null,
): Promise<void> {
  const row = rowOf(ctx, subject, entry)
  try {
    await appendAudit(ctx.store, { ...row, kind: 'outcome', outcome, code: error?.code ?? null })
  } catch (failure) {
    ctx.log.error(
      { err: failure, requestId: ctx.requestId, action: subject.action, outcome },
      'the outcome of a mutation could not be written to the audit log',
    )
  }
}

function rowOf(ctx: AuditContext, subject: AuditSubject, entry: string): NewAuditRow {
  return {
    entry,
    kind: 'intent',
    atMs: ctx.clock.now(),
    actor: ctx.actor.name,
    actorKind: ctx.actor.kind,
    action: subject.action,
    cluster: subject.cluster,
    resource: subject.resource.slice(0, LONGEST_TEXT),
    outcome: null,
    code: null,
    reason: subject.reason?.slice(0, LONGEST_TEXT) ?? null,
    requestId: ctx.requestId,
    details: packDetails(subject.details ?? {}),
  }
}

/** Details as JSON that is bounded, holds no secret by name, and loses no 64-bit digit. */
function packDetails(details: Record<string, unknown>): string {
  const text = JSON.stringify(details, (name, value: unknown) => {
    if (SECRET.test(name) && value !== null) return '[redacted]'
    if (typeof value === 'bigint') return value.toString()
    if (typeof value === 'string' && value.length > LONGEST_TEXT) return `${value.slice(0, LONGEST_TEXT)}…`
    if (Array.isArray(value) && value.length > LONGEST_LIST) {
      return [...value.slice(0, LONGEST_LIST), `… ${value.length - LONGEST_LIST} more`]
    }
    return value
  })
  return text.length <= LONGEST_DETAILS ? text : keepShort(text)
}

/** Of details that are too long together, the shortest ones whole, and how all of them begin. */
function keepShort(text: string): string {
  const entries = Object.entries(JSON.parse(text) as Record<string, unknown>)
  const kept: [string, unknown][] = []
  let room = LONGEST_KEPT
  for (const entry of entries.sort((a, b) => lengthOf(a) - lengthOf(b))) {
    room -= lengthOf(entry)
    if (room < 0) break
    kept.push(entry)
  }
  return JSON.stringify({ ...Object.fromEntries(kept), truncated: text.slice(0, LONGEST_TEXT) })
}

const lengthOf = (entry: [string, unknown]): number => JSON.stringify(entry).length
