import { and, desc, eq } from 'drizzle-orm'
import { type Refusal, type ReplayPlan, replays } from '@/lib/contracts/replays'
import { AppError, toAppError } from '@/lib/errors'
import type { Actor, Context } from '@/server/context'
import type { Place } from '@/server/dead-letters/service'
import { startLeasedLoop } from '@/server/leased-loop'
import type { Loop } from '@/server/loop'
import type { Service } from '@/server/services'
import { replay } from '@/server/store/schema/index'
import { runStoredPlan } from '../create-replay'
import { planReplay } from '../plan-replay'
import { changeSchedule, readSchedules, type StoredSchedule } from './schedule-store'
import { onceSelections, ruleSelections, type Selection } from './scheduled-selections'

const INTERVAL_MS = 5_000
const LEASE_MS = 20_000
const MINUTE_MS = 60_000
/** Refused letters that are not tried again; should there be more, they are tried once more. */
const REFUSED_MAX = 100_000
/** A replay in one of these is still the schedule's own to wait for. */
const UNDER_WAY: ReadonlySet<string> = new Set(['running', 'paused', 'awaiting-approval'])
/** After these a person must look. */
const WENT_WRONG: ReadonlySet<string> = new Set(['stopped', 'failed', 'cancelled'])
/** Trying again later won't mend these. */
const LASTING = new Set([
  'DENIED',
  'CLUSTER_READ_ONLY',
  'LEDGER_UNAVAILABLE',
  'REPLAY_REFUSED',
  'TARGET_INVALID',
])

export type SchedulerDeps = {
  cluster: string
  instance: string
  /** A context of the service's own, for somebody's rights. */
  contextOf(actor: Actor, requestId: string): Context
  intervalMs?: number
}

/**
 * Runs the schedules of one cluster, on one replica at a time, each with the rights of whoever saved it as
 * they are now.
 */
export class ReplayScheduler implements Service {
  readonly name: string
  readonly #deps: SchedulerDeps
  readonly #ctx: Context
  readonly #refused = new Map<string, Set<string>>()
  #loop: Loop | null = null
  #stopped = false

  constructor(deps: SchedulerDeps) {
    this.#deps = deps
    this.name = `replay-schedules:${deps.cluster}`
    this.#ctx = deps.contextOf({ kind: 'system', name: 'milena', grants: [] }, this.name)
  }

