import { and, asc, eq, inArray, lt, lte, or } from 'drizzle-orm'
import type { TopicUsage } from '@/lib/contracts/topic-changes'
import { domainOf } from '@/lib/naming-policy/check-name'
import { approvalsFor } from '@/lib/naming-policy/policy'
import { type AuditSubject, audited } from '@/server/audit/audited'
import type { Context } from '@/server/context'
import { asAppError } from '@/server/http/serve'
import { type Loop, startLoop } from '@/server/loop'
import { policyFor } from '@/server/policies/policy-for'
import { hookSeen, topicRequest } from '@/server/store/schema/index'
import { usersOf } from '@/server/topic-changes/topic-usage'
import { applyRequest } from './apply-request'
import { type Move, moveRequest } from './move-request'
import { approvalsOf, changeOf, type StoredRequest, usersOfRow } from './request-store'
import type { RequestRunner } from './service'

const LOOK_MS = 2000
/** An attempt is over long before: its calls have deadlines, and a lost answer is looked into for seconds. */
const LEASE_MS = 120_000
const AT_ONCE = 10
/** How long somebody who approved waits for what comes of it. */
const PATIENCE_MS = 5000
const MOST_EXPIRED = 500
const EXPIRE_EVERY_MS = 60_000
const HOOKS_KEPT_MS = 7 * 86_400_000

/** What the runner works with: everything of a context but who asks. */
export type RunnerContext = (requestId: string) => Context

/** Applies what is approved, each request by one process at a time, and ends what waited too long. */
export class Runner implements RequestRunner {
  readonly name = 'requests'
  readonly #instance: string
  readonly #contextOf: RunnerContext
  readonly #waiting = new Map<number, Set<() => void>>()
  #loop: Loop | null = null
  #looking: Promise<void> = Promise.resolve()
  #expiredAtMs = Number.NEGATIVE_INFINITY

  constructor(instance: string, contextOf: RunnerContext) {
    this.#instance = instance
    this.#contextOf = contextOf
  }

