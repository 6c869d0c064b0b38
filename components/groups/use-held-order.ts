'use client'

import { useRef, useState } from 'react'
import { holdOrder } from './hold-order'

/**
 * Holds rows in place while somebody points at them or stands in them; spread `hold` on the element around
 * the list. `scope`: another list begins anew; null: its rows have not come yet, these are those of the last.
 */
export function useHeldOrder<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  scope: string | null = '',
) {
  const [held, setHeld] = useState(false)
  const order = useRef<{ scope: string; keys: readonly string[] }>({ scope: scope ?? '', keys: [] })
  const of = scope ?? order.current.scope
  const keep = held && order.current.scope === of
  const shown = keep ? holdOrder(order.current.keys, rows, keyOf) : [...rows]
  order.current = { scope: of, keys: shown.map(keyOf) }
  const hold = {
    onPointerEnter: () => setHeld(true),
    onPointerLeave: () => setHeld(false),
    onFocus: () => setHeld(true),
    onBlur: () => setHeld(false),
  }
  return { rows: shown, hold }
}
