'use client'

import {
  Check,
  Circle,
  CircleCheck,
  CircleDashed,
  CircleDot,
  OctagonX,
  Rewind,
  RotateCcw,
  SquarePause,
  TriangleAlert,
} from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { TONE_MARK, TONE_TEXT, type Tone } from './badge'
import { cn } from './cn'
import { Tooltip } from './tooltip'

/** Five silhouettes, so that no state hangs on colour alone. */
const SHAPES = {
  ok: { Icon: CircleCheck, tone: 'ok' },
  warn: { Icon: TriangleAlert, tone: 'warn' },
  error: { Icon: OctagonX, tone: 'error' },
  stop: { Icon: OctagonX, tone: 'error' },
  stall: { Icon: SquarePause, tone: 'stall' },
  rewind: { Icon: Rewind, tone: 'warn' },
  empty: { Icon: Circle, tone: 'unknown' },
  unknown: { Icon: CircleDashed, tone: 'unknown' },
  new: { Icon: CircleDot, tone: 'error' },
  refailed: { Icon: RotateCcw, tone: 'warn' },
  seen: { Icon: Check, tone: 'unknown' },
  running: { Icon: RotateCcw, tone: 'info' },
} as const satisfies Record<string, { Icon: typeof Circle; tone: Tone }>

export type StatusKind = keyof typeof SHAPES

export function statusTone(kind: StatusKind): Tone {
  return SHAPES[kind].tone
}

/** The shape alone; the words must stand beside it. */
export function StatusIcon({
  kind,
  size = 14,
  className,
}: {
  kind: StatusKind
  size?: number
  className?: string
}) {
  const { Icon, tone } = SHAPES[kind]
  return (
    <Icon aria-hidden size={size} strokeWidth={1.75} className={cn('shrink-0', TONE_MARK[tone], className)} />
  )
}

/**
 * Shape + word + colour. Without children the word is the state's own (`status.<kind>`). `reason` explains it
 * on hover and focus.
 */
export function Status({
  kind,
  size = 14,
  reason,
  className,
  children,
}: {
  kind: StatusKind
  size?: number
  reason?: ReactNode
  className?: string
  children?: ReactNode
}) {
  const t = useTranslations('status')
  const word = (
    <span
      className={cn(
        'inline-flex items-center gap-1 align-top font-medium whitespace-nowrap',
        TONE_TEXT[SHAPES[kind].tone],
        className,
      )}
    >
      <StatusIcon kind={kind} size={size} />
      <span>{children ?? t(kind)}</span>
    </span>
  )
  return reason ? <Tooltip content={reason}>{word}</Tooltip> : word
}
