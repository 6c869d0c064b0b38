/** Counters of a group at a time: records consumed and produced since sampling began, and the lag then. */
export type RatePoint = { atMs: number; consumed: number; produced: number; lag: number | null }

export type Rates = {
  /** null: unknown, also where no position is known that could have moved. */
  consumePerSecond: number | null
  producePerSecond: number | null
  /** Change of lag, records a second; positive is falling behind. */
  trendPerSecond: number | null
  /** ms until lag is 0 at these rates; null: never at this rate, or unknown. 0 when there is none. */
  catchUpMs: number | null
}

export const RATE_WINDOW_MS = 5 * 60_000
const LEAST_SPAN_MS = 4_000

/**
 * Rates over the last five minutes of points (oldest first); null with less than four seconds of history, and of a
 * group whose positions are not known: that nothing was counted then is not a rate of 0.
 */
export function ratesOf(points: readonly RatePoint[]): Rates {
  const newest = points.at(-1)
  const first = newest && points.find(p => newest.atMs - p.atMs <= RATE_WINDOW_MS)
  if (!newest || !first || newest.atMs - first.atMs < LEAST_SPAN_MS) {
    const none = newest?.lag === 0 ? 0 : null
    return { consumePerSecond: null, producePerSecond: null, trendPerSecond: null, catchUpMs: none }
  }
  const seconds = (newest.atMs - first.atMs) / 1000
  const consumePerSecond = (newest.consumed - first.consumed) / seconds
  const producePerSecond = (newest.produced - first.produced) / seconds
  if (newest.lag === null)
    return {
      consumePerSecond: consumePerSecond || null,
      producePerSecond: producePerSecond || null,
      trendPerSecond: null,
      catchUpMs: null,
    }
  const trendPerSecond = first.lag === null ? null : (newest.lag - first.lag) / seconds
  return {
    consumePerSecond,
    producePerSecond,
    trendPerSecond,
    catchUpMs: catchUpMs(newest.lag, consumePerSecond, producePerSecond),
  }
}

/** lag / (consume - produce), in ms. */
export function catchUpMs(
  lag: number | null,
  consumePerSecond: number,
  producePerSecond: number,
): number | null {
  if (lag === null) return null
  if (lag === 0) return 0
  const gain = consumePerSecond - producePerSecond
  return gain > 0 ? (lag / gain) * 1000 : null
}
