'use client'

import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { formatInteger } from '@/lib/format'
import { Button } from './button'
import { useHotkeys } from './hotkeys'
import { IconButton } from './icon-button'

/**
 * The line under a list: what is shown of how many, in which order, by what basis and how old. Parts are told
 * apart by dots.
 */
export function ListFooter({
  parts,
  aside,
  children,
}: {
  parts: readonly (ReactNode | null | false | undefined)[]
  aside?: ReactNode
  children?: ReactNode
}) {
  return (
    <footer className="flex min-h-8 shrink-0 flex-wrap items-center gap-x-3 border-t border-line bg-surface px-4 py-1 text-meta text-text-3">
      {/* The dot stands in the gap before its part; where a part begins a line, the dot is cut off. */}
      <span className="-ml-1 flex min-w-0 flex-wrap items-center gap-x-7 overflow-x-clip pl-1">
        {parts.filter(Boolean).map((part, i) => (
          <span key={i} className="relative flex min-w-0 items-center sm:whitespace-nowrap">
            {i > 0 ? (
              <span aria-hidden className="absolute -left-4">
                ·
              </span>
            ) : null}
            {part}
          </span>
        ))}
      </span>
      <span className="ml-auto flex flex-wrap items-center justify-end gap-x-3">
        {aside ? <span className="whitespace-nowrap">{aside}</span> : null}
        {children}
      </span>
    </footer>
  )
}

/** `1–100 / 9,412`, or `1–100 / 312 (of 9,412)` under a filter; `1–100 / 1,000+` where `matched` is the least. */
export function Shown({
  from,
  shown,
  matched,
  matchedIsLeast = false,
  total,
}: {
  from: number
  shown: number
  matched?: number | undefined
  matchedIsLeast?: boolean | undefined
  total?: number | undefined
}) {
  const t = useTranslations('common')
  const locale = useLocale()
  const n = (value: number) => formatInteger(value, locale)
  const range = shown === 0 ? '0' : `${n(from)}–${n(from + shown - 1)}`
  const whole = matched ?? total
  return (
    <span>
      <b className="font-medium text-text-2">{range}</b>
      {/* Further pages may have passed what was counted. */}
      {whole === undefined ? null : (
        <>
          {' '}
          / {n(Math.max(whole, from + shown - 1))}
          {matchedIsLeast ? '+' : ''}
        </>
      )}
      {matched !== undefined && total !== undefined && matched !== total ? (
        <> {t('ofTotal', { total: n(total) })}</>
      ) : null}
    </span>
  )
}

/** Previous and next page; keys `p` and `n`. */
export function Pager({
  onPrevious,
  onNext,
}: {
  onPrevious: (() => void) | null
  onNext: (() => void) | null
}) {
  const t = useTranslations('common')
  useHotkeys({
    p: () => (onPrevious ? onPrevious() : false),
    n: () => (onNext ? onNext() : false),
  })
  return (
    <span className="flex gap-0.5">
      <IconButton
        size="xs"
        label={t('previousPage')}
        shortcut="p"
        icon={<ChevronLeft size={16} />}
        reason={onPrevious ? undefined : t('firstPage')}
        onClick={onPrevious ?? undefined}
      />
      <IconButton
        size="xs"
        label={t('nextPage')}
        shortcut="n"
        icon={<ChevronRight size={16} />}
        reason={onNext ? undefined : t('lastPage')}
        onClick={onNext ?? undefined}
      />
    </span>
  )
}

/** A list that is too long to be kept whole: on to its next stretch, and back to its beginning. */
export function WindowLinks({
  skip,
  shown,
  beyond,
  onGo,
}: {
  /** Rows before the first one here. */
  skip: number
  shown: number
  /** Where the list goes on; null: it ends here, or loads more by scrolling. */
  beyond: string | null
  onGo: (after: string | null, skip: number | null) => void
}) {
  const t = useTranslations('common')
  return (
    <>
      {skip > 0 ? (
        <Button size="xs" onClick={() => onGo(null, null)}>
          {t('fromStart')}
        </Button>
      ) : null}
      {beyond === null ? null : (
        <Button size="xs" onClick={() => onGo(beyond, skip + shown)}>
          {t('nextRows', { n: shown })}
        </Button>
      )}
    </>
  )
}
