'use client'

import { ToggleGroup } from 'radix-ui'
import type { ReactNode } from 'react'
import { cn } from './cn'

/** Two to five choices side by side, one of them on. */
export function Segmented<T extends string>({
  label,
  value,
  onValueChange,
  options,
  size = 'md',
  className,
}: {
  label: string
  value: T
  onValueChange: (value: T) => void
  options: readonly { value: T; label: ReactNode; title?: string }[]
  size?: 'md' | 'sm'
  className?: string
}) {
  return (
    <ToggleGroup.Root
      type="single"
      value={value}
      onValueChange={next => {
        if (next) onValueChange(next as T)
      }}
      aria-label={label}
      className={cn('inline-flex shrink-0 rounded-control border border-line bg-surface', className)}
    >
      {options.map(option => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          title={option.title}
          className={cn(
            'flex items-center gap-1 border-l border-line text-meta text-text-2 first:rounded-l-[3px] first:border-l-0 last:rounded-r-[3px] hover:bg-hover data-[state=on]:bg-selected data-[state=on]:font-medium data-[state=on]:text-accent',
            // A finger needs 24 px and more.
            size === 'sm' ? 'h-[22px] px-[7px] max-sm:h-7' : 'h-[26px] px-[9px] max-sm:h-8',
          )}
        >
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  )
}
