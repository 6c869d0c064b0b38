'use client'

import { cn } from './cn'

const TONES = {
  accent: 'fill-accent',
  quiet: 'fill-line-strong',
  warn: 'fill-warn-mark',
  error: 'fill-error-mark',
  ok: 'fill-ok-mark',
}

/** A bar from 0 to 1. Drawn in SVG, so that no inline style is needed in served markup. */
export function ProgressBar({
  ratio,
  label,
  tone = 'accent',
  className,
}: {
  ratio: number
  label: string
  tone?: keyof typeof TONES
  className?: string
}) {
  const percent = Math.min(100, Math.max(0, ratio * 100))
  return (
    <svg
      role="progressbar"
      aria-label={label}
      aria-valuenow={Math.round(percent)}
      aria-valuemin={0}
      aria-valuemax={100}
      viewBox="0 0 100 4"
      preserveAspectRatio="none"
      className={cn('h-1 w-24 shrink-0 overflow-hidden rounded-full bg-line', className)}
    >
      <title>{label}</title>
      <rect width={percent} height="4" className={TONES[tone]} />
    </svg>
  )
}
