'use client'

import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import {
  CartesianGrid,
  DefaultZIndexes,
  Line,
  LineChart,
  ReferenceArea,
  ReferenceDot,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  useChartWidth,
  XAxis,
  YAxis,
  ZIndexLayer,
} from 'recharts'
import { formatClock, formatTimestamp, zoneLabel } from '@/lib/format'
import { dataGaps, niceSecondTicks, niceTicks, spreadLabels, timeTicks } from './chart-scale'
import type { ChartSeries, TimeChartProps } from './chart-types'
import { useZone } from './clock'

const DASHES = ['', '6 3', '2 2', '8 2 2 2', '1 3']
const AXIS = { fill: 'var(--text-3)', fontSize: 11 }
const MARGIN = { top: 16, left: 0, bottom: 0 }
const AXIS_HEIGHT = 22
const AXIS_WIDTH = 48
const ONE_OR_TWO = [1, 3]

function colourOf(series: ChartSeries, index: number, count: number): string {
  if (series.rest) return 'var(--text-3)'
  const number = series.colour ?? (count <= 2 ? ONE_OR_TWO[index] : index + 1) ?? 1
  return `var(--series-${number})`
}

const dashOf = (series: ChartSeries, index: number): string =>
  series.rest ? '4 4' : (DASHES[index % DASHES.length] ?? '')

export function ChartPlot({
  summary,
  times,
  series,
  formatShort,
  formatEnd = formatShort,
  formatExact,
  marks = [],
  whole,
  seconds,
  syncId,
  hideTimes,
  endRoom,
  height,
}: TimeChartProps & { height: number }) {
  const t = useTranslations('common')
  const zone = useZone()
  const rows = useMemo(
    () =>
      times.map((at, i) => ({
        at,
        ...Object.fromEntries(series.map(one => [one.id, one.values[i] ?? null])),
      })),
    [times, series],
  )
  const from = times[0] ?? 0
  const to = times.at(-1) ?? 1
  const highest = Math.max(0, ...series.flatMap(one => one.values.map(value => value ?? 0)))
  const steps = height < 140 ? 3 : 4
  const ticks = seconds ? niceSecondTicks(highest, steps) : niceTicks(highest, steps, whole)
  const top = ticks.at(-1) ?? 1
  const gaps = dataGaps(times, series)
  // Without a time axis the 0 of the other one needs half a line below it.
  const below = hideTimes ? 8 : AXIS_HEIGHT
  const plotHeight = height - MARGIN.top - MARGIN.bottom - below
  const ends = series.flatMap((one, i) => {
    const last = one.values.findLastIndex(value => value !== null)
    const value = one.values[last]
    const at = times[last]
    return value === undefined || value === null || at === undefined
      ? []
      : [
          {
            id: one.id,
            at,
            value,
            text: `${one.label} ${formatEnd(value)}`,
            colour: colourOf(one, i, series.length),
          },
        ]
  })
  const shifts = spreadLabels(
    ends.map(end => plotHeight * (1 - end.value / top)),
    13,
    plotHeight,
  )
  const longest = Math.max(0, ...ends.map(end => labelWidth(end.text)))
  const timesOnAxis = timeTicks(from, to, zone)
  // Then every tick is a midnight, and only the day tells them apart.
  const byDays = (timesOnAxis[1] ?? 0) - (timesOnAxis[0] ?? 0) >= DAY_MS && timesOnAxis.length > 1
  return (
    <div role="img" aria-label={summary} className="size-full">
      <ResponsiveContainer width="100%" height={height} initialDimension={{ width: 600, height }}>
        <LineChart
          data={rows}
          margin={{
            ...MARGIN,
            bottom: hideTimes ? below : 0,
            right: endRoom ?? Math.min(176, Math.max(24, longest + 14)),
          }}
          {...(syncId ? { syncId, syncMethod: 'value' as const } : {})}
          accessibilityLayer={false}
        >
          <defs>
            <pattern
              id="chart-hatch"
              width="6"
              height="6"
              patternUnits="userSpaceOnUse"
              patternTransform="rotate(45)"
            >
              <rect width="6" height="6" fill="var(--canvas)" />
              <path d="M0 0V6" stroke="var(--line)" strokeWidth="3" />
            </pattern>
          </defs>
          <CartesianGrid vertical={false} stroke="var(--line)" strokeOpacity={0.7} />
          <XAxis
            dataKey="at"
            type="number"
            scale="time"
            domain={[from, to]}
            ticks={timesOnAxis}
            tickFormatter={(at: number) =>
              byDays
                ? formatTimestamp(at, zone, 'm').slice(5, 10)
                : formatClock(at, zone, to - from < 600_000 ? 's' : 'm')
            }
            hide={hideTimes ?? false}
            height={AXIS_HEIGHT}
            tick={AXIS}
            tickLine={false}
            axisLine={false}
            minTickGap={24}
          />
          <YAxis
            type="number"
            domain={[0, top]}
            ticks={ticks}
            // All of them: the library leaves out a 0 that has only half a line below it.
            interval={0}
            tickFormatter={formatShort}
            width={AXIS_WIDTH}
            tick={AXIS}
            tickLine={false}
            axisLine={false}
          />
          {gaps.map(gap => (
            <ReferenceArea
              key={gap.from}
              x1={gap.from}
              x2={gap.to}
              fill="url(#chart-hatch)"
              fillOpacity={1}
              stroke="none"
              label={
                // At the right edge there is no room for words.
                gap.to === to
                  ? undefined
                  : ({ viewBox }) => (
                      // Above the lines, which else would run through the words.
                      <ZIndexLayer zIndex={DefaultZIndexes.label}>
                        <GapLabel box={viewBox} text={t('noData')} />
                      </ZIndexLayer>
                    )
              }
            />
          ))}
          {marks.map(mark => (
            <ReferenceLine
              key={`${mark.at}-${mark.label}`}
              x={mark.at}
              stroke="var(--line-strong)"
              strokeDasharray="2 2"
              // On a phone their words would stand on each other; whoever draws marks lists them, too.
              label={({ viewBox }) => <MarkLabel box={viewBox} text={mark.label} />}
            />
          ))}
          <Tooltip
            isAnimationActive={false}
            cursor={{ stroke: 'var(--text-2)', strokeWidth: 1 }}
            content={({ active, label }) =>
              active && typeof label === 'number' ? (
                <Crosshair
                  at={label}
                  times={times}
                  series={series}
                  formatExact={formatExact}
                  zone={zone}
                  noData={t('noData')}
                />
              ) : null
            }
          />
          {series.map((one, i) => (
            <Line
              key={one.id}
              dataKey={one.id}
              name={one.label}
              stroke={colourOf(one, i, series.length)}
              strokeWidth={1.5}
              strokeDasharray={dashOf(one, i)}
              dot={false}
              activeDot={{
                r: 3.5,
                fill: 'var(--surface)',
                stroke: colourOf(one, i, series.length),
                strokeWidth: 1.5,
              }}
              connectNulls={false}
              isAnimationActive={false}
              type="linear"
            />
          ))}
          {ends.map((end, i) => (
            <ReferenceDot
              key={end.id}
              x={end.at}
              y={end.value}
              r={2.5}
              fill={end.colour}
              stroke="none"
              ifOverflow="extendDomain"
              label={{
                value: end.text,
                position: 'right',
                offset: 6,
                dy: shifts[i] ?? 0,
                fill: 'var(--text-2)',
                fontSize: 11,
                fontWeight: 500,
              }}
            />
          ))}
        </LineChart>
      </ResponsiveContainer>
    </div>
  )
}

