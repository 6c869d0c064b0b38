import { Info, OctagonX, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { TONE_BG, TONE_TEXT } from './badge'
import { cn } from './cn'

const ICONS = { info: Info, warn: TriangleAlert, error: OctagonX }

/** One line across a page or panel. `action` is a link or a small button. */
export function Notice({
  tone,
  icon,
  action,
  className,
  children,
}: {
  tone: 'info' | 'warn' | 'error'
  icon?: ReactNode
  action?: ReactNode
  className?: string
  children: ReactNode
}) {
  const Icon = ICONS[tone]
  return (
    <div
      role={tone === 'error' ? 'alert' : 'status'}
      className={cn(
        'flex min-h-8 shrink-0 items-center gap-2 px-4 py-1 text-meta [&_a]:font-medium [&_a:not([class*=border])]:text-current [&_a:not([class*=border])]:underline [&_a]:underline-offset-2 max-sm:[&_a:not([class*=border])]:py-1',
        TONE_BG[tone],
        TONE_TEXT[tone],
        className,
      )}
    >
      <span className="shrink-0 [&>svg]:size-3.5">{icon ?? <Icon aria-hidden size={14} />}</span>
      <span className="min-w-0 flex-1">{children}</span>
      {action}
    </div>
  )
}
