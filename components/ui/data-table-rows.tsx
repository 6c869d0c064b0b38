'use client'

import { ArrowDown, ArrowUp } from 'lucide-react'
import { type MouseEvent, memo, type ReactNode } from 'react'
import { Checkbox } from './checkbox'
import { cn } from './cn'
import { type Column, hideClass } from './data-table-columns'
import { Skeleton } from './skeleton'
import { Tooltip } from './tooltip'

const EDGES = 'first:pl-4 last:pr-4'
const HEAD =
  'sticky top-0 z-10 h-7 overflow-hidden border-b border-line bg-surface px-2 text-meta font-medium text-ellipsis whitespace-nowrap text-text-3'
const CELL = 'border-b border-line-soft px-2'
const HEIGHTS = { 28: 'h-7', 32: 'h-8', 40: 'h-10', 50: 'h-[50px]' }
const BAR_CELL = {
  error: 'shadow-[inset_3px_0_0_var(--error-mark)]',
  warn: 'shadow-[inset_3px_0_0_var(--warn-mark)]',
  stall: 'shadow-[inset_3px_0_0_var(--stall-mark)]',
}

export function HeaderRow<Row>({
  columns,
  sort,
  onSort,
  selectAll,
}: {
  columns: readonly Column<Row>[]
  sort: string | undefined
  onSort: ((sort: string) => void) | undefined
  selectAll: { label: string; checked: boolean | 'indeterminate'; onChange: (on: boolean) => void } | null
}) {
  return (
    <tr aria-rowindex={1}>
      {selectAll ? (
        <th scope="col" className={cn(HEAD, EDGES, 'text-left')}>
          <Checkbox
            aria-label={selectAll.label}
            checked={selectAll.checked}
            onCheckedChange={selectAll.onChange}
          />
        </th>
      ) : null}
      {columns.map(column => {
        const key = column.sortKey
        const down = column.sortsDownOnly ? key : `-${key}`
        const direction =
          key === undefined ? null : sort === down ? 'descending' : sort === key ? 'ascending' : null
        const sortable = key !== undefined && onSort !== undefined
        const next = column.sortsDownOnly
          ? (key ?? '')
          : direction === null
            ? `${column.sortDescFirst ? '-' : ''}${key}`
            : direction === 'ascending'
              ? `-${key}`
              : (key ?? '')
        const words = (
          <>
            <span className="min-w-0 truncate">{column.header}</span>
            {direction === 'ascending' ? <ArrowUp aria-hidden size={12} className="shrink-0" /> : null}
            {direction === 'descending' ? <ArrowDown aria-hidden size={12} className="shrink-0" /> : null}
          </>
        )
        const look = cn(
          'inline-flex max-w-full items-center gap-1 align-middle',
          column.align === 'end' && 'justify-end',
        )
        return (
          <th
            key={column.id}
            scope="col"
            aria-sort={sortable ? (direction ?? 'none') : undefined}
            className={cn(
              HEAD,
              EDGES,
              column.align === 'end' ? 'text-right' : 'text-left',
              hideClass(column.hideBelow),
            )}
          >
            <Tooltip content={column.help}>
              {sortable ? (
                <button
                  type="button"
                  onClick={() => onSort(next)}
                  className={cn(
                    look,
                    'rounded-[3px] hover:text-text ring-inset-focus',
                    direction && 'text-text',
                  )}
                >
                  {words}
                </button>
              ) : (
                <span className={look} {...(column.help ? { tabIndex: 0 } : {})}>
                  {words}
                </span>
              )}
            </Tooltip>
          </th>
        )
      })}
    </tr>
  )
}

export function GroupRow({
  columns,
  header,
  asCard,
}: {
  columns: number
  header: ReactNode
  asCard: boolean
}) {
  return (
    <tr className={asCard ? 'block' : undefined}>
      <th
        colSpan={columns}
        scope="rowgroup"
        className={cn(
          'h-7 border-b border-line-soft bg-canvas px-4 text-left font-medium',
          asCard && 'flex items-center',
        )}
      >
        {header}
      </th>
    </tr>
  )
}

type DataRowProps<Row> = {
  row: Row
  index: number
  ariaIndex: number
  columns: readonly Column<Row>[]
  rowHeight: keyof typeof HEIGHTS
  tabStop: boolean
  current: boolean
  tone: 'error' | 'warn' | 'stall' | null
  openable: boolean
  card: ((row: Row) => ReactNode) | undefined
  select: { checked: boolean; disabled: boolean; label: string } | null
  onToggle: (index: number, range: boolean) => void
  onClick: (event: MouseEvent<HTMLElement>, index: number) => void
  onFocus: (index: number) => void
}

