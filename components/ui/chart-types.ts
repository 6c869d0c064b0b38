/** Pixels; the room is kept before the chart is there. */
export const CHART_HEIGHTS = { xs: 110, sm: 130, md: 192, lg: 240 }

export type ChartSeries = {
  id: string
  label: string
  /** One for each of `times`; null is a gap. */
  values: readonly (number | null)[]
  /** Which of the five series colours; by position otherwise. Two lines alone: 1 and 3 tell apart best. */
  colour?: 1 | 2 | 3 | 4 | 5
  /** "Others": grey, and dashed as no other line is. */
  rest?: boolean
  /** Drawn to compare with: where it alone has values, nothing was measured of what the chart is of. */
  beside?: boolean
}

export type TimeChartProps = {
  /** One sentence that says what the picture shows (role=img). */
  summary: string
  /** Milliseconds since the epoch, ascending. */
  times: readonly number[]
  /** Five at most, and one "others". */
  series: readonly ChartSeries[]
  /** Of things that are counted: the axis has no half of one. */
  whole?: boolean
  /** Of seconds: the axis has the round steps of clocks. */
  seconds?: boolean
  /** Short, for the axis. */
  formatShort: (value: number) => string
  /** At the line ends, where it says more than the axis; otherwise as on the axis. */
  formatEnd?: (value: number) => string
  /** Exact, for the tooltip and the table. */
  formatExact: (value: number) => string
  size?: keyof typeof CHART_HEIGHTS
  /** Events that run through the chart. */
  marks?: readonly { at: number; label: string }[]
  /** Charts with the same id share their crosshair. */
  syncId?: string
  /** Of two stacked charts the upper one needs no time axis. */
  hideTimes?: boolean
  /**
   * Room for the labels at the line ends, in pixels; stacked charts give the same, so that their times stand
   * under each other.
   */
  endRoom?: number
  view?: 'chart' | 'table'
}
