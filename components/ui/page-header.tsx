'use client'

import type { ReactNode } from 'react'
import { cn } from './cn'

/** Title, what it is, its facts and its actions. The one h1 of a page: focus comes here when the route changes. */
export function PageHeader({
  title,
  mono,
  chips,
  facts,
  aside,
  actions,
  className,
}: {
  title: ReactNode
  /** The title is an id. */
  mono?: boolean
  chips?: ReactNode
  /** One line under the title; wrap each in `Fact`. */
  facts?: ReactNode
  /** Beside the title, quieter. */
  aside?: ReactNode
  actions?: ReactNode
  className?: string
}) {
  return (
    <div className={cn('flex shrink-0 flex-wrap items-start gap-x-4 gap-y-2 px-4 pt-3 pb-2', className)}>
      <div className="min-w-0 flex-1 max-sm:basis-full">
        <div className="flex min-w-0 flex-wrap items-center gap-x-2.5 gap-y-1">
          <h1
            tabIndex={-1}
            className={cn('min-w-0 text-title font-semibold', mono && 'font-mono tracking-tight')}
          >
            {title}
          </h1>
          {chips}
          {aside ? <span className="text-meta text-text-2">{aside}</span> : null}
        </div>
        {facts ? (
          <div className="mt-0.5 flex flex-wrap items-center gap-x-3 text-meta/5 text-text-2 [&_a]:reach">
            {facts}
          </div>
        ) : null}
      </div>
      {actions ? (
        <div className="flex shrink-0 items-center gap-2 max-sm:shrink max-sm:flex-wrap">{actions}</div>
      ) : null}
    </div>
  )
}

/** `파티션 12`: a word and its value. */
export function Fact({ label, children }: { label?: ReactNode; children: ReactNode }) {
  return (
    <span className="whitespace-nowrap">
      {label ? <>{label} </> : null}
      <b className="font-medium text-text">{children}</b>
    </span>
  )
}

/** Headline numbers side by side, told apart by hairlines. */
export function StatStrip({
  items,
  className,
}: {
  items: readonly { label: ReactNode; value: ReactNode; className?: string }[]
  className?: string
}) {
  return (
    <dl className={cn('flex flex-wrap gap-y-2', className)}>
      {items.map((item, i) => (
        <div
          key={i}
          className="border-r border-line px-4 first:pl-0 last:border-r-0 max-sm:not-first:px-2.5 max-sm:first:pr-2.5"
        >
          <dt className="text-meta text-text-3">{item.label}</dt>
          <dd className={cn('text-title font-semibold whitespace-nowrap', item.className)}>{item.value}</dd>
        </div>
      ))}
    </dl>
  )
}
