'use client'

import { RotateCw } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { cn } from '@/components/ui/cn'
import { IconButton } from '@/components/ui/icon-button'
import { Select } from '@/components/ui/select'
import { Toolbar } from '@/components/ui/toolbar'
import { type MessagesParams, PAGE_SIZES } from './messages-query'
import { PartitionPicker } from './partition-picker'
import { StartPicker } from './start-picker'

type Change = Partial<Pick<MessagesParams, 'from' | 'until' | 'partition' | 'isolation' | 'limit'>>

/**
 * Where to begin, in which partitions, with or without aborted records, how many at a time. A change begins a
 * new list.
 */
export function RangeControls({
  params,
  partitions,
  onChange,
  onRefresh,
  refreshing,
  paged,
  children,
}: {
  params: MessagesParams
  /** 0: not known yet. */
  partitions: number
  onChange: (change: Change) => void
  onRefresh: () => void
  refreshing: boolean
  /** Pages have a size; a search and a tail do not. */
  paged: boolean
  children?: ReactNode
}) {
  const t = useTranslations('messages')
  const limits = [...new Set([...PAGE_SIZES, params.limit])].sort((a, b) => a - b)
  return (
    <Toolbar label={t('toolbar')}>
      <StartPicker range={{ from: params.from, until: params.until }} onChange={onChange} />
      <PartitionPicker
        count={partitions}
        value={params.partition}
        onChange={partition => onChange({ partition })}
      />
      <Select
        size="sm"
        label={t('isolation.label')}
        value={params.isolation}
        onValueChange={isolation => onChange({ isolation })}
        options={(['read_committed', 'read_uncommitted'] as const).map(value => ({
          value,
          label: t(`isolation.${value}`),
          hint: <span className="mono-sm">{value}</span>,
        }))}
      />
      {paged ? (
        <Select
          size="sm"
          label={t('pageSize')}
          className="max-sm:hidden"
          value={String(params.limit)}
          onValueChange={limit => onChange({ limit: Number(limit) })}
          options={limits.map(value => ({ value: String(value), label: t('perPage', { n: value }) }))}
        />
      ) : null}
      <IconButton
        label={t('refresh')}
        icon={<RotateCw size={16} className={cn(refreshing && 'motion-safe:animate-spin')} />}
        onClick={onRefresh}
        aria-busy={refreshing || undefined}
      />
      {children}
    </Toolbar>
  )
}
