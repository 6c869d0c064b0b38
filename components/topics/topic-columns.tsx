'use client'

import { useLocale, useTranslations } from 'next-intl'
import { ProblemMark } from '@/components/api/problem-mark'
import { Tag } from '@/components/ui/badge'
import type { Column } from '@/components/ui/data-table'
import { MonoId } from '@/components/ui/mono-id'
import { Status } from '@/components/ui/status'
import { Bytes, Num, Rate } from '@/components/ui/value'
import type { TopicRow } from '@/lib/contracts/topics'
import { formatDuration } from '@/lib/format'
import { routes } from '@/lib/routes'

/** Health in one word: what is worst about the topic. */
export function TopicHealth({ topic }: { topic: TopicRow }) {
  const t = useTranslations('topics.health')
  if (topic.problem)
    return (
      <span className="inline-flex items-center gap-1">
        <ProblemMark problem={topic.problem} />
        {t('unreadable')}
      </span>
    )
  if (topic.offline > 0) return <Status kind="error">{t('offline', { n: topic.offline })}</Status>
  if (topic.underReplicated > 0)
    return <Status kind="warn">{t('underReplicated', { n: topic.underReplicated })}</Status>
  return <Status kind="ok">{t('ok')}</Status>
}

/** What kind of topic it is, where that is worth a word. */
export function TopicKind({ topic }: { topic: Pick<TopicRow, 'kind' | 'cleanupPolicy'> }) {
  const t = useTranslations('topics.kind')
  return (
    <>
      {topic.kind === 'normal' ? null : <Tag>{t(topic.kind)}</Tag>}
      {topic.cleanupPolicy?.includes('compact') ? <Tag>compact</Tag> : null}
    </>
  )
}

/** How long records stay: `7일`, or for ever. */
export function Retention({ ms }: { ms: string | null }) {
  const t = useTranslations('topics')
  const locale = useLocale()
  if (ms === null) return <span className="text-text-3">—</span>
  return <span title={`${ms} ms`}>{Number(ms) < 0 ? t('forever') : formatDuration(Number(ms), locale)}</span>
}

export function useTopicColumns(cluster: string): Column<TopicRow>[] {
  const t = useTranslations('topics')
  const reason = (row: TopicRow) => t(row.problem || row.offline > 0 ? 'leaderSilent' : 'notMeasured')
  return [
    {
      id: 'name',
      header: t('column.name'),
      sortKey: 'name',
      rowHeader: true,
      render: row => (
        <span className="flex min-w-0 items-center gap-1.5">
          <MonoId id={row.name} max={56} href={routes.topic(cluster, row.name, 'messages')} rowLink copy />
          <TopicKind topic={row} />
        </span>
      ),
    },
    {
      id: 'health',
      header: t('column.health'),
      width: 128,
      sortKey: 'health',
      render: row => <TopicHealth topic={row} />,
    },
    {
      id: 'partitions',
      header: t('column.partitions'),
      width: 84,
      align: 'end',
      sortKey: 'partitions',
      sortDescFirst: true,
      hideBelow: 'md',
      render: row => <Num value={row.problem ? null : row.partitions} reason={reason(row)} />,
    },
    {
      id: 'replication',
      header: t('column.replication'),
      width: 48,
      align: 'end',
      hideBelow: 'xl',
      render: row => <Num value={row.problem ? null : row.replicationFactor} reason={reason(row)} />,
    },
    {
      id: 'inSync',
      header: t('column.inSync'),
      help: t('help.inSync'),
      width: 72,
      align: 'end',
      hideBelow: 'xl',
      render: row => (row.problem ? '—' : `${row.inSync.have}/${row.inSync.want}`),
    },
    {
      id: 'messages',
      header: t('column.messages'),
      help: t('help.messages'),
      width: 112,
      align: 'end',
      sortKey: 'messages',
      sortDescFirst: true,
      render: row => <Num value={row.messages} reason={reason(row)} />,
    },
    {
      id: 'bytes',
      header: t('column.bytes'),
      help: t('help.bytes'),
      width: 88,
      align: 'end',
      sortKey: 'bytes',
      sortDescFirst: true,
      hideBelow: 'md',
      render: row => <Bytes value={row.bytes} reason={reason(row)} />,
    },
    {
      id: 'rate',
      header: t('column.rate'),
      help: t('help.rate'),
      width: 80,
      align: 'end',
      sortKey: 'rate',
      sortDescFirst: true,
      hideBelow: 'md',
      render: row => <Rate perSecond={row.ratePerSecond} reason={reason(row)} />,
    },
    {
      id: 'groups',
      header: t('column.groups'),
      help: t('help.groups'),
      width: 64,
      align: 'end',
      hideBelow: 'lg',
      render: row => <Num value={row.groups} reason={t('notMeasured')} />,
    },
    {
      id: 'retention',
      header: t('column.retention'),
      width: 96,
      align: 'end',
      hideBelow: 'lg',
      render: row => <Retention ms={row.retentionMs} />,
    },
    {
      id: 'policy',
      header: t('column.policy'),
      help: t('help.policy'),
      width: 92,
      hideBelow: 'lg',
      render: row =>
        row.policy === 'violation' ? (
          <Status kind="warn">{t('policy.violation')}</Status>
        ) : (
          <span className="text-text-3">{t(`policy.${row.policy}`)}</span>
        ),
    },
  ]
}
