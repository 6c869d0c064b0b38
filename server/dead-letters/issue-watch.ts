import { and, eq, isNotNull, lt } from 'drizzle-orm'
import type { DeadLetterIssue } from '@/lib/contracts/dead-letters'
import type { Config } from '@/server/config/types'
import type { Clock } from '@/server/context'
import { startLeasedLoop } from '@/server/leased-loop'
import type { Logger } from '@/server/log'
import type { Loop } from '@/server/loop'
import type { Service } from '@/server/services'
import { deadLetterGroup, deadLetterSignal, topicMeta } from '@/server/store/schema'
import type { Store, Transaction } from '@/server/store/types'
import { type Signal, signalsOf } from './judge-rule'
import { readRules, type StoredRule } from './rule-store'
import type { DeadLetterIndex } from './service'
import { factsOf, tellRule } from './tell-rule'
import { writeReopened } from './triage-store'

const INTERVAL_MS = 5000
const LEASE_MS = 20_000
const OWNERS_AGE_MS = 60_000
const PRUNE_EVERY_MS = 3_600_000
/** Issues that nobody has seen for so long are forgotten; what was told is too. */
const KEPT_MS = 90 * 86_400_000
/** Signals remembered as written, so that the store is not asked for each again. */
const MOST_WRITTEN = 100_000
/**
 * New issues, and signals of what stands in issues, that one look writes: twenty thousand at once would hold the store
 * of a single process for as long as that takes. The next look goes on.
 */
const MOST_FRESH = 1000
const MOST_SIGNALS = 2000
/** Rows of one statement. */
const ROWS_AT_ONCE = 500
const SYSTEM = { name: 'milena', kind: 'system' } as const

export type IssueWatchDeps = {
  cluster: string
  index: DeadLetterIndex
  store: Store
  config: Pick<Config, 'notifications'>
  clock: Clock
  log: Logger
  instance: string
  /** Something was put into the outbox. */
  wake(): void
  intervalMs?: number
}

/**
 * Watches the issues of one cluster, on one replica at a time: notices new ones, reopens what was resolved
 * and came back, and tells whoever has a rule for it. What is found and what is to be told of it are written
 * together, so nothing is lost in between.
 */
export class IssueWatch implements Service {
  readonly name: string
  readonly #deps: IssueWatchDeps
  readonly #written = new Set<string>()
  #known: Set<string> | null = null
  #owners: ReadonlyMap<string, string> = new Map()
  #ownersAtMs = Number.NEGATIVE_INFINITY
  #prunedAtMs = Number.NEGATIVE_INFINITY
  #loop: Loop | null = null

  constructor(deps: IssueWatchDeps) {
    this.#deps = deps
    this.name = `dead-letter-watch:${deps.cluster}`
  }

