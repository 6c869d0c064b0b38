'use client'

import { type RefObject, useEffect, useState } from 'react'

/**
 * Browsers lay out no element of more than some 17 million pixels (Firefox); what is longer is scrolled in
 * larger steps.
 */
const MOST_PX = 8_000_000
const OVERSCAN = 20

export type LineWindow = { first: number; end: number; before: number; after: number }

/** Which of `count` lines of one height are drawn at a place of the scroll bar, and the room before and behind them. */
export function lineWindow(
  count: number,
  lineHeight: number,
  scrollTop: number,
  viewHeight: number,
): LineWindow {
  const whole = count * lineHeight
  const shown = Math.min(whole, MOST_PX)
  const ratio = shown === whole ? 1 : (whole - viewHeight) / (shown - viewHeight)
  const top = Math.max(0, Math.min(scrollTop * ratio, whole - viewHeight))
  const at = Math.floor(top / lineHeight)
  // Above the window there is only as much room as the scroll bar has.
  const above = Math.min(OVERSCAN, at, Math.floor(scrollTop / lineHeight))
  const first = at - above
  const end = Math.min(count, at + Math.ceil(viewHeight / lineHeight) + 1 + OVERSCAN)
  const before = Math.max(0, Math.min(scrollTop, shown) - (top - first * lineHeight))
  return { first, end, before, after: Math.max(0, shown - before - (end - first) * lineHeight) }
}

/** The window of a scrolling element; follows its scrolling and its size. */
export function useLineWindow(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  lineHeight: number,
): LineWindow {
  const [place, setPlace] = useState({ top: 0, height: 600 })
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const look = () => setPlace({ top: element.scrollTop, height: element.clientHeight })
    look()
    const resized = new ResizeObserver(look)
    resized.observe(element)
    element.addEventListener('scroll', look, { passive: true })
    return () => {
      resized.disconnect()
      element.removeEventListener('scroll', look)
    }
  }, [scroller])
  return lineWindow(count, lineHeight, place.top, place.height)
}
