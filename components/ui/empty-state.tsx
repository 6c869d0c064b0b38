import type { ReactNode } from 'react'
import { cn } from './cn'

/** Nothing here: why, and the next step. "None exist", "none match" and "you may not see them" get different words. */
export function EmptyState({
  icon,
  title,
  body,
  action,
  className,
}: {
  icon?: ReactNode
  title: ReactNode
  body?: ReactNode
  action?: ReactNode
  className?: string
}) {
  return (
    <div className={cn('flex flex-col items-center justify-center gap-1 px-6 py-12 text-center', className)}>
      {icon ? <span className="mb-2 text-text-3 [&>svg]:size-6">{icon}</span> : null}
      <p className="font-medium">{title}</p>
      {body ? <p className="max-w-120 text-text-3">{body}</p> : null}
      {action ? <div className="mt-3 flex gap-2 max-sm:[&>a]:py-1">{action}</div> : null}
    </div>
  )
}
