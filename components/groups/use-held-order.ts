'use client'

import { useRef, useState } from 'react'
import { holdOrder } from './hold-order'

/**
 * Holds rows in place while somebody points at them or stands in them; spread `hold` on the element around
 * the list. `scope`: another list begins anew.
 */
export function useHeldOrder<Row>(rows: readonly Row[], keyOf: (row: Row) => string, scope = '') {
  const [held, setHeld] = useState(false)
  const order = useRef<{ scope: string; keys: readonly string[] }>({ scope, keys: [] })
  const keep = held && order.current.scope === scope
  const shown = keep ? holdOrder(order.current.keys, rows, keyOf) : [...rows]
  order.current = { scope, keys: shown.map(keyOf) }
  const hold = {
    onPointerEnter: () => setHeld(true),
    onPointerLeave: () => setHeld(false),
    onFocus: () => setHeld(true),
    onBlur: () => setHeld(false),
  }
  return { rows: shown, hold }
}
