'use client'

import { type ComponentProps, type ReactNode, type Ref, useId } from 'react'
import { cn } from './cn'

const FRAME =
  'flex min-w-0 items-center gap-1.5 rounded-control border bg-surface text-text has-[:disabled]:bg-sunken has-[:disabled]:text-text-2 focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-focus'
const frameTone = (invalid: boolean | undefined) =>
  invalid ? 'border-error-mark shadow-[inset_0_0_0_1px_var(--error-mark)]' : 'border-line-strong'

/** One line of text. `leading`/`trailing` sit inside the frame. */
export function Input({
  size = 'md',
  invalid,
  leading,
  trailing,
  mono,
  className,
  ...rest
}: Omit<ComponentProps<'input'>, 'size' | 'ref'> & {
  size?: 'md' | 'sm'
  invalid?: boolean | undefined
  leading?: ReactNode
  trailing?: ReactNode
  mono?: boolean
  ref?: Ref<HTMLInputElement>
}) {
  return (
    <span className={cn(FRAME, frameTone(invalid), size === 'sm' ? 'h-7' : 'h-8', 'px-2', className)}>
      {leading}
      <input
        aria-invalid={invalid || undefined}
        autoComplete="off"
        spellCheck={false}
        className={cn('h-full w-full min-w-0 flex-1 bg-transparent outline-none', mono && 'mono')}
        {...rest}
      />
      {trailing}
    </span>
  )
}

export function Textarea({
  invalid,
  mono,
  className,
  ...rest
}: Omit<ComponentProps<'textarea'>, 'ref'> & {
  invalid?: boolean | undefined
  mono?: boolean
  ref?: Ref<HTMLTextAreaElement>
}) {
  return (
    <textarea
      aria-invalid={invalid || undefined}
      className={cn(
        'block w-full rounded-control border bg-surface px-2 py-1.5 disabled:bg-sunken disabled:text-text-2',
        frameTone(invalid),
        mono && 'mono',
        className,
      )}
      {...rest}
    />
  )
}

export type FieldIds = { id: string; 'aria-describedby': string | undefined; invalid: boolean }

/** Label, control, hint and error tied together. The control is drawn by `children(ids)`: spread ids on it. */
export function Field({
  label,
  hint,
  error,
  required,
  aside,
  className,
  children,
}: {
  label: ReactNode
  hint?: ReactNode
  error?: ReactNode
  required?: boolean
  aside?: ReactNode
  className?: string
  children: (ids: FieldIds) => ReactNode
}) {
  const id = useId()
  const hintId = `${id}-hint`
  const errorId = `${id}-error`
  const describedBy = [error ? errorId : null, hint ? hintId : null].filter(Boolean).join(' ') || undefined
  return (
    <div className={cn('flex min-w-0 flex-col gap-1', className)}>
      <div className="flex items-baseline justify-between gap-2">
        <label htmlFor={id} className={cn('text-meta font-medium', error ? 'text-error' : 'text-text-2')}>
          {label}
          {required ? <span className="text-error"> *</span> : null}
        </label>
        {aside}
      </div>
      {children({ id, 'aria-describedby': describedBy, invalid: Boolean(error) })}
      {error ? (
        <p id={errorId} className="text-meta text-error">
          {error}
        </p>
      ) : null}
      {hint ? (
        <p id={hintId} className="text-meta text-text-3">
          {hint}
        </p>
      ) : null}
    </div>
  )
}
