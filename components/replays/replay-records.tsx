'use client'

import { useTranslations } from 'next-intl'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { useApiPages } from '@/components/api/use-api-pages'
import { useErrorWords } from '@/components/api/use-error-words'
import { type Column, DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { ListFooter, Shown } from '@/components/ui/pagination'
import { Select } from '@/components/ui/select'
import { Timestamp, useZoneName } from '@/components/ui/time'
import { Toolbar } from '@/components/ui/toolbar'
import { Num } from '@/components/ui/value'
import { outcome, type ReplayRecord, refusal, replays } from '@/lib/contracts/replays'
import { shortTopic } from '@/lib/format'
import { OutcomeMark } from './replay-cells'

const ALL = '*'

/** What became of each record: refusals and failures with their reason, replayed ones with where they are now. */
export function ReplayRecords({ cluster, replay, live }: { cluster: string; replay: string; live: boolean }) {
  const t = useTranslations('replays')
  const [only, setOnly] = useQueryState('outcome', parseAsStringLiteral(outcome.options))
  const { rows, first, query, loadMore } = useApiPages(
    replays.records,
    { cluster, replay, limit: 200, ...(only ? { outcome: only } : {}) },
    { poll: live },
  )
  return (
    <>
      <Toolbar label={t('detail.records')} className="border-t border-line">
        <h2 className="font-semibold">{t('detail.records')}</h2>
        <Select
          size="sm"
          label={t('detail.outcome')}
          value={only ?? ALL}
          onValueChange={value => void setOnly(value === ALL ? null : value)}
          options={[
            { value: ALL, label: t('detail.allOutcomes') },
            ...outcome.options.map(value => ({ value, label: t(`outcome.${value}`) })),
          ]}
        />
      </Toolbar>
      <DataTable
        label={t('detail.records')}
        columns={useColumns()}
        rows={rows}
        rowKey={row => `${row.partition}/${row.offset}`}
        loading={query.isPending}
        totalRows={first?.matched}
        onEndReached={loadMore}
        empty={<EmptyState title={t('detail.noRecords')} />}
      />
      <ListFooter
        parts={[
          <Shown key="shown" from={1} shown={rows.length} matched={first?.matched} total={first?.total} />,
        ]}
      />
    </>
  )
}

function useColumns(): Column<ReplayRecord>[] {
  const t = useTranslations('replays')
  const words = useErrorWords()
  const zone = useZoneName()
  const why = (reason: string | null) => {
    if (reason === null) return ''
    const known = refusal.safeParse(reason)
    return known.success ? t(`refusal.${known.data}`) : words(reason).title
  }
  return [
    {
      id: 'outcome',
      header: t('detail.outcome'),
      width: 120,
      render: row => <OutcomeMark outcome={row.outcome} />,
    },
    {
      id: 'record',
      header: t('detail.record'),
      width: 150,
      mono: true,
      rowHeader: true,
      render: row => (
        <>
          P{row.partition} / <Num value={row.offset} />
        </>
      ),
    },
    {
      id: 'target',
      header: t('detail.target'),
      mono: true,
      hideBelow: 'sm',
      render: row =>
        row.target === null ? (
          <span className="text-text-3">—</span>
        ) : (
          <span title={row.target.topic}>
            {shortTopic(row.target.topic)} P{row.target.partition}
            {row.target.offset === null ? '' : ` / ${row.target.offset}`}
          </span>
        ),
    },
    { id: 'why', header: t('detail.why'), hideBelow: 'sm', render: row => why(row.reason) },
    {
      id: 'at',
      header: t('detail.at', { zone }),
      width: 190,
      hideBelow: 'md',
      render: row => (row.at === null ? '' : <Timestamp at={row.at} />),
    },
  ]
}
