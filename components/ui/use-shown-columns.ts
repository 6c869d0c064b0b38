'use client'

import { type RefObject, useEffect, useState } from 'react'
import { type Column, countShown } from './data-table-columns'

/**
 * How many columns are drawn at the container's width. A cell may span no more: in a fixed layout a column
 * that no cell stands in still takes its share of the width.
 */
export function useShownColumns(
  container: RefObject<HTMLElement | null>,
  columns: readonly Pick<Column<unknown>, 'hideBelow'>[],
): number {
  const [width, setWidth] = useState(Number.POSITIVE_INFINITY)
  useEffect(() => {
    const element = container.current
    if (!element) return
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setWidth(entry.contentRect.width)
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [container])
  return countShown(columns, width)
}
