'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { Tabs as Radix } from 'radix-ui'
import { type ReactNode, useEffect, useRef } from 'react'
import { cn } from './cn'
import { useHotkeys } from './hotkeys'

export type TabItem = {
  label: ReactNode
  /** Beside the label, quieter: a count, a mark. */
  count?: ReactNode
  mark?: ReactNode
}

const BAR =
  'flex h-9 shrink-0 gap-5 overflow-x-auto border-b border-line px-4 whitespace-nowrap [scrollbar-width:none]'
const TAB =
  'flex min-w-6 shrink-0 items-center justify-center gap-1.5 border-b-2 border-transparent -mb-px font-medium text-text-2 hover:text-text ring-inset-focus'
// A state's own classes: of two plain ones the later in the stylesheet would win, not the later here.
const ACTIVE = 'data-[state=active]:border-accent data-[state=active]:text-text'

function TabText({ item }: { item: TabItem }) {
  return (
    <>
      {item.label}
      {item.count === undefined || item.count === null ? null : (
        <span className="text-meta font-medium text-text-3">{item.count}</span>
      )}
      {item.mark}
    </>
  )
}

/** Tabs that are pages: each has an address; keys 1-7 go there. */
export function LinkTabs({
  label,
  items,
  current,
}: {
  label: string
  items: readonly (TabItem & { id: string; href: string })[]
  current: string
}) {
  const router = useRouter()
  useHotkeys(
    Object.fromEntries(items.slice(0, 7).map((item, i) => [String(i + 1), () => router.push(item.href)])),
  )
  const active = useRef<HTMLAnchorElement>(null)
  // On a phone the bar scrolls: the tab that one is on may stand outside.
  useEffect(() => {
    if (current) active.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [current])
  return (
    <nav aria-label={label} className={BAR}>
      {items.map(item => (
        <Link
          key={item.id}
          {...(item.id === current ? { ref: active } : {})}
          href={item.href}
          aria-current={item.id === current ? 'page' : undefined}
          data-state={item.id === current ? 'active' : 'inactive'}
          className={cn(TAB, ACTIVE)}
        >
          <TabText item={item} />
        </Link>
      ))}
    </nav>
  )
}

/** Tabs inside a drawer or panel: no address of their own. Panels are the children, each in a `TabPanel`. */
export function Tabs<T extends string>({
  label,
  items,
  value,
  onValueChange,
  children,
  className,
}: {
  label: string
  items: readonly (TabItem & { id: T })[]
  value: T
  onValueChange: (value: T) => void
  children: ReactNode
  className?: string
}) {
  return (
    <Radix.Root
      value={value}
      onValueChange={next => onValueChange(next as T)}
      className={cn('flex min-h-0 flex-1 flex-col', className)}
    >
      <Radix.List aria-label={label} className={BAR}>
        {items.map(item => (
          <Radix.Trigger key={item.id} value={item.id} className={cn(TAB, ACTIVE)}>
            <TabText item={item} />
          </Radix.Trigger>
        ))}
      </Radix.List>
      {children}
    </Radix.Root>
  )
}

export function TabPanel({
  id,
  children,
  className,
}: {
  id: string
  children: ReactNode
  className?: string
}) {
  return (
    <Radix.Content value={id} className={cn('min-h-0 flex-1 overflow-auto ring-inset-focus', className)}>
      {children}
    </Radix.Content>
  )
}
