import type { ReactNode } from 'react'
import { cn } from './cn'

/** Names and values in two columns. */
export function KeyValueList({
  items,
  labelWidth = 'w-24',
  className,
}: {
  items: readonly ({ label: ReactNode; value: ReactNode; mono?: boolean } | null | false)[]
  /** A width class of the label column. */
  labelWidth?: string
  className?: string
}) {
  return (
    <dl className={cn('flex flex-col gap-1 text-meta/5 [&_a]:reach', className)}>
      {items.map((item, i) =>
        item ? (
          <div key={i} className="flex min-w-0 gap-2">
            <dt className={cn('shrink-0 text-text-3', labelWidth)}>{item.label}</dt>
            <dd className={cn('min-w-0 flex-1', item.mono && 'mono-sm')}>{item.value}</dd>
          </div>
        ) : null,
      )}
    </dl>
  )
}
