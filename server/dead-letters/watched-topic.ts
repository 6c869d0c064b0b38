import type { Problem } from '@/lib/contracts/common'

const MAX_STALLS = 3

export type LogCursor = {
  /** Where to go on reading; null until the log's ends are known. */
  position: bigint | null
  start: bigint
  /** Last stable offset: read-committed readers see nothing behind it. */
  end: bigint
  /** It was found to end before `position`. */
  isCutBack: boolean
  /** The partition's own trouble: no leader, no answer. */
  problem: Problem | null
  /** What cannot be fetched is asked for later and later, so that others stay fresh. */
  backoff: Backoff
}

type Backoff = { failures: number; retryAtMs: number }

function fail(backoff: Backoff, nowMs: number): void {
  backoff.retryAtMs = nowMs + Math.min(30_000, 1000 * 2 ** Math.min(backoff.failures, 5))
  backoff.failures++
}

/** A topic that is read from its oldest record on and then followed. */
export class WatchedTopic {
  readonly name: string
  readonly topicId: string
  readonly cursors = new Map<number, LogCursor>()
  problem: Problem | null = null
  /** When its end was reached last. */
  scannedAtMs: number | null = null
  readonly #backoff: Backoff = { failures: 0, retryAtMs: 0 }
  /** Answers in a row that brought nothing although something is there. */
  #stalls = 0

  constructor(name: string, topicId: string) {
    this.name = name
    this.topicId = topicId
  }

  setPartitions(partitions: readonly number[]): void {
    for (const partition of partitions)
      if (!this.cursors.has(partition))
        this.cursors.set(partition, {
          position: null,
          start: 0n,
          end: 0n,
          isCutBack: false,
          problem: null,
          backoff: { failures: 0, retryAtMs: 0 },
        })
  }

  isWaiting(nowMs: number): boolean {
    return this.#backoff.retryAtMs > nowMs
  }

  /** Partitions with something new to read, but for those that failed a moment ago. */
  behind(nowMs: number): number[] {
    return [...this.cursors]
      .filter(
        ([, { position, end, backoff }]) => position !== null && position < end && backoff.retryAtMs <= nowMs,
      )
      .map(([partition]) => partition)
  }

  /** Read to the end. */
  get complete(): boolean {
    if (this.problem !== null) return false
    for (const { position, end, problem } of this.cursors.values())
      if (position === null || position < end || problem !== null) return false
    return true
  }

  /** A log ends before what was read of it (an unclean election): what follows now are other records. */
  get isCutBack(): boolean {
    return [...this.cursors.values()].some(cursor => cursor.isCutBack)
  }

  /** Offsets between the log's ends: an upper bound of its records. null: not known. */
  get span(): bigint | null {
    let sum = 0n
    for (const { position, start, end } of this.cursors.values()) {
      if (position === null) return null
      sum += end > start ? end - start : 0n
    }
    return sum
  }

  /** The whole topic cannot be read. */
  fail(problem: Problem, nowMs: number): void {
    this.problem = problem
    fail(this.#backoff, nowMs)
  }

  failPartition(partition: number, problem: Problem, nowMs: number): void {
    const cursor = this.cursors.get(partition)
    if (!cursor) return
    cursor.problem = problem
    fail(cursor.backoff, nowMs)
  }

  /** It answered. Thrice nothing although something is there is a failure too. */
  answered(progressed: boolean, nowMs: number): void {
    this.#stalls = progressed ? 0 : this.#stalls + 1
    if (this.#stalls >= MAX_STALLS) this.fail({ scope: `topic:${this.name}`, code: 'TIMED_OUT' }, nowMs)
    if (!progressed) return
    this.problem = null
    this.#backoff.failures = 0
    this.#backoff.retryAtMs = 0
  }
}

/**
 * How many records to read of each log when all together may be `budget`: short logs whole, the rest shared
 * evenly among the long ones. Answers in the order of `spans`.
 */
export function allot(spans: readonly bigint[], budget: bigint): bigint[] {
  const shares = spans.map(() => 0n)
  const byLength = spans.map((span, i) => ({ span, i })).sort((a, b) => (a.span < b.span ? -1 : 1))
  let left = budget > 0n ? budget : 0n
  let waiting = BigInt(spans.length)
  for (const { span, i } of byLength) {
    const even = left / waiting
    let share = even
    if (span < even) share = span
    shares[i] = share
    left -= share
    waiting--
  }
  return shares
}

/**
 * Where more is retained than is kept (`limit`, of which `held` are taken), reading begins near the end: the
 * newest of every log. A topic that appears when nothing is free shall still be seen. Answers the logs whose
 * oldest records are left out.
 */
export function beginNearEnd<T extends { cursor: LogCursor }>(
  fresh: readonly T[],
  limit: number,
  held: number,
): T[] {
  const budget = BigInt(Math.max(limit - held, Math.floor(limit / 10)))
  const shares = allot(
    fresh.map(({ cursor }) => cursor.end - cursor.start),
    budget,
  )
  return fresh.filter(({ cursor }, i) => {
    const from = cursor.end - (shares[i] ?? 0n)
    if (from <= cursor.start) return false
    cursor.position = from
    return true
  })
}
