'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { ListFooter, Shown, WindowLinks } from './pagination'
import { TimeAgo } from './time'

/**
 * The line under a list that loads as it is scrolled: what is shown of how many, in which order, how old, by
 * what basis, and the way on.
 */
export function LongListFooter({
  list,
  skip,
  shown,
  more,
  beyond,
  order,
  basis,
  onGo,
}: {
  /** The first page; undefined: nothing is known yet. */
  list:
    | { matched?: number | undefined; total?: number | undefined; sampledAt?: string | undefined }
    | undefined
  /** Rows before the first one here. */
  skip: number
  shown: number
  /** There are rows that are not loaded yet. */
  more: boolean
  /** Where the list goes on when no more of it is kept here. */
  beyond: string | null
  order: ReactNode
  basis: ReactNode
  onGo: (after: string | null, skip: number | null) => void
}) {
  const t = useTranslations('common')
  const parts = list
    ? [
        // Without a total nobody answered: 0 would say that there is nothing.
        shown === 0 && list.total === undefined ? null : (
          <Shown key="shown" from={skip + 1} shown={shown} matched={list.matched} total={list.total} />
        ),
        order,
        more && beyond === null && shown > 0 ? t('scrollForMore') : null,
        list.sampledAt ? <TimeAgo key="age" at={list.sampledAt} /> : null,
      ]
    : []
  return (
    <ListFooter parts={parts} aside={list ? <span className="max-sm:hidden">{basis}</span> : null}>
      <WindowLinks skip={skip} shown={shown} beyond={beyond} onGo={onGo} />
    </ListFooter>
  )
}
