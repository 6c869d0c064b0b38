'use client'

import { Check, ChevronDown } from 'lucide-react'
import { Select as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { cn } from './cn'
import { useNonce } from './nonce'

export type SelectOption<T extends string> = {
  value: T
  label: ReactNode
  /** Said beside the label in the list. */
  hint?: ReactNode
  disabled?: boolean
}

/**
 * One of a short list (over 100 options: use a server-searched combobox). `prefix` names the choice inside
 * the closed control.
 */
export function Select<T extends string>({
  label,
  value,
  onValueChange,
  options,
  size = 'md',
  prefix,
  id,
  invalid,
  disabled,
  className,
  ...aria
}: {
  label: string
  value: T
  onValueChange: (value: T) => void
  options: readonly SelectOption<T>[]
  size?: 'md' | 'sm'
  prefix?: ReactNode
  id?: string
  invalid?: boolean
  disabled?: boolean
  className?: string
  'aria-describedby'?: string | undefined
}) {
  const nonce = useNonce()
  return (
    <Radix.Root
      value={value}
      onValueChange={next => onValueChange(next as T)}
      {...(disabled ? { disabled } : {})}
    >
      <Radix.Trigger
        id={id}
        aria-label={label}
        aria-invalid={invalid || undefined}
        className={cn(
          'inline-flex min-w-0 items-center gap-1.5 rounded-control border bg-surface px-2 text-left whitespace-nowrap text-text hover:bg-hover disabled:bg-sunken disabled:text-text-2',
          size === 'sm' ? 'h-7' : 'h-8',
          invalid ? 'border-error-mark' : 'border-line-strong',
          className,
        )}
        {...aria}
      >
        {prefix ? <span className="text-text-3">{prefix}</span> : null}
        <span className="min-w-0 flex-1 truncate">
          {/* Given here: Radix knows the options only once it is open, and the first paint has its width. */}
          <Radix.Value>{options.find(option => option.value === value)?.label}</Radix.Value>
        </span>
        <Radix.Icon>
          <ChevronDown size={14} className="text-text-3" />
        </Radix.Icon>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className="pop z-60 max-h-80 min-w-(--radix-select-trigger-width) overflow-hidden rounded-panel border border-pop-line bg-raised shadow-pop"
        >
          <Radix.Viewport {...(nonce ? { nonce } : {})} className="p-1">
            {options.map(option => (
              <Radix.Item
                key={option.value}
                value={option.value}
                {...(option.disabled ? { disabled: true } : {})}
                className="flex h-7 items-center gap-2 rounded-control pr-3 pl-7 outline-none data-[disabled]:text-disabled data-[highlighted]:bg-hover data-[state=checked]:font-medium relative"
              >
                <Radix.ItemIndicator className="absolute left-2">
                  <Check size={14} className="text-accent" />
                </Radix.ItemIndicator>
                <Radix.ItemText>{option.label}</Radix.ItemText>
                {option.hint ? (
                  <span className="ml-auto pl-4 text-meta text-text-3">{option.hint}</span>
                ) : null}
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