/** Pixels of words at 11 px, rather too many than too few: a Hangul letter is a square. */
function labelWidth(text: string): number {
  return [...text].reduce((sum, char) => sum + (char > '\u2e80' ? 11 : 6.7), 0)
}

/** Over its line, moved inwards where the axis or the chart's end would be in its way. */
function MarkLabel({ box, text }: { box: unknown; text: string }) {
  const width = useChartWidth()
  if (typeof box !== 'object' || box === null || !('x' in box) || !('y' in box)) return null
  const half = labelWidth(text) / 2
  const x = Math.max(AXIS_WIDTH + half, Math.min(Number(box.x), (width ?? Number.POSITIVE_INFINITY) - half))
  return (
    <text
      x={x}
      y={Number(box.y) - 5}
      textAnchor="middle"
      fill="var(--text-2)"
      fontSize={11}
      className="max-sm:hidden"
    >
      {text}
    </text>
  )
}

const GAP_LABEL_WIDTH = 72
const DAY_MS = 86_400_000

/**
 * Within the band where it is wide enough, else right of it. What is under the words is kept off them by an edge of
 * the page's colour.
 */
function GapLabel({ box, text }: { box: unknown; text: string }) {
  if (typeof box !== 'object' || box === null || !('x' in box) || !('y' in box) || !('width' in box))
    return null
  const x = Number(box.x)
  const width = Number(box.width)
  const within = width >= GAP_LABEL_WIDTH
  return (
    <text
      x={within ? x + width / 2 : x + width + 4}
      y={Number(box.y) + 10}
      textAnchor={within ? 'middle' : 'start'}
      fill="var(--text-3)"
      stroke="var(--surface)"
      strokeWidth={4}
      paintOrder="stroke"
      fontSize={11}
    >
      {text}
    </text>
  )
}

function Crosshair({
  at,
  times,
  series,
  formatExact,
  zone,
  noData,
}: {
  at: number
  times: readonly number[]
  series: readonly ChartSeries[]
  formatExact: (value: number) => string
  zone: string
  noData: string
}) {
  const index = times.indexOf(at)
  return (
    <div className="rounded-panel border border-pop-line bg-raised px-2.5 py-2 text-meta shadow-pop">
      <div className="mb-1">
        {formatTimestamp(at, zone, 's')} <span className="text-text-3">{zoneLabel(zone, at)}</span>
      </div>
      {series.map((one, i) => {
        const value = one.values[index]
        return (
          <div key={one.id} className="flex items-center gap-2">
            <svg aria-hidden width={16} height={4}>
              <path
                d="M0 2H16"
                stroke={colourOf(one, i, series.length)}
                strokeWidth={2}
                strokeDasharray={dashOf(one, i)}
              />
            </svg>
            <span className="flex-1 pr-4">{one.label}</span>
            <b className="font-semibold">
              {value === null || value === undefined ? noData : formatExact(value)}
            </b>
          </div>
        )
      })}
    </div>
  )
}
