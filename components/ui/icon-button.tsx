'use client'

import Link from 'next/link'
import type { ComponentProps, ReactNode, Ref } from 'react'
import { cn } from './cn'
import { Tooltip } from './tooltip'

const SIZES = { md: 'size-8', sm: 'size-7', xs: 'size-6' }

/** An icon alone: `label` is its tooltip and its accessible name. With a `reason` it is refused and says why. */
export function IconButton({
  label,
  icon,
  size = 'sm',
  shortcut,
  reason,
  variant = 'ghost',
  pressed,
  side,
  className,
  onClick,
  ...rest
}: Omit<ComponentProps<'button'>, 'ref' | 'children'> & {
  label: string
  icon: ReactNode
  size?: keyof typeof SIZES
  shortcut?: string | undefined
  reason?: ReactNode
  variant?: 'ghost' | 'secondary'
  pressed?: boolean | undefined
  side?: 'top' | 'right' | 'bottom' | 'left'
  ref?: Ref<HTMLButtonElement>
}) {
  return (
    <Tooltip content={reason ?? label} shortcut={reason ? undefined : shortcut} {...(side ? { side } : {})}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={pressed}
        aria-disabled={reason ? true : undefined}
        onClick={reason ? undefined : onClick}
        className={cn(
          'inline-flex shrink-0 items-center justify-center rounded-control border',
          SIZES[size],
          variant === 'secondary' ? 'border-line bg-surface' : 'border-transparent',
          reason
            ? 'text-disabled'
            : pressed
              ? 'bg-selected text-accent'
              : 'text-text-3 hover:bg-hover hover:text-text disabled:text-disabled data-[state=open]:bg-hover data-[state=open]:text-text',
          className,
        )}
        {...rest}
      >
        {icon}
      </button>
    </Tooltip>
  )
}

/** An icon alone that goes somewhere: `label` is its tooltip and its accessible name. */
export function IconLink({
  label,
  icon,
  href,
  shortcut,
  tabIndex,
}: {
  label: string
  icon: ReactNode
  href: string
  shortcut?: string
  tabIndex?: number
}) {
  return (
    <Tooltip content={label} shortcut={shortcut}>
      <Link
        href={href}
        aria-label={label}
        tabIndex={tabIndex}
        className={cn(
          'inline-flex shrink-0 items-center justify-center rounded-control text-text-3 hover:bg-hover hover:text-text',
          SIZES.xs,
        )}
      >
        {icon}
      </Link>
    </Tooltip>
  )
}