  start(): void {
    const { store, clock, log } = this.#ctx
    const { cluster, instance, intervalMs = INTERVAL_MS } = this.#deps
    this.#loop ??= startLeasedLoop(store, this.name, instance, {
      ttlMs: LEASE_MS,
      intervalMs,
      now: clock.now,
      onTake: () => this.#refused.clear(),
      round: () => this.#look(),
      onError: error => log.warn({ err: error, cluster }, 'replay schedules cannot be looked at'),
    })
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#loop?.stop()
  }

  async #look(): Promise<void> {
    for (const schedule of await readSchedules(this.#ctx.store, this.#deps.cluster))
      if (schedule.enabled && !this.#stopped) await this.#run(schedule)
  }

  async #run(schedule: StoredSchedule): Promise<void> {
    const { store, clock, log, services } = this.#ctx
    const { cluster } = this.#deps
    const nowMs = clock.now()
    const isOnce = schedule.kind === 'once'
    if (isOnce ? Date.parse(schedule.at ?? '') > nowMs : nowMs - (schedule.lastRunMs ?? 0) < MINUTE_MS) return
    try {
      const last = await this.#lastReplay(schedule)
      if (last && UNDER_WAY.has(last.state)) return
      if (!isOnce && last && last.id === schedule.lastReplay && WENT_WRONG.has(last.state)) {
        await changeSchedule(store, schedule, { enabled: false, problem: last.stateReason ?? last.state })
        return
      }
      const index = services.deadLetters.of(cluster)
      // What is not indexed yet would be missed by the one, and found by the other in a minute.
      if (isOnce && !index.complete()) return
      const refused = this.#refusedOf(schedule)
      const selections = isOnce
        ? onceSelections(index, schedule)
        : ruleSelections(index, schedule, nowMs, (topic, place) => refused.has(keyOf(topic, place)))
      let lastReplay: string | null = null
      for (const selection of selections) lastReplay = (await this.#replay(schedule, selection)) ?? lastReplay
      if (!isOnce && lastReplay === null) return
      // Of an issue that is gone or done with nothing goes: that is said, not taken for a replay.
      const nothing = lastReplay === null ? { problem: 'SELECTION_EMPTY' } : {}
      const done = isOnce ? { enabled: false, ...nothing } : {}
      await changeSchedule(store, schedule, { lastRunMs: nowMs, ...(lastReplay && { lastReplay }), ...done })
    } catch (error) {
      const { code } = toAppError(error)
      log.warn({ err: error, cluster, schedule: schedule.id, code }, 'a schedule could not replay')
      if (LASTING.has(code)) await changeSchedule(store, schedule, { enabled: false, problem: code })
    }
  }

  /** Answers the replay; null: nothing of it may go. */
  async #replay(schedule: StoredSchedule, { topic, ...selection }: Selection): Promise<string | null> {
    const ctx = this.#deps.contextOf(this.#actorOf(schedule), schedule.id)
    const records = selection.records?.map(one => ({ partition: one.partition, offset: String(one.offset) }))
    const input = replays.create.input.parse({
      cluster: this.#deps.cluster,
      selection: { ...selection, topic, ...(records && { records }) },
      reason: schedule.name,
    })
    const limits = schedule.kind === 'rule' ? { maxCount: schedule.attempts } : {}
    try {
      const { stored, answer } = await planReplay(ctx, input, limits)
      const refused = this.#refusedOf(schedule)
      for (const item of stored.items) if (item.outcome === 'refused') refused.add(keyOf(topic, item))
      if (answer.replayable === 0 && (schedule.kind === 'rule' || isDone(answer))) return null
      return (await runStoredPlan(ctx, stored, answer, schedule.id)).id
    } catch (error) {
      // Somebody was faster.
      if (toAppError(error).code === 'SELECTION_EMPTY') return null
      throw error
    }
  }

  /** Whoever saved it, with the rights that the configuration gives them now. Throws DENIED when they are gone. */
  #actorOf({ by }: StoredSchedule): Actor {
    const { users, tokens } = this.#ctx.config
    const user = users.find(one => one.username === by)
    if (user) return { kind: 'user', name: by, grants: user.grants }
    const token = tokens.find(one => one.name === by)
    if (token) return { kind: 'token', name: by, grants: token.grants }
    throw new AppError('DENIED', { params: { action: 'replay.run', resource: by, roles: '' } })
  }

  async #lastReplay({ id }: StoredSchedule) {
    const [last] = await this.#ctx.store.db
      .select({ id: replay.id, state: replay.state, stateReason: replay.stateReason })
      .from(replay)
      .where(and(eq(replay.cluster, this.#deps.cluster), eq(replay.schedule, id)))
      .orderBy(desc(replay.createdAtMs))
      .limit(1)
    return last
  }

  #refusedOf({ id }: StoredSchedule): Set<string> {
    const known = this.#refused.get(id)
    if (known && known.size < REFUSED_MAX) return known
    const made = new Set<string>()
    this.#refused.set(id, made)
    return made
  }
}

const DONE: ReadonlySet<Refusal> = new Set([
  'already-replayed',
  'replayed-at-least-once',
  'outcome-unknown',
  'dropped',
])

/** Somebody was faster: nothing is left of what it would replay. */
const isDone = ({ refusals }: ReplayPlan) => refusals.every(({ reason }) => DONE.has(reason))

const keyOf = (topic: string, { partition, offset }: Place) => `${topic}/${partition}/${offset}`
