'use client'

import { useTranslations } from 'next-intl'
import { ProgressBar } from '@/components/ui/progress'
import { Status, type StatusKind } from '@/components/ui/status'
import type { Outcome, Replay, ReplayState } from '@/lib/contracts/replays'

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

const OUTCOMES: Record<Outcome, StatusKind> = {
  replayed: 'ok',
  refused: 'empty',
  failed: 'error',
  cancelled: 'empty',
  unknown: 'unknown',
  remaining: 'running',
}

export function ReplayStateMark({ state }: { state: ReplayState }) {
  const t = useTranslations('replays.state')
  return <Status kind={SHAPES[state]}>{t(state)}</Status>
}

export function OutcomeMark({ outcome }: { outcome: Outcome }) {
  const t = useTranslations('replays.outcome')
  return <Status kind={OUTCOMES[outcome]}>{t(outcome)}</Status>
}

/** What is settled of what was selected. */
export function doneOf(replay: Replay): number {
  return replay.selected - replay.remaining
}

export function ReplayProgress({ replay }: { replay: Replay }) {
  const t = useTranslations('replays.detail')
  const ratio = replay.selected === 0 ? 1 : doneOf(replay) / replay.selected
  return (
    <span className="inline-flex items-center gap-2">
      <ProgressBar
        ratio={ratio}
        label={t('of', { done: doneOf(replay), all: replay.selected })}
        tone={replay.failed > 0 ? 'warn' : 'accent'}
      />
      <span className="text-meta text-text-2">{t('of', { done: doneOf(replay), all: replay.selected })}</span>
    </span>
  )
}

/** Still moving, or able to move again. */
export function isOpen(state: ReplayState): boolean {
  return state === 'running' || state === 'paused' || state === 'stopped'
}
