'use client'

import { Tooltip as Radix, Slot } from 'radix-ui'
import { type PointerEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { TOOLTIP_DELAY_MS, TooltipContent } from './tooltip'

/**
 * A tooltip of something that can't take the focus, for lists: a row that nobody points at pays nothing for
 * it. It comes to be when the pointer rests on its `children`, one element.
 */
export function RestTooltip({ content, children }: { content: ReactNode; children: ReactNode }) {
  const [open, setOpen] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const stop = () => clearTimeout(timer.current)
  useEffect(() => () => clearTimeout(timer.current), [])
  if (open)
    return (
      <Radix.Root defaultOpen onOpenChange={setOpen}>
        <Radix.Trigger asChild>{children}</Radix.Trigger>
        <TooltipContent>{content}</TooltipContent>
      </Radix.Root>
    )
  const start = (event: PointerEvent) => {
    // A finger does not rest, and whoever drags selects text.
    if (event.pointerType === 'touch' || event.buttons !== 0) return
    stop()
    timer.current = setTimeout(() => setOpen(true), TOOLTIP_DELAY_MS)
  }
  return (
    <Slot.Root onPointerEnter={start} onPointerLeave={stop} onPointerDown={stop}>
      {children}
    </Slot.Root>
  )
}
