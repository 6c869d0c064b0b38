import type * as z from 'zod'
import type { stateReason } from '@/lib/contracts/replays'
import { toAppError } from '@/lib/errors'
import type { Clock } from '@/server/context'
import type { Fetcher, KafkaCluster } from '@/server/kafka/port'
import type { Logger } from '@/server/log'
import { groupProgress, NewLetters } from './follow-up'
import type { Frozen, ReplayRequest } from './plan-store'
import { countItems, type ReplayItem } from './replay-item'

/** Why a replay stops by itself; `CANARY_*` are about its first records. */
type StopReason = Exclude<z.output<typeof stateReason>, 'CANARY_PASSED' | 'DECLINED'>

type CanaryVerdict = 'waiting' | 'passed' | Extract<StopReason, `CANARY_${string}`>

/** Not more often than this is the cluster asked. */
const LOOK_MS = 1_000
const READ_MS = 2_000
/** A rate of fewer is none. */
const RATE_MIN = 20

type Facts = {
  /** Where the letters are. */
  cluster: KafkaCluster
  /** Where the groups are that read what is written. */
  target: KafkaCluster
  /** It ran before: a person, or a restart, let it go on, and what came back until now stopped it already. */
  isResumed: boolean
  fetcher: Fetcher
  request: ReplayRequest
  frozen: Frozen
  items: readonly ReplayItem[]
  clock: Clock
  log: Logger
  signal: AbortSignal
}

/** Watches what a running replay does to others, by the rules that its person chose. */
export class RunGuard {
  readonly #facts: Facts & { letters: NewLetters }
  #lettersBefore: number | null = null
  #lookedAt = Number.NEGATIVE_INFINITY
  /** What a person let go on in spite of: counted from here. */
  readonly #failedBefore: number

  constructor(facts: Facts & { replay: string; sourceTopic: string }) {
    const { replay, sourceTopic, frozen, ...rest } = facts
    const groups = frozen.failingGroups
    const letters = new NewLetters({ topic: sourceTopic, replay, groups, ends: frozen.sourceEnds })
    this.#facts = { ...rest, frozen, letters }
    this.#failedBefore = countItems(facts.items).failed
  }

  /** Is it time to stop? Cheap: the cluster is asked once a second at most. A look that fails is no reason. */
  async check(): Promise<StopReason | null> {
    const { stopWhen } = this.#facts.request
    if (stopWhen === null) return null
    const { failed, replayed, unknown } = countItems(this.#facts.items)
    const newFailures = failed - this.#failedBefore
    if (stopWhen.failures !== undefined && newFailures >= stopWhen.failures) return 'STOP_FAILURES'
    const tried = failed + replayed + unknown
    const percent = tried >= RATE_MIN ? (newFailures / tried) * 100 : 0
    if (stopWhen.failurePercent !== undefined && newFailures > 0 && percent >= stopWhen.failurePercent)
      return 'STOP_FAILURE_RATE'
    const { targetLag, newLetters } = stopWhen
    if (targetLag === undefined && newLetters === undefined) return null
    if (performance.now() - this.#lookedAt < LOOK_MS) return null
    this.#lookedAt = performance.now()
    try {
      if (newLetters !== undefined) {
        await this.#readLetters()
        const { letters, isResumed } = this.#facts
        this.#lettersBefore ??= isResumed ? letters.ofGroups : 0
        if (letters.ofGroups - this.#lettersBefore >= newLetters) return 'STOP_NEW_LETTERS'
      }
      if (targetLag !== undefined) {
        const groups = await this.#groups()
        if (groups.some(({ lag }) => lag !== null && lag >= BigInt(targetLag))) return 'STOP_TARGET_LAG'
      }
    } catch (error) {
      this.#facts.log.warn({ err: toAppError(error) }, 'a replay could not look at its groups')
    }
    return null
  }

  /**
   * How the canary does: passed when every group that failed has committed behind all of it and none of it
   * came back.
   */
  async canary(sinceMs: number): Promise<CanaryVerdict> {
    const { request, clock, log } = this.#facts
    const waitMs = (request.canary?.waitSeconds ?? 0) * 1000
    try {
      await this.#readLetters()
      if (this.#facts.letters.returned > 0) return 'CANARY_DIED'
      const groups = (await this.#groups()).filter(one => one.failing)
      if (groups.length > 0 && groups.every(one => one.waiting === 0)) {
        // It may have committed and sent the letter in one breath: once more.
        await this.#readLetters()
        return this.#facts.letters.returned > 0 ? 'CANARY_DIED' : 'passed'
      }
    } catch (error) {
      log.warn({ err: toAppError(error) }, 'a canary could not be looked at')
    }
    return clock.now() - sinceMs >= waitMs ? 'CANARY_TIMED_OUT' : 'waiting'
  }

  #readLetters(): Promise<void> {
    const { letters, fetcher, cluster, signal } = this.#facts
    return letters.read(fetcher, cluster, READ_MS, signal)
  }

  #groups() {
    const { target, items, frozen, signal } = this.#facts
    return groupProgress(target, items, frozen.failingGroups, signal)
  }
}
