import type { ReactNode } from 'react'
import { cn } from './cn'

/** A key, or keys one after the other, as on the keyboard; phones have none. */
export function Kbd({
  children,
  className,
  inverted,
}: {
  children: ReactNode
  className?: string
  inverted?: boolean
}) {
  return (
    <kbd
      className={cn(
        'inline-flex h-4 min-w-4 items-center justify-center rounded-[3px] border px-1 align-middle font-sans text-cap/[14px] font-medium whitespace-nowrap max-sm:hidden',
        inverted ? 'border-current/45 text-current' : 'border-line bg-surface text-text-3',
        className,
      )}
    >
      {children}
    </kbd>
  )
}
