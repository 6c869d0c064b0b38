'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { middleTruncate } from '@/lib/format'
import { cn } from './cn'
import { CopyButton } from './copy-button'
import { nameInvisible } from './split-invisible'
import { VisibleText } from './visible-text'

const TAIL = 7

/** Both ends of a long id stay: the head gives way to `…` where there is no room, the last ones (`tail`) do not. */
export function Ends({ text, tail = TAIL }: { text: string; tail?: number }) {
  const points = [...text]
  if (points.length < 2 * tail) return text === '' ? '""' : <VisibleText text={text} />
  return (
    <span className="flex">
      {/* A space where the two halves meet is part of the name. */}
      <span className="min-w-0 overflow-hidden text-ellipsis whitespace-pre">
        <VisibleText text={points.slice(0, -tail).join('')} />
      </span>
      {/* As wide as it is: Hangul and marks of what cannot be seen are wider than a letter. */}
      <span className="shrink-0 whitespace-pre">
        <VisibleText text={points.slice(-tail).join('')} />
      </span>
    </span>
  )
}

/**
 * A topic, group, key or other id: mono, never wrapped, cut in the middle where there is no room (or at `max`
 * characters); the whole is in the title, the link's name and the copy.
 */
export function MonoId({
  id,
  max,
  href,
  copy,
  short,
  small,
  quiet = true,
  rowLink,
  className,
}: {
  id: string
  max?: number
  href?: string
  /** Adds a copy button, shown on hover and focus. */
  copy?: boolean
  /** What to show instead (an abbreviation); the title and the copy give all. */
  short?: string
  small?: boolean
  quiet?: boolean
  /** The link of a table row: the row itself is the tab stop. */
  rowLink?: boolean
  className?: string
}) {
  const t = useTranslations('common')
  const shown = short ?? (max ? middleTruncate(id, max) : id)
  const look = cn(small ? 'mono-sm' : 'mono', 'block min-w-0 overflow-hidden whitespace-nowrap')
  const text = (
    <bdi translate="no" title={id}>
      {max === undefined ? <Ends text={shown} /> : shown}
    </bdi>
  )
  return (
    <span className={cn('group/id inline-flex max-w-full min-w-0 items-center gap-0.5 align-top', className)}>
      {href ? (
        // Its two ends are boxes of their own, between which a name would have a space.
        <Link
          href={href}
          aria-label={nameInvisible(id)}
          {...(rowLink ? { tabIndex: -1 } : {})}
          className={cn(look, 'reach', quiet && 'link-quiet')}
        >
          {text}
        </Link>
      ) : (
        <span className={look}>{text}</span>
      )}
      {copy ? (
        <CopyButton
          text={id}
          label={t('copyName', { name: middleTruncate(id, 40) })}
          className="opacity-0 group-hover/id:opacity-100 focus-visible:opacity-100"
        />
      ) : null}
    </span>
  )
}