  start(): void {
    this.#loop ??= startLoop(() => this.round(), {
      intervalMs: LOOK_MS,
      onError: error => this.#contextOf('requests').log.warn({ err: error }, 'requests could not be applied'),
    })
  }

  async stop(): Promise<void> {
    await this.#loop?.stop()
    await this.#looking
  }

  wake(): void {
    if (!this.#loop) return
    this.round().catch(() => undefined) // the loop's next round tells
  }

  settled(id: number): Promise<void> {
    if (!this.#loop) return Promise.resolve()
    return new Promise(resolve => {
      const done = () => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(done, PATIENCE_MS)
      const waiting = this.#waiting.get(id) ?? new Set()
      this.#waiting.set(id, waiting.add(done))
      // It may have been settled before anybody waited.
      void this.#isSettled(id).then(is => is && this.#tell(id))
    })
  }

  /** Everything that is approved now; for tests and the loop. One round after the other. */
  round(): Promise<void> {
    this.#looking = this.#looking
      .then(() => this.#roundOnce())
      .catch(error => {
        this.#contextOf('requests').log.warn({ err: error }, 'requests could not be applied')
      })
    return this.#looking
  }

  async #roundOnce(): Promise<void> {
    const ctx = this.#contextOf('requests')
    const nowMs = ctx.clock.now()
    const due = await ctx.store.db
      .select()
      .from(topicRequest)
      .where(
        or(
          eq(topicRequest.state, 'approved'),
          and(eq(topicRequest.state, 'applying'), lte(topicRequest.applyUntilMs, nowMs)),
        ),
      )
      .orderBy(asc(topicRequest.id))
      .limit(AT_ONCE)
    await Promise.all(due.map(row => this.#run(row)))
    if (nowMs - this.#expiredAtMs >= EXPIRE_EVERY_MS) {
      this.#expiredAtMs = nowMs
      await this.#expire(ctx)
    }
  }

  async #run(row: StoredRequest): Promise<void> {
    const ctx = this.#contextOf(`request-${row.id}`)
    try {
      if (row.state === 'approved' && (await this.#reopenIfMoreMustApprove(ctx, row))) return
      const taken = await this.#take(ctx, row)
      if (taken) await this.#apply(ctx, taken)
    } finally {
      this.#tell(row.id)
    }
  }

  /** The policy asks for more approvals than it did: whoever approved did so under another. */
  async #reopenIfMoreMustApprove(ctx: Context, row: StoredRequest): Promise<boolean> {
    const { policy, version } = await policyFor(ctx, row.cluster, { fresh: true })
    const needed = approvalsFor(policy, domainOf(policy, row.topic))
    if (approvalsOf(row).length >= needed) return false
    await this.#moveOnce(ctx, row, {
      from: ['approved'],
      to: 'pending',
      version: row.version,
      set: { approvalsNeeded: needed, policyVersion: version },
      event: { kind: 'reopened', via: 'system', code: 'APPROVALS_RAISED' },
      audit: subjectOf(row, 'request.reopen', { needed, policyVersion: version }),
    })
    return true
  }

  /** Every replica sees what is due: the first one moves it, and the others find it moved. */
  async #moveOnce(ctx: Context, row: StoredRequest, move: Move): Promise<void> {
    try {
      await moveRequest(ctx, row, move)
    } catch (thrown) {
      if (asAppError(thrown).code === 'REQUEST_CHANGED') return
      ctx.log.warn({ err: thrown, request: row.id }, 'a request could not be moved')
    }
  }

  /** Takes the request for this process; null when another one has it. */
  async #take(ctx: Context, row: StoredRequest): Promise<StoredRequest | null> {
    try {
      return await moveRequest(ctx, row, {
        from: ['approved', 'applying'],
        to: 'applying',
        version: row.version,
        silent: true,
        set: {
          applyOwner: this.#instance,
          applyUntilMs: ctx.clock.now() + LEASE_MS,
          attempts: row.attempts + 1,
          // An attempt that was cut off may have done it.
          ...(row.state === 'applying'
            ? { failure: JSON.stringify({ code: 'OUTCOME_UNKNOWN', params: {} }) }
            : {}),
        },
        event: { kind: 'applying', via: 'system' },
      })
    } catch (thrown) {
      if (asAppError(thrown).code === 'REQUEST_CHANGED') return null
      throw thrown
    }
  }

  async #apply(ctx: Context, row: StoredRequest): Promise<void> {
    const { version: policyVersion } = await policyFor(ctx, row.cluster, { fresh: true })
    const approvals = approvalsOf(row).map(one => one.by)
    const details = {
      topic: row.topic,
      kind: row.kind,
      by: row.by,
      approvals,
      policyVersion,
      filedUnder: row.policyVersion,
    }
    const move = { from: ['applying' as const], version: row.version, applyOwner: this.#instance }
    try {
      const { outcome, usage, changes } = await audited(
        ctx,
        { action: 'request.apply', cluster: row.cluster, resource: `request:${row.id}`, details },
        () => applyRequest(ctx, row),
      )
      await moveRequest(ctx, row, {
        ...move,
        to: 'applied',
        set: { outcome, failure: null, policyVersion, ...appliedUsers(row, usage) },
        event: {
          kind: 'applied',
          via: 'system',
          code: outcome === 'done' ? null : outcome.toUpperCase(),
          changes,
        },
      })
    } catch (thrown) {
      const error = asAppError(thrown)
      const [field] = error.fields ?? []
      const params = { ...(field ? { field: field.path, rule: field.code } : {}), ...error.params }
      ctx.log.warn(
        { request: row.id, code: error.code, err: error.cause ?? error },
        'a request could not be applied',
      )
      await moveRequest(ctx, row, {
        ...move,
        to: 'failed',
        set: { failure: JSON.stringify({ code: error.code, params }), ...withoutOverride(row) },
        event: { kind: 'failed', via: 'system', code: error.code },
      })
    }
  }

  async #expire(ctx: Context): Promise<void> {
    const nowMs = ctx.clock.now()
    const old = await ctx.store.db
      .select()
      .from(topicRequest)
      .where(
        and(
          inArray(topicRequest.state, ['pending', 'changes-requested']),
          lt(topicRequest.expiresAtMs, nowMs),
        ),
      )
      .limit(MOST_EXPIRED)
    for (const row of old) {
      await this.#moveOnce(ctx, row, {
        from: ['pending', 'changes-requested'],
        to: 'expired',
        version: row.version,
        event: { kind: 'expired', via: 'system' },
        audit: subjectOf(row, 'request.expire'),
      })
    }
    await ctx.store.db.delete(hookSeen).where(lt(hookSeen.atMs, nowMs - HOOKS_KEPT_MS))
  }

  async #isSettled(id: number): Promise<boolean> {
    const ctx = this.#contextOf('requests')
    const [row] = await ctx.store.db
      .select({ state: topicRequest.state })
      .from(topicRequest)
      .where(eq(topicRequest.id, id))
    return row?.state !== 'approved' && row?.state !== 'applying'
  }

  #tell(id: number): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    for (const done of waiting ?? []) done()
  }
}

/** That somebody's topic goes all the same was said of this attempt; for another it is said anew. */
function withoutOverride(row: StoredRequest): Pick<StoredRequest, 'change'> {
  const { override: _, ...change } = changeOf(row)
  return { change: JSON.stringify(change) }
}

/** Who used a topic when it went, beside who did when that was asked for. */
const appliedUsers = (row: StoredRequest, usage: TopicUsage | null): Partial<StoredRequest> =>
  usage ? { users: JSON.stringify({ ...usersOfRow(row), applied: usersOf(usage) }) } : {}

const subjectOf = (
  row: StoredRequest,
  action: string,
  details: AuditSubject['details'] = {},
): AuditSubject => ({
  action,
  cluster: row.cluster,
  resource: `request:${row.id}`,
  details: { topic: row.topic, kind: row.kind, ...details },
})
