/** A partition's end offset at a time. Offsets as numbers: exact to 2^53. */
export type OffsetPoint = { offset: number; atMs: number }

/**
 * Adds an end offset to a partition's history (oldest first, changed in place) and keeps it at `max` points:
 * when full, every second point of the older half goes, so the horizon grows while the recent past stays fine.
 * A point that would go back in offset or time is dropped (a lagging replica answered); a flat run keeps its two ends,
 * since only they carry information for the interpolation.
 */
export function addOffsetPoint(points: OffsetPoint[], point: OffsetPoint, max = 64): void {
  const last = points.at(-1)
  const beforeLast = points.at(-2)
  if (last && (point.offset < last.offset || point.atMs <= last.atMs)) return
  if (last && beforeLast && last.offset === point.offset && beforeLast.offset === point.offset) {
    last.atMs = point.atMs
    return
  }
  points.push(point)
  if (points.length <= max) return
  const half = points.length >> 1
  const thinned = points.filter((_, i) => i === 0 || i >= half || i % 2 === 0)
  points.splice(0, points.length, ...thinned)
}

/** From this long a history on its slope says something about what was before it; a few samples are chance. */
const MIN_SPAN_MS = 60_000

/**
 * How old the next record to be consumed is, in ms: the time at which the log's end stood at `committed`, by linear
 * interpolation between the two points around it (kafka-lag-exporter's formula):
 * t = R.at - (R.off - off) * (R.at - L.at) / (R.off - L.off). Before the first point it extrapolates along the whole
 * history, once that spans a minute. 0 when the group is at the newest end; null with fewer than two points, before
 * the first point of a shorter history, or when nothing ever moved.
 */
export function timeLagMs(points: readonly OffsetPoint[], committed: number, nowMs: number): number | null {
  const newest = points.at(-1)
  const oldest = points[0]
  if (!newest || !oldest) return null
  if (committed >= newest.offset) return 0
  if (points.length < 2) return null
  if (committed < oldest.offset && newest.atMs - oldest.atMs < MIN_SPAN_MS) return null
  const [left, right] = around(points, committed) ?? [oldest, newest]
  const span = right.offset - left.offset
  if (span === 0) return null
  const at = right.atMs - ((right.offset - committed) * (right.atMs - left.atMs)) / span
  return Math.max(0, nowMs - at)
}

function around(points: readonly OffsetPoint[], offset: number): [OffsetPoint, OffsetPoint] | null {
  for (let i = points.length - 1; i > 0; i--) {
    const left = points[i - 1]
    const right = points[i]
    if (left && right && left.offset <= offset && offset < right.offset) return [left, right]
  }
  return null
}

/**
 * The longest time lag of several partitions, taken one after the other. Those at the end do not stand for those
 * that are behind: with a time known of none of these it is null, not 0.
 */
export class LongestTimeLag {
  #ms: number | null = null
  #unknown = false

  /** `lag` in records, as a number or its digits; null where it is not known. */
  add(lag: number | string | null, timeLagMs: number | null): void {
    if (timeLagMs !== null) this.#ms = Math.max(this.#ms ?? 0, timeLagMs)
    else if (lag !== null && lag !== 0 && lag !== '0') this.#unknown = true
  }

  get ms(): number | null {
    return this.#ms === 0 && this.#unknown ? null : this.#ms
  }
}
