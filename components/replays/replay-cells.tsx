'use client'

import { useTranslations } from 'next-intl'
import { Status, type StatusKind } from '@/components/ui/status'
import type { Outcome, Replay, ReplayState } from '@/lib/contracts/replays'
import { middleTruncate, shortTopic } from '@/lib/format'
import { isWaiting } from '@/lib/replay-waiting'
import { SegmentBar, type SegmentTone } from './segment-bar'

const SHAPES: Record<ReplayState, StatusKind> = {
  draft: 'empty',
  'awaiting-approval': 'empty',
  running: 'running',
  paused: 'stall',
  stopped: 'warn',
  completed: 'ok',
  partial: 'warn',
  cancelled: 'empty',
  failed: 'error',
}

const OUTCOMES: Record<Outcome, { shape: StatusKind; tone: SegmentTone }> = {
  replayed: { shape: 'ok', tone: 'ok' },
  failed: { shape: 'error', tone: 'error' },
  unknown: { shape: 'unknown', tone: 'unknown' },
  // Left out before anything was sent: not a failure, and not drawn as one.
  refused: { shape: 'warn', tone: 'warn' },
  cancelled: { shape: 'empty', tone: 'quiet' },
  remaining: { shape: 'running', tone: 'rest' },
}

/** In the order in which bars and strips show them. */
export const OUTCOME_ORDER = ['replayed', 'failed', 'unknown', 'refused', 'cancelled', 'remaining'] as const

export function ReplayStateMark({ replay }: { replay: Replay }) {
  const t = useTranslations('replays')
  const { state, waitsFor } = replay
  if (!isWaiting(replay)) return <Status kind={SHAPES[state]}>{t(`state.${state}`)}</Status>
  const [first, ...more] = waitsFor
  return (
    <Status kind="stall">
      {first ? t('waitsFor', { id: first.slice(-6), more: more.length }) : t('waitsForPlace')}
    </Status>
  )
}

/** An outcome with its shape; grey where nothing has it. */
export function OutcomeMark({ outcome, quiet }: { outcome: Outcome; quiet?: boolean }) {
  const t = useTranslations('replays.outcome')
  return <Status kind={quiet ? 'empty' : OUTCOMES[outcome].shape}>{t(outcome)}</Status>
}

/** What is settled of what was selected. */
export function doneOf(replay: Replay): number {
  return replay.selected - replay.remaining
}

/** How far it is, and how it went so far. */
export function ReplayBar({ replay, className }: { replay: Replay; className?: string }) {
  const t = useTranslations('replays')
  return (
    <SegmentBar
      {...(className ? { className } : {})}
      label={OUTCOME_ORDER.filter(outcome => replay[outcome] > 0)
        .map(outcome => t('detail.outcomeCount', { outcome: t(`outcome.${outcome}`), n: replay[outcome] }))
        .join(', ')}
      segments={OUTCOME_ORDER.map(outcome => ({ tone: OUTCOMES[outcome].tone, value: replay[outcome] }))}
    />
  )
}

/** `order.…created-dlq → order.…created`: where from and to; whole names in the title. */
export function ReplayRoute({ replay, max = 34 }: { replay: Replay; max?: number }) {
  const { sourceTopic, targets } = replay
  const [first, ...others] = targets
  const short = (topic: string) => middleTruncate(shortTopic(topic), max)
  return (
    <span title={`${sourceTopic} → ${targets.map(target => target.topic).join(', ')}`}>
      {short(sourceTopic)} → {first ? short(first.topic) : '—'}
      {others.length === 0 ? null : ` +${others.length}`}
    </span>
  )
}

export function ReplayProgress({ replay }: { replay: Replay }) {
  const t = useTranslations('replays.detail')
  return (
    <span className="flex items-center gap-2">
      <ReplayBar replay={replay} className="w-20 shrink-0 self-center" />
      <span className="text-text-2">{t('of', { done: doneOf(replay), all: replay.selected })}</span>
    </span>
  )
}

/** Still moving, or able to move again. */
export function isOpen(state: ReplayState): boolean {
  return state === 'running' || state === 'paused' || state === 'stopped'
}
