import type { ReactNode } from 'react'

export type Column<Row> = {
  id: string
  header: ReactNode
  /** How the value comes about: the tooltip of the header. */
  help?: ReactNode
  align?: 'start' | 'end'
  /** Pixels; a column without a width shares what is left. */
  width?: number
  mono?: boolean
  /** The cell that names the row (`th scope=row`). */
  rowHeader?: boolean
  /** What `sort` says when this column leads: `name`, `-name` is the reverse. */
  sortKey?: string
  /** First click sorts downwards (numbers). */
  sortDescFirst?: boolean
  /** `sortKey` by itself is largest first, and has no reverse. */
  sortsDownOnly?: boolean
  /** Left out when the table is narrower than 480, 720, 900, 1100 or 1300 px. */
  hideBelow?: 'sm' | 'md' | 'lg' | 'xl' | '2xl'
  /** Cells draw their own overflow (two-line cells). */
  wrap?: boolean
  render: (row: Row) => ReactNode
}

/** By the table's own width, not the window's: a drawer beside it makes it narrower. */
const HIDE = {
  sm: '@max-[480px]:hidden',
  md: '@max-[720px]:hidden',
  lg: '@max-[900px]:hidden',
  xl: '@max-[1100px]:hidden',
  '2xl': '@max-[1300px]:hidden',
}

export function hideClass(below: Column<unknown>['hideBelow']): string {
  return below ? HIDE[below] : ''
}

const LIMITS = { sm: 480, md: 720, lg: 900, xl: 1100, '2xl': 1300 }

/** How many of the columns are left in a table of this width. */
export function countShown(columns: readonly Pick<Column<unknown>, 'hideBelow'>[], width: number): number {
  return columns.filter(({ hideBelow }) => !hideBelow || width >= LIMITS[hideBelow]).length
}
