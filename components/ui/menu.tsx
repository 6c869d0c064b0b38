'use client'

import { Check } from 'lucide-react'
import Link from 'next/link'
import { DropdownMenu as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { cn } from './cn'
import { Kbd } from './kbd'

const ITEM =
  'relative flex h-7 items-center gap-2 rounded-control px-2 text-text no-underline outline-none select-none data-[highlighted]:bg-hover hover:text-text [&>svg]:size-4 [&>svg]:text-text-3'

/** A list of actions under its trigger (one focusable element). */
export function Menu({
  trigger,
  label,
  align = 'end',
  children,
}: {
  trigger: ReactNode
  label: string
  align?: 'start' | 'center' | 'end'
  children: ReactNode
}) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="pop z-60 max-w-[min(28rem,calc(100vw-1rem))] min-w-44 rounded-panel border border-pop-line bg-raised p-1 shadow-pop"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** With a `reason` the item is listed, off, and says why under its name. */
export function MenuItem({
  icon,
  shortcut,
  danger,
  reason,
  href,
  onSelect,
  children,
}: {
  icon?: ReactNode
  shortcut?: string
  danger?: boolean
  reason?: ReactNode
  href?: string
  onSelect?: () => void
  children: ReactNode
}) {
  const inner = (
    <>
      {icon}
      <span className="min-w-0 flex-1">
        {children}
        {reason ? <span className="block text-meta whitespace-normal text-text-3">{reason}</span> : null}
      </span>
      {shortcut ? <Kbd className="ml-4">{shortcut}</Kbd> : null}
    </>
  )
  const className = cn(
    ITEM,
    danger && 'text-error [&>svg]:text-error-mark',
    reason ? 'h-auto py-1 text-disabled' : '',
  )
  if (href && !reason) {
    return (
      <Radix.Item asChild {...(onSelect ? { onSelect } : {})}>
        <Link href={href} className={className}>
          {inner}
        </Link>
      </Radix.Item>
    )
  }
  return (
    <Radix.Item
      className={className}
      aria-disabled={reason ? true : undefined}
      onSelect={event => {
        if (reason) event.preventDefault()
        else onSelect?.()
      }}
    >
      {inner}
    </Radix.Item>
  )
}

export function MenuRadioGroup<T extends string>({
  label,
  value,
  onValueChange,
  options,
}: {
  label: ReactNode
  value: T
  onValueChange: (value: T) => void
  options: readonly { value: T; label: ReactNode; hint?: ReactNode }[]
}) {
  return (
    <>
      <Radix.Label className="px-2 pt-1.5 pb-0.5 text-cap font-medium text-text-3">{label}</Radix.Label>
      <Radix.RadioGroup value={value} onValueChange={next => onValueChange(next as T)}>
        {options.map(option => (
          <Radix.RadioItem key={option.value} value={option.value} className={cn(ITEM, 'pl-7')}>
            <Radix.ItemIndicator className="absolute left-2">
              <Check size={14} className="text-accent" />
            </Radix.ItemIndicator>
            <span className="flex-1">{option.label}</span>
            {option.hint ? <span className="ml-4 text-meta text-text-3">{option.hint}</span> : null}
          </Radix.RadioItem>
        ))}
      </Radix.RadioGroup>
    </>
  )
}

export function MenuSeparator() {
  return <Radix.Separator className="my-1 h-px bg-line" />
}
