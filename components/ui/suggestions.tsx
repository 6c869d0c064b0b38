'use client'

import { Popover as Radix } from 'radix-ui'
import type { ReactElement } from 'react'
import { cn } from './cn'

export type Suggested = { value: string; label: string; hint?: string | undefined }

/**
 * Suggestions below the field that is typed into. Focus stays in the field (`children`), which moves `chosen`
 * and names the list by `aria-controls={id}` and its option by `aria-activedescendant={`${id}-${chosen}`}`.
 */
export function Suggestions({
  id,
  label,
  options,
  chosen,
  onPick,
  onClose,
  children,
}: {
  id: string
  label: string
  /** None: nothing is shown. */
  options: readonly Suggested[]
  chosen: number
  onPick: (option: Suggested) => void
  onClose: () => void
  children: ReactElement
}) {
  return (
    <Radix.Root
      open={options.length > 0}
      onOpenChange={open => {
        if (!open) onClose()
      }}
    >
      <Radix.Anchor asChild>{children}</Radix.Anchor>
      <Radix.Portal>
        <Radix.Content
          id={id}
          role="listbox"
          aria-label={label}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          onOpenAutoFocus={event => event.preventDefault()}
          onCloseAutoFocus={event => event.preventDefault()}
          className="pop pointer-events-auto z-60 max-h-72 w-(--radix-popover-trigger-width) max-w-80 overflow-auto rounded-panel border border-pop-line bg-raised p-1 shadow-pop outline-none"
        >
          <SuggestionOptions id={id} options={options} chosen={chosen} onPick={onPick} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** The options of a list of suggestions, inside whatever is its `listbox`. */
export function SuggestionOptions({
  id,
  options,
  chosen,
  onPick,
  mono = false,
}: {
  id: string
  options: readonly Suggested[]
  chosen: number
  onPick: (option: Suggested) => void
  /** What is offered is code. */
  mono?: boolean
}) {
  return options.map((option, i) => (
    <div
      key={option.value}
      tabIndex={-1}
      id={`${id}-${i}`}
      role="option"
      aria-selected={i === chosen}
      className={cn(
        'flex min-h-7 cursor-default items-baseline gap-3 rounded-control px-2 py-1',
        i === chosen ? 'bg-selected' : 'hover:bg-hover',
      )}
      onPointerDown={event => {
        event.preventDefault()
        onPick(option)
      }}
    >
      <bdi className={cn('min-w-0 truncate', mono && 'mono-sm')} translate="no">
        {option.label}
      </bdi>
      {option.hint ? (
        <bdi
          className={cn('ml-auto min-w-0 truncate text-text-3', mono ? 'mono-sm' : 'text-meta')}
          translate="no"
        >
          {option.hint}
        </bdi>
      ) : null}
    </div>
  ))
}
