'use client'

import { useLocale, useTranslations } from 'next-intl'
import { ProblemMark } from '@/components/api/problem-mark'
import { useApi } from '@/components/api/use-api'
import { cn } from '@/components/ui/cn'
import { type Column, DataTable } from '@/components/ui/data-table'
import { Notice } from '@/components/ui/notice'
import { ListFooter, Shown } from '@/components/ui/pagination'
import { ProgressBar } from '@/components/ui/progress'
import { Status } from '@/components/ui/status'
import { TimeAgo } from '@/components/ui/time'
import { Bytes, Num } from '@/components/ui/value'
import { type PartitionRow, topics } from '@/lib/contracts/topics'
import { formatInteger } from '@/lib/format'
import { TOPIC_POLL_MS } from './topic-header'

/** Leader, replicas, offsets and size of each partition; those with a problem stand first. */
export function PartitionsView({ cluster, topic }: { cluster: string; topic: string }) {
  const t = useTranslations('topics.partition')
  const { data, isPending } = useApi(topics.get, { cluster, topic }, { pollMs: TOPIC_POLL_MS })
  const rows = [...(data?.partitionRows ?? [])].sort(
    (a, b) => severity(b) - severity(a) || a.partition - b.partition,
  )
  const largest = rows.reduce((most, row) => Math.max(most, Number(row.bytes ?? 0)), 0)
  const columns = usePartitionColumns(largest)
  const hidden = rows.reduce((sum, row) => sum + gapOf(row), 0n)
  const locale = useLocale()
  if (!data && !isPending) return null
  return (
    <>
      {data?.cleanupPolicy?.includes('compact') ? <Notice tone="info">{t('compacted')}</Notice> : null}
      {hidden > 0n ? (
        <Notice tone="warn">{t('openTransaction', { n: formatInteger(hidden, locale) })}</Notice>
      ) : null}
      <DataTable
        label={t('list')}
        columns={columns}
        rows={rows}
        rowKey={row => String(row.partition)}
        loading={isPending}
        cardHeight={57}
        card={row => <PartitionCard row={row} />}
        rowTone={row => (row.leader === null ? 'error' : severity(row) > 0 ? 'warn' : null)}
      />
      <ListFooter
        parts={
          data
            ? [
                <Shown key="shown" from={1} shown={rows.length} total={rows.length} />,
                t('order'),
                <TimeAgo key="age" at={data.sampledAt} />,
              ]
            : []
        }
      />
    </>
  )
}

/** HW − LSO: what an open transaction holds back. */
function gapOf(row: PartitionRow): bigint {
  if (row.lastOffset === null || row.lastStableOffset === null) return 0n
  const gap = BigInt(row.lastOffset) - BigInt(row.lastStableOffset)
  return gap > 0n ? gap : 0n
}

function severity(row: PartitionRow): number {
  if (row.leader === null) return 3
  if (row.problem) return 2
  return row.isr.length < row.replicas.length ? 1 : 0
}

function usePartitionColumns(largest: number): Column<PartitionRow>[] {
  const t = useTranslations('topics.partition')
  const silent = useTranslations('topics')('leaderSilent')
  return [
    {
      id: 'partition',
      header: t('id'),
      width: 56,
      align: 'end',
      rowHeader: true,
      render: row => row.partition,
    },
    {
      id: 'leader',
      header: t('leader'),
      help: t('leaderHelp'),
      width: 128,
      render: row =>
        row.leader === null ? (
          <Status kind="error">{t('noLeader')}</Status>
        ) : (
          <span className="inline-flex items-center gap-1">
            {row.leader}
            <ProblemMark problem={row.problem} />
          </span>
        ),
    },
    {
      id: 'replicas',
      header: t('replicas'),
      help: t('replicasHelp'),
      hideBelow: 'sm',
      render: row => <Replicas row={row} />,
    },
    {
      id: 'start',
      header: t('start'),
      help: t('startHelp'),
      width: 128,
      align: 'end',
      mono: true,
      hideBelow: 'lg',
      render: row => <Num value={row.firstOffset} reason={silent} />,
    },
    {
      id: 'lso',
      header: t('lso'),
      help: t('lsoHelp'),
      width: 128,
      align: 'end',
      mono: true,
      hideBelow: 'xl',
      render: row => <Num value={row.lastStableOffset} reason={silent} />,
    },
    {
      id: 'end',
      header: t('end'),
      help: t('endHelp'),
      width: 128,
      align: 'end',
      mono: true,
      render: row => <Num value={row.lastOffset} reason={silent} />,
    },
    {
      id: 'messages',
      header: t('messages'),
      help: t('messagesHelp'),
      width: 120,
      align: 'end',
      hideBelow: 'sm',
      render: row => <Num value={row.messages} reason={silent} />,
    },
    {
      id: 'bytes',
      header: t('bytes'),
      help: t('bytesHelp'),
      width: 104,
      align: 'end',
      render: row => <Bytes value={row.bytes} reason={silent} />,
    },
    {
      id: 'skew',
      header: t('skew'),
      help: t('skewHelp'),
      width: 120,
      hideBelow: 'md',
      render: row =>
        row.bytes === null || largest === 0 ? null : (
          <ProgressBar ratio={Number(row.bytes) / largest} label={t('skew')} tone="quiet" />
        ),
    },
  ]
}

/** Each replica by broker id: in sync plain, out of sync struck through and said. */
function Replicas({ row }: { row: PartitionRow }) {
  const t = useTranslations('topics.partition')
  return (
    <span className="flex gap-1.5">
      {row.replicas.map(id => {
        const inSync = row.isr.includes(id)
        return (
          <span
            key={id}
            title={t(inSync ? 'inSync' : 'outOfSync', { id })}
            className={cn(inSync ? '' : 'font-medium text-warn line-through')}
          >
            {id}
          </span>
        )
      })}
    </span>
  )
}

function PartitionCard({ row }: { row: PartitionRow }) {
  const t = useTranslations('topics.partition')
  const silent = useTranslations('topics')('leaderSilent')
  return (
    <span className="flex min-w-0 flex-col gap-1">
      <span className="flex items-center justify-between gap-2">
        <b className="font-medium">P{row.partition}</b>
        {row.leader === null ? (
          <Status kind="error">{t('noLeader')}</Status>
        ) : (
          <span className="flex gap-2 text-meta text-text-2">
            {t('leader')} {row.leader} <ProblemMark problem={row.problem} />
          </span>
        )}
      </span>
      <span className="flex justify-between gap-2 text-meta text-text-2">
        <span className="mono-sm">
          <Num value={row.firstOffset} reason={silent} />–<Num value={row.lastOffset} reason={silent} />
        </span>
        <Bytes value={row.bytes} reason={silent} />
      </span>
    </span>
  )
}