export function DataRow<Row>(props: DataRowProps<Row>) {
  const { row, index, columns, select, current, tone } = props
  const look = cn(
    'group/row scroll-mt-7 ring-inset-focus',
    props.openable && 'cursor-pointer',
    current ? 'bg-selected' : select?.checked ? 'bg-selected' : 'hover:bg-hover',
  )
  const shared = {
    'data-row': index,
    'aria-rowindex': props.ariaIndex,
    'aria-selected': select ? select.checked : undefined,
    'aria-current': current ? (true as const) : undefined,
    tabIndex: props.tabStop ? 0 : -1,
    onFocus: () => props.onFocus(index),
    onClick: (event: MouseEvent<HTMLElement>) => props.onClick(event, index),
  }
  if (props.card) {
    return (
      <tr {...shared} className={cn(look, 'block border-b border-line-soft px-4 py-2')}>
        <td className="block">{props.card(row)}</td>
      </tr>
    )
  }
  const edge = current ? 'shadow-[inset_2px_0_0_var(--focus)]' : tone ? BAR_CELL[tone] : ''
  return (
    <tr {...shared} className={look}>
      {select ? (
        <td className={cn(CELL, EDGES, HEIGHTS[props.rowHeight], edge)}>
          <Checkbox
            aria-label={select.label}
            tabIndex={-1}
            checked={select.checked}
            disabled={select.disabled}
            onCheckedChange={(_, event) =>
              props.onToggle(
                index,
                event.nativeEvent instanceof globalThis.MouseEvent && event.nativeEvent.shiftKey,
              )
            }
          />
        </td>
      ) : null}
      <RowCells
        row={row}
        columns={columns}
        height={HEIGHTS[props.rowHeight]}
        firstLook={select === null ? edge : ''}
      />
    </tr>
  )
}

/** Kept as long as the row and its columns are the same: in a list that moves on only new rows are drawn. */
const RowCells = memo(function RowCells<Row>({
  row,
  columns,
  height,
  firstLook,
}: {
  row: Row
  columns: readonly Column<Row>[]
  height: string
  firstLook: string
}) {
  return columns.map((column, i) => {
    const Cell = column.rowHeader ? 'th' : 'td'
    return (
      <Cell
        key={column.id}
        {...(column.rowHeader ? { scope: 'row' } : {})}
        className={cn(
          CELL,
          EDGES,
          height,
          'font-normal',
          !column.wrap && 'overflow-hidden text-ellipsis whitespace-nowrap',
          column.align === 'end' ? 'text-right' : 'text-left',
          column.mono && 'mono',
          hideClass(column.hideBelow),
          i === 0 && firstLook,
        )}
      >
        {column.render(row)}
      </Cell>
    )
  })
}) as <Row>(props: {
  row: Row
  columns: readonly Column<Row>[]
  height: string
  firstLook: string
}) => ReactNode

const WIDTHS = ['w-3/5', 'w-4/5', 'w-2/5', 'w-1/2']

export const SkeletonRows = memo(function SkeletonRows({
  columns,
  selectable,
  rows,
  rowHeight,
  cardHeight,
}: {
  columns: readonly Column<never>[]
  selectable: boolean
  rows: number
  rowHeight: keyof typeof HEIGHTS
  /** Pixels of a card, where rows are cards; else null. */
  cardHeight: number | null
}) {
  if (cardHeight !== null)
    return Array.from({ length: rows }, (_, r) => (
      <tr key={r} aria-hidden className="block">
        <td className="flex flex-col justify-center gap-2 border-b border-line-soft px-4" height={cardHeight}>
          <Skeleton className={WIDTHS[r % WIDTHS.length] ?? ''} />
          <Skeleton className={WIDTHS[(r + 2) % WIDTHS.length] ?? ''} />
        </td>
      </tr>
    ))
  return Array.from({ length: rows }, (_, r) => (
    <tr key={r} aria-hidden>
      {selectable ? <td className={cn(CELL, EDGES, HEIGHTS[rowHeight])} /> : null}
      {columns.map((column, c) => (
        <td key={column.id} className={cn(CELL, EDGES, HEIGHTS[rowHeight], hideClass(column.hideBelow))}>
          <Skeleton className={cn(WIDTHS[(r + c) % WIDTHS.length], column.align === 'end' && 'ml-auto')} />
        </td>
      ))}
    </tr>
  ))
})
