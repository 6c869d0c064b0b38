'use client'

import { useLocale, useTranslations } from 'next-intl'
import { type PointerEvent, useRef, useState } from 'react'
import { useZone } from '@/components/ui/clock'
import type { Histogram } from '@/lib/contracts/message-search'
import { formatInteger, formatTimestamp } from '@/lib/format'

const HEIGHT = 40

/** Where the hits lie in time. Dragging over it narrows the search to that stretch; a click takes one bar. */
export function HitHistogram({
  histogram,
  onRange,
}: {
  histogram: Histogram
  onRange: (fromMs: number, untilMs: number) => void
}) {
  const t = useTranslations('search')
  const locale = useLocale()
  const zone = useZone()
  const svg = useRef<SVGSVGElement>(null)
  const [drag, setDrag] = useState<{ a: number; b: number } | null>(null)
  const { counts, bucketMs } = histogram
  const startMs = Date.parse(histogram.start)
  const most = Math.max(1, ...counts)
  const sum = counts.reduce((a, b) => a + b, 0)
  const bucketAt = (event: PointerEvent) => {
    const box = svg.current?.getBoundingClientRect()
    const share = box && box.width > 0 ? (event.clientX - box.left) / box.width : 0
    return Math.min(counts.length - 1, Math.max(0, Math.floor(share * counts.length)))
  }
  const at = (bucket: number) =>
    formatTimestamp(new Date(startMs + bucket * bucketMs).toISOString(), zone, 's')
  const [low, high] = drag ? [Math.min(drag.a, drag.b), Math.max(drag.a, drag.b)] : [-1, -1]
  let bars = ''
  counts.forEach((count, i) => {
    if (count === 0) return
    const height = Math.max(2, (count / most) * HEIGHT)
    bars += `M${i + 0.08} ${HEIGHT - height}h0.84v${height}h-0.84z`
  })
  return (
    <div className="shrink-0 px-4 pb-1">
      <svg
        ref={svg}
        role="img"
        aria-label={t('histogram', {
          n: formatInteger(sum, locale),
          from: at(0),
          until: at(counts.length),
        })}
        viewBox={`0 0 ${counts.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="h-10 w-full cursor-crosshair touch-none"
        onPointerDown={event => {
          event.currentTarget.setPointerCapture(event.pointerId)
          const bucket = bucketAt(event)
          setDrag({ a: bucket, b: bucket })
        }}
        onPointerMove={event => {
          if (drag) setDrag({ a: drag.a, b: bucketAt(event) })
        }}
        onPointerCancel={() => setDrag(null)}
        onPointerUp={() => {
          if (drag) onRange(startMs + low * bucketMs, startMs + (high + 1) * bucketMs)
          setDrag(null)
        }}
      >
        <path d={`M0 ${HEIGHT - 0.5}h${counts.length}v0.5h-${counts.length}z`} className="fill-line" />
        {drag ? <rect x={low} width={high - low + 1} height={HEIGHT} className="fill-selected" /> : null}
        {/* Many bars, no state and nothing to press: not in the colour of what is. */}
        <path d={bars} className="fill-ramp-4" />
      </svg>
      <div aria-hidden className="flex justify-between text-cap text-text-3">
        <span>{drag ? at(low) : at(0)}</span>
        <span className="max-sm:hidden">{t('histogramHint')}</span>
        <span>{drag ? at(high + 1) : at(counts.length)}</span>
      </div>
    </div>
  )
}
