'use client'

import { Check, Minus } from 'lucide-react'
import { type ComponentProps, type ReactNode, useEffect, useId, useRef } from 'react'
import { cn } from './cn'
import { Tooltip } from './tooltip'

type BoxProps = Omit<ComponentProps<'input'>, 'type' | 'onChange' | 'checked' | 'ref'> & {
  checked: boolean | 'indeterminate'
  onCheckedChange: (checked: boolean, event: React.ChangeEvent<HTMLInputElement>) => void
  /** Visible words beside it; without them give `aria-label`. */
  label?: ReactNode
  /** Why it cannot be changed now; with `label`. It stays focusable and says so. */
  reason?: string | null
}

export function Checkbox({ checked, onCheckedChange, label, reason, className, ...rest }: BoxProps) {
  const box = useRef<HTMLInputElement>(null)
  const id = useId()
  useEffect(() => {
    if (box.current) box.current.indeterminate = checked === 'indeterminate'
  }, [checked])
  const mark = (
    <span className="relative inline-flex size-3.5 shrink-0 align-middle">
      <input
        ref={box}
        id={id}
        type="checkbox"
        checked={checked === true}
        onChange={event => {
          if (!reason) onCheckedChange(event.currentTarget.checked, event)
        }}
        {...(reason ? { 'aria-disabled': true, 'aria-describedby': `${id}-reason` } : {})}
        className="peer size-3.5 appearance-none rounded-[3px] border border-line-strong bg-surface checked:border-accent checked:bg-accent disabled:opacity-50 aria-disabled:opacity-50 indeterminate:border-accent indeterminate:bg-accent before:absolute before:-inset-1.5 before:content-['']"
        {...rest}
      />
      <Check
        aria-hidden
        strokeWidth={3}
        className="pointer-events-none absolute inset-0.5 hidden size-2.5 text-on-accent peer-checked:block"
      />
      <Minus
        aria-hidden
        strokeWidth={3}
        className="pointer-events-none absolute inset-0.5 hidden size-2.5 text-on-accent peer-indeterminate:block"
      />
    </span>
  )
  // A partition's number may be 0.
  if (label === undefined || label === null || label === '') return mark
  return (
    <Tooltip content={reason}>
      <label
        htmlFor={id}
        className={cn('inline-flex items-center gap-2', reason && 'text-text-3', className)}
      >
        {mark}
        <span>{label}</span>
        {reason ? (
          <span id={`${id}-reason`} hidden>
            {reason}
          </span>
        ) : null}
      </label>
    </Tooltip>
  )
}

/** One of a few, each with words. */
export function RadioGroup<T extends string>({
  label,
  name,
  value,
  onValueChange,
  options,
  className,
}: {
  label: string
  name: string
  value: T
  onValueChange: (value: T) => void
  options: readonly { value: T; label: ReactNode; hint?: ReactNode; disabled?: boolean }[]
  className?: string
}) {
  return (
    <fieldset className={cn('flex flex-wrap gap-x-4 gap-y-1.5', className)}>
      <legend className="sr-only">{label}</legend>
      {options.map(option => (
        <label key={option.value} className="inline-flex items-start gap-2">
          <input
            type="radio"
            name={name}
            checked={option.value === value}
            disabled={option.disabled}
            onChange={() => onValueChange(option.value)}
            className="mt-[3px] size-3.5 shrink-0 appearance-none rounded-full border border-line-strong bg-surface checked:border-4 checked:border-accent disabled:border-disabled"
          />
          <span className="min-w-0">
            {option.label}
            {option.hint ? <span className="block text-meta text-text-3">{option.hint}</span> : null}
          </span>
        </label>
      ))}
    </fieldset>
  )
}
