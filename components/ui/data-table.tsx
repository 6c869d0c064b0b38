'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react'
import { cn } from './cn'
import { type Column, hideClass } from './data-table-columns'
import { DataRow, GroupRow, HeaderRow, SkeletonRows } from './data-table-rows'
import { isTyping, useHotkeys } from './hotkeys'
import { RowGap } from './row-gap'
import { SkeletonLines } from './skeleton'
import { useMediaQuery } from './use-media-query'
import { usePhone } from './use-phone'
import { useRowSlots } from './use-row-slots'
import { useShownColumns } from './use-shown-columns'

export type { Column }

export type DataTableProps<Row> = {
  /** What the table lists; read by screen readers. */
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  /** What a screen reader calls a row that can be selected, where its key says nothing. */
  rowName?: ((row: Row) => string) | undefined
  /** Where Enter and a click lead. */
  rowHref?: ((row: Row) => string | null) | undefined
  /** Opens a row in place instead (drawer). `peek`: keep focus in the list. */
  onOpen?: ((row: Row, peek: boolean) => void) | undefined
  sort?: string | undefined
  onSort?: ((sort: string) => void) | undefined
  selection?: ReadonlySet<string> | undefined
  onSelectionChange?: ((selection: Set<string>) => void) | undefined
  selectable?: ((row: Row) => boolean) | undefined
  /** The row that is open beside the table. */
  currentKey?: string | null | undefined
  /** A bar at the left of rows that need a look. */
  rowTone?: ((row: Row) => 'error' | 'warn' | 'stall' | null) | undefined
  /** Rows of one group stand together under a line of their own; give rows sorted by group. */
  groupOf?: ((row: Row) => { key: string; header: ReactNode } | null) | undefined
  /** The first load: skeletons in the final columns. Later loads keep the rows. */
  loading?: boolean | undefined
  skeletonRows?: number
  /** Shown in place of rows when there are none. */
  empty?: ReactNode
  rowHeight?: 28 | 32 | 40 | 50
  /** All rows there are, when more than given; `firstIndex` counts from 0. */
  totalRows?: number | undefined
  firstIndex?: number
  /** Names what is listed (its filters): of another list nobody is in the middle. */
  listKey?: string
  /** Pixels of a card with its line; two lines are 57, three 79. */
  cardHeight?: number
  /** On phones rows become cards drawn by this. */
  card?: ((row: Row) => ReactNode) | undefined
  /** Rows come and go several times a second (a live view): new ones take the elements of those that went. */
  reuseRows?: boolean
  /** This table answers `j`, `k` from anywhere on the page. False where there are several. */
  primary?: boolean
  /** Rows scroll inside (default) or the table is as long as its rows (inside a scrolling page). */
  scroll?: boolean
  onEndReached?: (() => void) | undefined
  className?: string
}

const VIRTUAL_FROM = 80
const NO_KEYS: readonly string[] = []
const CARD_HEIGHT = 79
const HEAD_HEIGHT = 28

type Group = { key: string; header: ReactNode }
type Entry<Row> = { row: Row; index: number; group: Group | null }

/** Rows in order, with an entry of its own before each row that begins a group. */
function layOut<Row>(rows: readonly Row[], groupOf: ((row: Row) => Group | null) | undefined): Entry<Row>[] {
  const entries: Entry<Row>[] = []
  let last: string | null = null
  rows.forEach((row, index) => {
    const group = groupOf?.(row) ?? null
    if (group && group.key !== last) entries.push({ row, index, group })
    last = group?.key ?? null
    entries.push({ row, index, group: null })
  })
  return entries
}

