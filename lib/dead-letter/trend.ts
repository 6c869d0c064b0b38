/** What the last day of an issue says about now: `growing`, `steady`, `quiet` (nothing lately). */
export type Trend = { state: 'growing' | 'steady' | 'quiet'; recent: number }

/** The running clock hour and the one before it: one alone has just begun, or is too short to compare. */
const RECENT_HOURS = 2
/** One or two letters are no growth, whatever came before. */
const LETTERS_MIN = 3
const TIMES = 2

/**
 * Is it getting worse? Letters an hour, oldest first, the running hour last: the last two hours against twice
 * the mean of the hours before. `recent` is how many came in those two.
 */
export function trendOf(spark: readonly number[]): Trend {
  const sum = (counts: readonly number[]) => counts.reduce((total, n) => total + n, 0)
  const recent = sum(spark.slice(-RECENT_HOURS))
  const before = spark.slice(0, -RECENT_HOURS)
  if (recent === 0) return { state: 'quiet', recent }
  const usual = before.length === 0 ? 0 : (sum(before) / before.length) * RECENT_HOURS
  return { state: recent >= LETTERS_MIN && recent > usual * TIMES ? 'growing' : 'steady', recent }
}
