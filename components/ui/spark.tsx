import { cn } from './cn'

export type SparkTone = 'quiet' | 'ok' | 'warn' | 'error' | 'stall'
const STROKES: Record<SparkTone, string> = {
  quiet: 'text-text-3',
  ok: 'text-ok-mark',
  warn: 'text-warn-mark',
  error: 'text-error-mark',
  stall: 'text-stall-mark',
}

/** A line without axes, from 0 up; null is a gap. One path. Decoration: the number stands beside it. */
export function SparkLine({
  values,
  width = 64,
  height = 18,
  tone = 'quiet',
  className,
}: {
  values: readonly (number | null)[]
  width?: number
  height?: number
  tone?: SparkTone
  className?: string
}) {
  const max = values.reduce<number>((most, value) => Math.max(most, value ?? 0), 1)
  const step = values.length > 1 ? (width - 3) / (values.length - 1) : 0
  let path = ''
  let pen = false
  let last: { x: number; y: number } | null = null
  values.forEach((value, i) => {
    if (value === null) {
      pen = false
      return
    }
    const x = 1 + i * step
    const y = height - 2 - (Math.max(0, value) / max) * (height - 4)
    path += `${pen ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`
    pen = true
    last = { x, y }
  })
  return (
    <svg
      aria-hidden
      width={width}
      height={height}
      className={cn('inline-block align-middle', STROKES[tone], className)}
    >
      <path d={path} fill="none" stroke="currentColor" strokeWidth={1.5} strokeLinejoin="round" />
      {last ? <SparkEnd at={last} /> : null}
    </svg>
  )
}

function SparkEnd({ at }: { at: { x: number; y: number } }) {
  return <circle cx={at.x.toFixed(1)} cy={at.y.toFixed(1)} r={1.5} fill="currentColor" />
}

/** Counts in equal buckets; a zero is a hairline. */
export function SparkBars({
  values,
  width = 64,
  height = 18,
  tone = 'quiet',
  className,
}: {
  values: readonly number[]
  width?: number
  height?: number
  tone?: SparkTone
  className?: string
}) {
  const max = Math.max(1, ...values)
  const slot = width / Math.max(1, values.length)
  let bars = ''
  let base = ''
  values.forEach((value, i) => {
    const x = (i * slot).toFixed(1)
    const w = Math.max(1, slot - Math.min(1, slot / 3)).toFixed(1)
    if (value <= 0) base += `M${x} ${height - 1}h${w}v1h-${w}z`
    else {
      const h = Math.max(2, (value / max) * (height - 1))
      bars += `M${x} ${(height - h).toFixed(1)}h${w}v${h.toFixed(1)}h-${w}z`
    }
  })
  return (
    <svg aria-hidden width={width} height={height} className={cn('inline-block align-middle', className)}>
      <path d={base} className="fill-line" />
      <path d={bars} className={STROKES[tone]} fill="currentColor" />
    </svg>
  )
}
