'use client'

import { useId } from 'react'
import { cn } from '@/components/ui/cn'

export type SegmentTone = 'ok' | 'error' | 'warn' | 'quiet' | 'unknown' | 'rest'

const FILL: Record<SegmentTone, string> = {
  ok: 'fill-ok-mark',
  error: 'fill-error-mark',
  warn: 'fill-warn-mark',
  quiet: 'fill-line-strong',
  unknown: 'fill-unknown-mark',
  rest: 'fill-line',
}
/** Told apart by their pattern as well: whole, slanted, dotted. */
const PATTERN: Record<SegmentTone, 'whole' | 'slanted' | 'dotted'> = {
  ok: 'whole',
  error: 'slanted',
  warn: 'slanted',
  quiet: 'dotted',
  unknown: 'dotted',
  rest: 'whole',
}
const WIDTH = 1000
/** What is there is seen, however small its share. */
const LEAST = 4

/** Shares of a whole side by side. Numbers and words stand beside it; this is one picture of them. */
export function SegmentBar({
  segments,
  label,
  className,
}: {
  segments: readonly { tone: SegmentTone; value: number }[]
  label: string
  className?: string
}) {
  const id = useId()
  const present = segments.filter(segment => segment.value > 0)
  const total = present.reduce((sum, segment) => sum + segment.value, 0)
  const room = WIDTH - present.length * LEAST
  let x = 0
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${WIDTH} 6`}
      preserveAspectRatio="none"
      className={cn('block h-1.5 rounded-full bg-line', className)}
    >
      {present.map(({ tone, value }) => {
        const width = LEAST + (value / total) * room
        const at = x
        x += width
        const pattern = PATTERN[tone]
        if (pattern === 'whole')
          return <rect key={tone} x={at} width={width - 1} height="6" className={FILL[tone]} />
        const ref = `${id}-${tone}`
        return (
          <g key={tone}>
            <pattern id={ref} width={pattern === 'slanted' ? 6 : 4} height="6" patternUnits="userSpaceOnUse">
              <path
                d={pattern === 'slanted' ? 'M0 6L3 0H6L3 6z' : 'M0 1.5h2.4v3h-2.4z'}
                className={FILL[tone]}
              />
            </pattern>
            <rect x={at} width={width - 1} height="6" fill={`url(#${ref})`} />
          </g>
        )
      })}
    </svg>
  )
}
