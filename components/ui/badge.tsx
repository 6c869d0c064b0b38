import type { ReactNode } from 'react'
import { cn } from './cn'

export type Tone = 'ok' | 'warn' | 'error' | 'stall' | 'unknown' | 'info'

export const TONE_TEXT: Record<Tone, string> = {
  ok: 'text-ok',
  warn: 'text-warn',
  error: 'text-error',
  stall: 'text-stall',
  unknown: 'text-unknown',
  info: 'text-info',
}
export const TONE_MARK: Record<Tone, string> = {
  ok: 'text-ok-mark',
  warn: 'text-warn-mark',
  error: 'text-error-mark',
  stall: 'text-stall-mark',
  unknown: 'text-unknown-mark',
  info: 'text-info',
}
export const TONE_BG: Record<Tone, string> = {
  ok: 'bg-ok-bg',
  warn: 'bg-warn-bg',
  error: 'bg-error-bg',
  stall: 'bg-stall-bg',
  unknown: 'bg-unknown-bg',
  info: 'bg-info-bg',
}

/** A state as a pill: status only, always with an icon and a word. */
export function Pill({ tone, icon, children }: { tone: Tone; icon?: ReactNode; children: ReactNode }) {
  return (
    <span
      className={cn(
        'inline-flex h-5 items-center gap-1 rounded-full pr-2 pl-1.5 text-cap font-medium whitespace-nowrap [&>svg]:size-3',
        TONE_BG[tone],
        TONE_TEXT[tone],
      )}
    >
      {icon}
      {children}
    </span>
  )
}

/** A fact about a thing: `delete`, `compact`, `DLT`. Never a state. */
export function Tag({ icon, title, children }: { icon?: ReactNode; title?: string; children: ReactNode }) {
  return (
    <span
      title={title}
      className="inline-flex h-[18px] items-center gap-1 rounded-control border border-line px-[5px] text-cap font-medium whitespace-nowrap text-text-2 [&>svg]:size-3 [&>svg]:text-text-3"
    >
      {icon}
      {children}
    </span>
  )
}

const ENV: Record<'prod' | 'stg' | 'dev', string> = {
  prod: 'bg-text text-surface border border-text',
  stg: 'border border-line-strong text-text-2',
  dev: 'border border-dashed border-line-strong text-text-2',
}

/** Which environment: told apart by filling and outline, without status colours. */
export function EnvChip({ environment }: { environment: 'prod' | 'stg' | 'dev' }) {
  return (
    <span
      className={cn(
        'inline-flex h-[18px] shrink-0 items-center rounded-[3px] px-[5px] text-cap/[16px] font-semibold',
        ENV[environment],
      )}
    >
      {environment.toUpperCase()}
    </span>
  )
}
