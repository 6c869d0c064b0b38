'use client'

import { useTranslations } from 'next-intl'
import { type ReactNode, useMemo, useState } from 'react'
import { Button } from './button'
import { cn } from './cn'
import { pairLines, type SideRow } from './pair-lines'
import { VisibleText } from './visible-text'

type Side = { title: ReactNode; lines: readonly string[] }
/** Rows at first, and more at a press: thousands of wrapped lines at once would take the page. */
const ROWS_SHOWN = 400
const LINE_CHARS = 2_000

/**
 * Two texts side by side, line by line; what is the same over a long stretch is folded. On a narrow screen
 * one stands below the other.
 */
export function SideBySide({ label, before, after }: { label: string; before: Side; after: Side }) {
  const t = useTranslations('common.diff')
  const [shown, setShown] = useState(ROWS_SHOWN)
  const [unfolded, setUnfolded] = useState<ReadonlySet<number>>(new Set())
  const rows = useMemo(() => pairLines(before.lines, after.lines), [before.lines, after.lines])
  if (rows === null) return <p className="px-4 py-2 text-text-2">{t('tooLong')}</p>
  const changed = rows.filter(row => row.kind === 'changed').length
  const drawn = rows.flatMap((row, i) => (row.kind === 'folded' && unfolded.has(i) ? row.rows : [row]))
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard (WCAG 2.1.1)
      tabIndex={0}
      className="min-h-0 flex-1 overflow-auto px-4 pb-4 ring-inset-focus"
    >
      <p role="status" className="pb-2 text-meta text-text-2">
        {changed === 0 ? t('same') : t('changed', { n: changed })}
      </p>
      <div
        className="mono-sm grid grid-cols-2 rounded-control bg-sunken leading-6 max-md:grid-cols-1"
        translate="no"
      >
        <div className="border-b border-line px-3 font-sans">{before.title}</div>
        <div className="border-b border-line px-3 font-sans">{after.title}</div>
        {drawn.slice(0, shown).map((row, i) =>
          row.kind === 'folded' ? (
            <button
              key={i}
              type="button"
              className="col-span-full px-3 text-left font-sans text-meta text-text-3 ring-inset-focus hover:bg-hover"
              onClick={() => setUnfolded(old => new Set(old).add(rows.indexOf(row)))}
            >
              {t('skipped', { n: row.rows.length })}
            </button>
          ) : (
            <Pair key={i} row={row} />
          ),
        )}
      </div>
      {drawn.length > shown ? (
        <Button size="sm" className="mt-2" onClick={() => setShown(old => old + ROWS_SHOWN)}>
          {t('more', { n: Math.min(ROWS_SHOWN, drawn.length - shown) })}
        </Button>
      ) : null}
    </section>
  )
}

function Pair({ row }: { row: Exclude<SideRow, { kind: 'folded' }> }) {
  const t = useTranslations('common.diff')
  const [left, right] = row.kind === 'same' ? [row.text, row.text] : [row.before, row.after]
  const changed = row.kind === 'changed'
  return (
    <>
      <Line
        text={left}
        mark={changed && left !== null ? '−' : ' '}
        said={changed && left !== null ? t('removed') : null}
        className={cn(changed && left !== null && 'bg-error-bg text-error')}
      />
      <Line
        text={right}
        mark={changed && right !== null ? '+' : ' '}
        said={changed && right !== null ? t('added') : null}
        // Where one stands below the other, what is the same is said once.
        className={cn(changed ? right !== null && 'bg-ok-bg text-ok' : 'max-md:hidden')}
      />
    </>
  )
}

function Line({
  text,
  mark,
  said,
  className,
}: {
  text: string | null
  mark: string
  said: string | null
  className: string
}) {
  return (
    <span
      className={cn(
        'min-w-0 px-3 break-all whitespace-pre-wrap',
        text === null && 'max-md:hidden',
        className,
      )}
    >
      {said ? <span className="sr-only">{said}</span> : null}
      <span aria-hidden className="select-none">
        {mark}{' '}
      </span>
      {text === null ? null : (
        <VisibleText text={text.length > LINE_CHARS ? `${text.slice(0, LINE_CHARS)}…` : text} />
      )}
    </span>
  )
}
