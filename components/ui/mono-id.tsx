'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { middleTruncate } from '@/lib/format'
import { cn } from './cn'
import { CopyButton } from './copy-button'

/**
 * A topic, group, key or other id: mono, never wrapped, cut in the middle so that both ends stay; the whole is in the title and in
 * the copy. `max` counts characters; without it CSS cuts at the end only when there is no room at all.
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
  const look = cn(small ? 'mono-sm' : 'mono', 'min-w-0 truncate')
  const text = (
    <bdi translate="no" title={shown === id ? undefined : id}>
      {shown === '' ? '""' : shown}
    </bdi>
  )
  return (
    <span className={cn('group/id inline-flex max-w-full min-w-0 items-center gap-0.5 align-top', className)}>
      {href ? (
        <Link href={href} {...(rowLink ? { tabIndex: -1 } : {})} className={cn(look, quiet && 'link-quiet')}>
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
