import { zoneOffsetMs } from '@/lib/zone'

/**
 * Round numbers for a y-axis that starts at 0: `count` steps at most, the last at or above `highest`. Of what is
 * counted (`whole`) there is no half.
 */
export function niceTicks(highest: number, count: number, whole = false): number[] {
  if (!(highest > 0)) return [0, 1]
  const rough = highest / (count - 1)
  const power = 10 ** Math.floor(Math.log10(rough))
  const steps = [1, 2, 2.5, 5, 10].map(factor => factor * power)
  const step =
    steps.find(one => one >= rough * 0.999 && (!whole || Number.isInteger(one))) ??
    Math.max(10 * power, whole ? 1 : 0)
  const ticks: number[] = []
  for (let i = 0; i * step < highest + step * 0.999 && i <= count + 1; i++)
    ticks.push(Number((i * step).toPrecision(12)))
  return ticks.length > 1 ? ticks : [0, step]
}

/** Three times each is a whole number of one unit, so that a tick needs one only. */
const SECOND_STEPS = [1, 2, 5, 10, 20, 60, 120, 300, 600, 1200, 3600, 7200, 14_400, 28_800]
const DAY_S = 86_400

/** The same of seconds: round in minutes, hours and days. */
export function niceSecondTicks(highest: number, count: number): number[] {
  const rough = highest / (count - 1)
  const [first = 1] = SECOND_STEPS
  // Parts of a second are round like any number.
  if (!(rough > first / 2)) return niceTicks(highest, count)
  const step = SECOND_STEPS.find(one => one >= rough * 0.999)
  if (step === undefined) return niceTicks(highest / DAY_S, count, true).map(days => days * DAY_S)
  return Array.from({ length: Math.ceil((highest / step) * 0.999) + 1 }, (_, i) => i * step)
}

const STEPS_MS = [10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400].map(
  s => s * 1000,
)

/** Round clock times between two instants, about six of them, round in the reader's zone. */
export function timeTicks(from: number, to: number, zone: string): number[] {
  const span = to - from
  if (!(span > 0)) return [from]
  const step =
    STEPS_MS.find(candidate => span / candidate <= 7) ?? Math.ceil(span / 7 / 86_400_000) * 86_400_000
  const shift = zoneOffsetMs(from, zone) % step
  const ticks: number[] = []
  for (let at = Math.ceil((from + shift) / step) * step - shift; at <= to; at += step) ticks.push(at)
  return ticks
}

/**
 * Spans in which no series has a value, from the last point before to the first after; one that is drawn
 * `beside` fills none.
 */
export function dataGaps(
  times: readonly number[],
  series: readonly { values: readonly (number | null)[]; beside?: boolean }[],
): { from: number; to: number }[] {
  const own = series.filter(one => !one.beside)
  const gaps: { from: number; to: number }[] = []
  let start: number | null = null
  times.forEach((at, i) => {
    const empty = own.length > 0 && own.every(one => one.values[i] === null || one.values[i] === undefined)
    if (empty && start === null) start = times[i - 1] ?? at
    if (!empty && start !== null) {
      gaps.push({ from: start, to: at })
      start = null
    }
  })
  const last = times.at(-1)
  if (start !== null && last !== undefined && last > start) gaps.push({ from: start, to: last })
  return gaps
}

/**
 * How far each label must move so that neighbours stand at least `apart` pixels from each other and none below
 * `floor`; in the order given.
 */
export function spreadLabels(
  ys: readonly number[],
  apart: number,
  floor = Number.POSITIVE_INFINITY,
): number[] {
  const order = ys.map((y, i) => ({ y, i })).sort((a, b) => a.y - b.y)
  const shifts = new Array<number>(ys.length).fill(0)
  let previous = Number.NEGATIVE_INFINITY
  for (const { y, i } of order) {
    const placed = Math.max(y, previous + apart)
    shifts[i] = placed - y
    previous = placed
  }
  // What went too far down pushes the others up again.
  let lowest = floor
  for (const { y, i } of order.reverse()) {
    const placed = Math.min(y + (shifts[i] ?? 0), lowest)
    shifts[i] = placed - y
    lowest = placed - apart
  }
  return shifts
}
