'use client'

import Link from 'next/link'
import type { ComponentProps, ReactNode, Ref } from 'react'
import { cn } from './cn'
import { Kbd } from './kbd'
import { Tooltip } from './tooltip'

export type ButtonVariant = 'primary' | 'secondary' | 'ghost' | 'danger'
export type ButtonSize = 'md' | 'sm' | 'xs'

const VARIANTS: Record<ButtonVariant, string> = {
  primary:
    'border-transparent bg-accent text-on-accent hover:bg-accent-hover hover:text-on-accent [&>svg]:text-current',
  secondary:
    'border-line bg-surface text-text hover:bg-hover hover:text-text [&>svg]:text-text-3 dark:hover:border-line-strong',
  ghost: 'border-transparent bg-transparent text-text-2 hover:bg-hover hover:text-text [&>svg]:text-text-3',
  danger:
    'border-transparent bg-danger text-on-danger hover:bg-danger-hover hover:text-on-danger [&>svg]:text-current',
}
const OFF = 'border-line bg-unknown-bg text-disabled [&>svg]:text-disabled'
const SIZES: Record<ButtonSize, string> = {
  md: 'h-8 px-3 gap-1.5 text-body',
  sm: 'h-7 px-2 gap-1.5 text-body',
  xs: 'h-6 px-2 gap-1 text-meta',
}

function buttonClass(variant: ButtonVariant, size: ButtonSize, off = false): string {
  return cn(
    'inline-flex shrink-0 items-center justify-center rounded-control border font-medium whitespace-nowrap no-underline select-none [&>svg]:shrink-0',
    SIZES[size],
    off ? OFF : VARIANTS[variant],
  )
}

type Look = { variant?: ButtonVariant; size?: ButtonSize; icon?: ReactNode; kbd?: string | undefined }

export type ButtonProps = Look &
  Omit<ComponentProps<'button'>, 'ref'> & { ref?: Ref<HTMLButtonElement>; busy?: boolean }

/** A verb and what it acts on (`Replay 305 records`). While `busy` it stays focusable and does nothing. */
export function Button({
  variant = 'secondary',
  size = 'md',
  icon,
  kbd,
  busy,
  className,
  children,
  onClick,
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <button
      type={type}
      aria-busy={busy || undefined}
      aria-disabled={busy || rest.disabled || undefined}
      onClick={event => {
        if (busy) event.preventDefault()
        else onClick?.(event)
      }}
      className={cn(buttonClass(variant, size, rest.disabled), busy && 'opacity-70', className)}
      {...rest}
    >
      {icon}
      {children}
      {kbd ? <Kbd inverted={variant === 'primary' || variant === 'danger'}>{kbd}</Kbd> : null}
    </button>
  )
}

/** A button that may be refused: with a `reason` it stays focusable, says why, and does nothing. */
export function ActionButton({ reason, ...props }: ButtonProps & { reason: ReactNode | null | undefined }) {
  if (!reason) return <Button {...props} />
  const {
    variant = 'secondary',
    size = 'md',
    icon,
    kbd,
    busy: _busy,
    className,
    onClick: _off,
    children,
    type: _type,
    ...rest
  } = props
  return (
    <Tooltip content={reason}>
      <button
        {...rest}
        type="button"
        aria-disabled="true"
        className={cn(buttonClass(variant, size, true), className)}
      >
        {icon}
        {children}
        {kbd ? <Kbd>{kbd}</Kbd> : null}
      </button>
    </Tooltip>
  )
}

/** Goes somewhere, looks like a button. */
export function LinkButton({
  variant = 'secondary',
  size = 'md',
  icon,
  kbd,
  className,
  children,
  ...rest
}: Look & ComponentProps<typeof Link>) {
  return (
    // What is downloaded is no page: asked for ahead, it would be made for nothing.
    <Link
      className={cn(buttonClass(variant, size), className)}
      prefetch={rest.download === undefined ? undefined : false}
      {...rest}
    >
      {icon}
      {children}
      {kbd ? <Kbd inverted={variant === 'primary' || variant === 'danger'}>{kbd}</Kbd> : null}
    </Link>
  )
}