/**
 * A real table: sticky header, sort buttons, roving focus (j k Enter Space x), selection, rows drawn only
 * where they are seen.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { rows, rowKey, rowHeight = 32, primary = true, scroll = true, loading, groupOf, card } = props
  const t = useTranslations('common')
  const router = useRouter()
  const id = useId()
  const phone = usePhone() && card !== undefined
  // The server draws a table, being told no width: on a phone it stays unseen until it is cards.
  const measured = useMediaQuery('all')
  const scroller = useRef<HTMLDivElement>(null)
  const shownColumns = useShownColumns(scroller, props.columns)
  const [active, setActive] = useState(0)
  const anchor = useRef<number | null>(null)
  const activeIndex = Math.min(active, Math.max(0, rows.length - 1))
  const entries = layOut(rows, groupOf)
  const virtual = scroll && rows.length > VIRTUAL_FROM
  const virtualizer = useVirtualizer({
    count: virtual ? entries.length : 0,
    getScrollElement: () => scroller.current,
    estimateSize: index =>
      entries[index]?.group ? HEAD_HEIGHT : phone ? (props.cardHeight ?? CARD_HEIGHT) : rowHeight,
    overscan: props.reuseRows ? 4 : 10,
    scrollPaddingStart: phone ? 0 : HEAD_HEIGHT,
    initialRect: { width: 1200, height: 900 },
  })
  const items = virtual ? virtualizer.getVirtualItems() : null
  const shown = items ? entries.slice(items[0]?.index ?? 0, (items.at(-1)?.index ?? -1) + 1) : entries
  const slots = useRowSlots(props.reuseRows ? shown.map(({ row }) => rowKey(row)) : NO_KEYS)
  const lastShown = shown.at(-1)?.index ?? -1
  const before = items?.[0]?.start ?? 0
  const after = items ? virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0) : 0

  const { onEndReached } = props
  useEffect(() => {
    if (onEndReached && rows.length > 0 && lastShown >= rows.length - 15) onEndReached()
  }, [onEndReached, lastShown, rows.length])

  // Another list, order or stretch is read from its beginning: kept, the place would load all pages before it.
  const list = JSON.stringify([props.listKey, props.sort, props.firstIndex])
  const begun = useRef(list)
  useEffect(() => {
    if (begun.current === list) return
    begun.current = list
    setActive(0)
    if (scroller.current) scroller.current.scrollTop = 0
  }, [list])

  const focusRow = (index: number) => {
    const clamped = Math.max(0, Math.min(rows.length - 1, index))
    setActive(clamped)
    if (virtual)
      virtualizer.scrollToIndex(
        entries.findIndex(entry => entry.index === clamped && entry.group === null),
        { align: 'auto' },
      )
    // At once where the row is drawn: the next key may come before the next frame, and it is meant for this
    // row. One that was far away is drawn a frame or two after the scroll.
    let tries = 5
    const focus = () => {
      const row = scroller.current?.querySelector<HTMLElement>(`[data-row="${clamped}"]`)
      if (!row && tries-- > 0) return requestAnimationFrame(focus)
      row?.focus({ preventScroll: virtual })
      if (!virtual) row?.scrollIntoView({ block: 'nearest' })
    }
    focus()
  }

  const toggle = (index: number, range: boolean) => {
    const { selection, onSelectionChange, selectable } = props
    if (!selection || !onSelectionChange) return
    const next = new Set(selection)
    const [low, high] =
      range && anchor.current !== null
        ? [Math.min(anchor.current, index), Math.max(anchor.current, index)]
        : [index, index]
    const target = rows[index]
    if (target === undefined) return
    const on = range ? true : !next.has(rowKey(target))
    for (const row of rows.slice(low, high + 1)) {
      if (selectable && !selectable(row)) continue
      if (on) next.add(rowKey(row))
      else next.delete(rowKey(row))
    }
    anchor.current = index
    onSelectionChange(next)
  }

  const open = (index: number, peek: boolean, newTab = false) => {
    const row = rows[index]
    if (row === undefined) return
    setActive(index)
    const href = props.rowHref?.(row)
    if (newTab && href) window.open(href, '_blank', 'noopener')
    else if (props.onOpen) props.onOpen(row, peek)
    else if (href && !peek) router.push(href)
  }

  const inTable = () => scroller.current?.contains(document.activeElement) ?? false
  const move = (by: number) => {
    if (rows.length === 0) return false
    focusRow(inTable() ? activeIndex + by : activeIndex)
  }
  useHotkeys(
    {
      j: () => move(1),
      k: () => move(-1),
      x: () => (inTable() && props.selection ? toggle(activeIndex, false) : false),
      'shift+x': () => (inTable() && props.selection ? toggle(activeIndex, true) : false),
    },
    primary,
  )

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.nativeEvent.isComposing || isTyping(event.target)) return
    const onRow = event.target instanceof HTMLElement && event.target.dataset.row !== undefined
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 600) / rowHeight) - 1)
    const steps: Record<string, number> = {
      ArrowDown: activeIndex + 1,
      ArrowUp: activeIndex - 1,
      PageDown: activeIndex + page,
      PageUp: activeIndex - page,
      Home: 0,
      End: rows.length - 1,
    }
    const to = steps[event.key]
    if (to !== undefined && onRow) focusRow(to)
    else if (event.key === 'Enter' && onRow) open(activeIndex, false, event.metaKey || event.ctrlKey)
    else if (event.key === ' ' && onRow && props.onOpen) open(activeIndex, true)
    else return
    event.preventDefault()
  }

  const onRowClick = (event: MouseEvent<HTMLElement>, index: number) => {
    if (event.defaultPrevented || event.button !== 0) return
    if (event.target instanceof Element && event.target.closest('a,button,input,label,select,[role=img]'))
      return
    if (window.getSelection()?.isCollapsed === false) return
    open(index, false, event.metaKey || event.ctrlKey)
  }

  const selectableRows = props.selectable ? rows.filter(props.selectable) : rows
  const chosen = props.selection ? selectableRows.filter(row => props.selection?.has(rowKey(row))).length : 0
  const columnCount = shownColumns + (props.selection ? 1 : 0)
  const isEmpty = rows.length === 0 && !loading

  return (
    <div
      ref={scroller}
      className={cn('@container relative min-w-0', scroll && 'min-h-0 flex-1 overflow-auto', props.className)}
    >
      {card && !measured ? (
        <SkeletonLines lines={8} className="absolute inset-x-4 top-3 bottom-0 overflow-hidden sm:hidden" />
      ) : null}
      <table
        aria-label={props.label}
        aria-rowcount={(props.totalRows ?? rows.length) + 1}
        aria-busy={loading || undefined}
        onKeyDown={onKeyDown}
        className={cn(
          'w-full border-separate border-spacing-0',
          phone ? 'block' : 'table-fixed',
          card && !measured && 'max-sm:invisible',
        )}
      >
        {phone ? null : (
          <colgroup>
            {props.selection ? <col width={40} /> : null}
            {props.columns.map(column => (
              <col
                key={column.id}
                {...(column.width ? { width: column.width } : {})}
                className={hideClass(column.hideBelow)}
              />
            ))}
          </colgroup>
        )}
        <thead className={phone ? 'sr-only' : undefined}>
          <HeaderRow
            columns={props.columns}
            sort={props.sort}
            onSort={props.onSort}
            selectAll={
              props.selection
                ? {
                    label: t('selectAll'),
                    checked:
                      chosen > 0 && chosen === selectableRows.length
                        ? true
                        : chosen > 0
                          ? 'indeterminate'
                          : false,
                    onChange: on => props.onSelectionChange?.(new Set(on ? selectableRows.map(rowKey) : [])),
                  }
                : null
            }
          />
        </thead>
        <tbody className={phone ? 'block' : undefined}>
          {loading && rows.length === 0 ? (
            <SkeletonRows
              columns={props.columns}
              selectable={Boolean(props.selection)}
              rows={props.skeletonRows ?? 12}
              rowHeight={rowHeight}
              cardHeight={phone ? (props.cardHeight ?? CARD_HEIGHT) : null}
            />
          ) : null}
          <RowGap height={before} columns={columnCount} />
          {shown.map(({ row, index, group }, place) => {
            if (group)
              return (
                <GroupRow
                  key={`${id}-${group.key}`}
                  columns={columnCount}
                  header={group.header}
                  asCard={phone}
                />
              )
            const key = rowKey(row)
            return (
              <DataRow
                key={props.reuseRows ? slots[place] : key}
                row={row}
                index={index}
                ariaIndex={(props.firstIndex ?? 0) + index + 2}
                columns={props.columns}
                rowHeight={rowHeight}
                tabStop={index === activeIndex}
                current={props.currentKey === key}
                tone={props.rowTone?.(row) ?? null}
                openable={Boolean(props.onOpen || props.rowHref)}
                card={phone ? card : undefined}
                select={
                  props.selection
                    ? {
                        checked: props.selection.has(key),
                        disabled: props.selectable ? !props.selectable(row) : false,
                        label: t('selectRow', { name: props.rowName?.(row) ?? key }),
                      }
                    : null
                }
                onToggle={toggle}
                onClick={onRowClick}
                onFocus={setActive}
              />
            )
          })}
          <RowGap height={after} columns={columnCount} />
        </tbody>
      </table>
      {isEmpty ? props.empty : null}
    </div>
  )
}

/** Sorts rows at the client by a `key` or `-key`; nulls stand last in both directions. For lists that are complete. */
export function sortRows<Row>(
  rows: readonly Row[],
  sort: string,
  values: Record<string, (row: Row) => string | number | bigint | null>,
): Row[] {
  const descending = sort.startsWith('-')
  const value = values[descending ? sort.slice(1) : sort]
  if (!value) return [...rows]
  return [...rows].sort((a, b) => {
    const x = value(a)
    const y = value(b)
    if (x === y) return 0
    if (x === null) return 1
    if (y === null) return -1
    return (x < y ? -1 : 1) * (descending ? -1 : 1)
  })
}
