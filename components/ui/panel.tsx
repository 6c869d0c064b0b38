import type { ReactNode } from 'react'
import { cn } from './cn'

/** A framed part of a page; never one inside another. */
export function Panel({
  title,
  meta,
  aside,
  footer,
  className,
  children,
}: {
  title: ReactNode
  meta?: ReactNode
  aside?: ReactNode
  footer?: ReactNode
  className?: string
  children: ReactNode
}) {
  return (
    <section
      className={cn(
        'flex min-w-0 flex-col overflow-hidden rounded-panel border border-line bg-surface',
        className,
      )}
    >
      <header className="flex min-h-9 shrink-0 items-center gap-2 px-3 whitespace-nowrap max-sm:py-1">
        <h2 className="text-body font-semibold">{title}</h2>
        {meta ? (
          <span className="min-w-0 truncate text-meta text-text-3 max-sm:whitespace-normal">{meta}</span>
        ) : null}
        <span className="flex-1" />
        {aside}
      </header>
      <div className="flex min-h-0 flex-1 flex-col">{children}</div>
      {footer ? (
        <footer className="mt-auto flex h-8 shrink-0 items-center gap-2 border-t border-line-soft px-3 text-meta whitespace-nowrap text-text-3 max-sm:[&_a]:py-1.5">
          {footer}
        </footer>
      ) : null}
    </section>
  )
}
