export type LagPoint = { atMs: number; lag: number | null; timeLagMs: number | null }

/**
 * A stored series with the live sample as its newest point. The slots at its end that are not filled yet are
 * no gap: they are dropped, unless they are so many (three) that sampling has stopped.
 */
export function withNewest(stored: readonly LagPoint[], newest: LagPoint | null, stepMs: number): LagPoint[] {
  const last = stored.findLastIndex(point => point.lag !== null || point.timeLagMs !== null)
  const empty = stored.length - 1 - last
  const points = last >= 0 && empty < 3 ? stored.slice(0, last + 1) : [...stored]
  const end = points.at(-1)
  if (newest === null || newest.lag === null) return points
  // The slot that is being filled has its own time; the sample stands after it.
  if (end && newest.atMs <= end.atMs) return points
  if (end && newest.atMs - end.atMs > 3 * stepMs && end.lag !== null)
    points.push({ atMs: end.atMs + stepMs, lag: null, timeLagMs: null })
  points.push(newest)
  return points
}

/**
 * Points of a week earlier at the times of the chart: the nearest one before each, if it is not older than
 * their own step.
 */
export function alignEarlier(
  earlier: readonly { at: string; lag: number | null; timeLagMs: number | null }[],
  times: readonly number[],
): (LagPoint | null)[] {
  const known = earlier.map(({ at, ...point }) => ({ atMs: Date.parse(at), ...point }))
  const [first, second] = known
  const stepMs = first && second ? second.atMs - first.atMs : 60_000
  let i = -1
  return times.map(atMs => {
    while ((known[i + 1]?.atMs ?? Number.POSITIVE_INFINITY) <= atMs) i++
    const point = known[i]
    return point && atMs - point.atMs < stepMs ? point : null
  })
}
