'use client'

import { Tooltip as Radix } from 'radix-ui'
import type { ComponentProps, ReactNode } from 'react'
import { Kbd } from './kbd'

export const TOOLTIP_DELAY_MS = 350

export function TooltipProvider({ children }: { children: ReactNode }) {
  return (
    <Radix.Provider delayDuration={TOOLTIP_DELAY_MS} skipDelayDuration={200}>
      {children}
    </Radix.Provider>
  )
}

/**
 * Words that explain what is under the pointer or focus. `children` must be one focusable element; without
 * content nothing is added.
 */
export function Tooltip({
  content,
  shortcut,
  side = 'bottom',
  align = 'center',
  children,
}: {
  content: ReactNode
  shortcut?: string | undefined
  side?: 'top' | 'right' | 'bottom' | 'left'
  align?: 'start' | 'center' | 'end'
  children: ReactNode
}) {
  if (content === null || content === undefined || content === '') return children
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <TooltipContent side={side} align={align}>
        {content}
        {shortcut ? <Kbd className="ml-2">{shortcut}</Kbd> : null}
      </TooltipContent>
    </Radix.Root>
  )
}

/** How every tooltip looks, wherever its trigger comes from. */
export function TooltipContent(
  props: Pick<ComponentProps<typeof Radix.Content>, 'side' | 'align' | 'children'>,
) {
  return (
    <Radix.Portal>
      <Radix.Content
        side="bottom"
        {...props}
        sideOffset={6}
        collisionPadding={8}
        className="pop z-60 max-w-80 rounded-control border border-pop-line bg-raised px-2 py-1 text-meta text-text shadow-pop"
      />
    </Radix.Portal>
  )
}