  start(): void {
    const { store, clock, instance, cluster, log, intervalMs = INTERVAL_MS } = this.#deps
    this.#loop ??= startLeasedLoop(store, this.name, instance, {
      ttlMs: LEASE_MS,
      intervalMs,
      now: clock.now,
      onTake: () => {
        this.#known = null
        this.#written.clear()
      },
      round: () => this.#look(),
      onError: error => log.warn({ err: error, cluster }, 'issues of dead letters cannot be watched'),
    })
  }

  async stop(): Promise<void> {
    await this.#loop?.stop()
  }

  async #look(): Promise<void> {
    const { index, store, cluster } = this.#deps
    if (index.sampledAtMs() === null) return
    this.#known ??= await this.#readKnown()
    const rules = (await readRules(store.db, cluster)).filter(rule => rule.enabled)
    await this.#refreshOwners()
    const told = await this.#note(rules)
    await this.#prune()
    if (told > 0) this.#deps.wake()
  }

  async #readKnown(): Promise<Set<string>> {
    const { store, cluster } = this.#deps
    const rows = await store.db
      .select({ fingerprint: deadLetterGroup.fingerprint })
      .from(deadLetterGroup)
      .where(eq(deadLetterGroup.cluster, cluster))
    return new Set(rows.map(row => row.fingerprint))
  }

  /** Writes what is new and what is to be told of it. Answers how many messages were put into the outbox. */
  async #note(rules: readonly StoredRule[]): Promise<number> {
    const { index, store, cluster, clock, config } = this.#deps
    const nowMs = clock.now()
    const known = this.#known ?? new Set<string>()
    // The first look at a cluster: what has been there for long is no news, and it must be read to its end to be known.
    const first = known.size === 0
    if (first && !index.complete()) return 0
    const issues = index.issues({ may: () => true })
    const unknown = issues.filter(({ fingerprint }) => !known.has(fingerprint))
    const fresh = first ? unknown : unknown.slice(0, MOST_FRESH)
    const looked = new Set(fresh)
    const reopened = new Set(index.reopened())
    const found: { issue: DeadLetterIssue; fresh: 'new' | 'reopened' | null }[] = []
    const written: string[] = []
    let back = 0
    const messages = await store.db.transaction(async tx => {
      await insertGroups(tx, cluster, fresh)
      const signals: SignalRow[] = []
      let standing = 0
      for (const issue of issues) {
        const { fingerprint } = issue
        if (!known.has(fingerprint) && !looked.has(issue)) continue
        const isBack = reopened.has(fingerprint)
        if (isBack && (await writeReopened(tx, { cluster, fingerprint, actor: SYSTEM, atMs: nowMs }))) {
          back++
          found.push({ issue, fresh: 'reopened' })
        } else found.push({ issue, fresh: !first && !known.has(fingerprint) ? 'new' : null })
      }
      for (const { issue, fresh: kind } of found) {
        const owner = this.#owners.get(issue.originTopic ?? '') ?? this.#owners.get(issue.topic) ?? null
        for (const rule of rules)
          for (const signal of signalsOf(rule, issue, { fresh: kind, owner, nowMs })) {
            const mark = `${rule.id} ${signal.key}`
            if (this.#written.has(mark)) continue
            if (signal.kind !== kind && ++standing > MOST_SIGNALS) continue
            signals.push({
              ...signal,
              rule: rule.id,
              fingerprint: issue.fingerprint,
              facts: factsOf(issue, nowMs),
              atMs: nowMs,
            })
            written.push(mark)
          }
      }
      await insertSignals(tx, signals)
      let count = 0
      for (const rule of rules) count += await tellRule(tx, rule, { config, nowMs })
      return count
    })
    for (const { fingerprint } of fresh) known.add(fingerprint)
    this.#known = known
    if (this.#written.size > MOST_WRITTEN) this.#written.clear()
    for (const mark of written) this.#written.add(mark)
    if (back > 0) await index.triageChanged()
    return messages
  }

  /** Owners of topics, as people said. */
  async #refreshOwners(): Promise<void> {
    const { store, cluster, clock } = this.#deps
    if (clock.now() - this.#ownersAtMs < OWNERS_AGE_MS) return
    this.#ownersAtMs = clock.now()
    const rows = await store.db
      .select({ topic: topicMeta.topic, owner: topicMeta.owner })
      .from(topicMeta)
      .where(and(eq(topicMeta.cluster, cluster), isNotNull(topicMeta.owner)))
    this.#owners = new Map(rows.flatMap(({ topic, owner }) => (owner === null ? [] : [[topic, owner]])))
  }

  async #prune(): Promise<void> {
    const { store, cluster, clock, index } = this.#deps
    const nowMs = clock.now()
    if (nowMs - this.#prunedAtMs < PRUNE_EVERY_MS) return
    this.#prunedAtMs = nowMs
    const mine = eq(deadLetterGroup.cluster, cluster)
    for (const { fingerprint, lastSeen } of index.issues({ may: () => true }))
      await store.db
        .update(deadLetterGroup)
        .set({ lastSeenMs: Math.max(Date.parse(lastSeen), nowMs) })
        .where(
          and(
            mine,
            eq(deadLetterGroup.fingerprint, fingerprint),
            lt(deadLetterGroup.lastSeenMs, nowMs - KEPT_MS / 3),
          ),
        )
    await store.db.delete(deadLetterGroup).where(and(mine, lt(deadLetterGroup.lastSeenMs, nowMs - KEPT_MS)))
    await store.db
      .delete(deadLetterSignal)
      .where(and(isNotNull(deadLetterSignal.toldAtMs), lt(deadLetterSignal.toldAtMs, nowMs - KEPT_MS)))
    this.#known = null
  }
}

async function insertGroups(
  tx: Transaction,
  cluster: string,
  issues: readonly DeadLetterIssue[],
): Promise<void> {
  for (let at = 0; at < issues.length; at += ROWS_AT_ONCE) {
    const rows = issues.slice(at, at + ROWS_AT_ONCE).map(({ fingerprint, firstSeen, lastSeen }) => ({
      cluster,
      fingerprint,
      firstSeenMs: Date.parse(firstSeen),
      lastSeenMs: Date.parse(lastSeen),
    }))
    await tx.insert(deadLetterGroup).values(rows).onConflictDoNothing()
  }
}

type SignalRow = Signal & { rule: string; fingerprint: string; facts: string; atMs: number }

async function insertSignals(tx: Transaction, rows: readonly SignalRow[]): Promise<void> {
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE)
    await tx
      .insert(deadLetterSignal)
      .values(rows.slice(at, at + ROWS_AT_ONCE))
      .onConflictDoNothing()
}
