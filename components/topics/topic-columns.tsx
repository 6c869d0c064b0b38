'use client'

import { CircleSlash2 } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { ProblemMark } from '@/components/api/problem-mark'
import { Tag } from '@/components/ui/badge'
import type { Column } from '@/components/ui/data-table'
import { MonoId } from '@/components/ui/mono-id'
import { Status } from '@/components/ui/status'
import { Bytes, Num, Rate, Unknown } from '@/components/ui/value'
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
  if (ms === null) return <Unknown reason={t('configsUnread')} />
  return <span title={`${ms} ms`}>{Number(ms) < 0 ? t('forever') : formatDuration(Number(ms), locale)}</span>
}

/** A zero says little in a long list: it steps back. */
function Quiet({ when, children }: { when: boolean; children: ReactNode }) {
  return when ? <span className="text-text-3">{children}</span> : children
}

/** `withOwner`: some topic has one; else the names, which are long, have its column's room. */
export function useTopicColumns(cluster: string, withOwner: boolean): Column<TopicRow>[] {
  const t = useTranslations('topics')
  const reason = (row: TopicRow) => t(row.problem || row.offline > 0 ? 'leaderSilent' : 'notMeasured')
  const owner: Column<TopicRow> = {
    id: 'owner',
    header: t('column.owner'),
    width: 110,
    hideBelow: 'lg',
    render: row =>
      row.owner ? (
        <span title={row.description ?? undefined}>{row.owner}</span>
      ) : (
        <span className="text-text-3">—</span>
      ),
  }
  return [
    {
      id: 'health',
      header: t('column.health'),
      help: t('help.health'),
      width: 124,
      sortKey: 'health',
      render: row => <TopicHealth topic={row} />,
    },
    {
      id: 'name',
      header: t('column.name'),
      sortKey: 'name',
      rowHeader: true,
      render: row => (
        <span className="flex min-w-0 items-center gap-1.5">
          <MonoId id={row.name} href={routes.topic(cluster, row.name, 'messages')} rowLink copy />
          <TopicKind topic={row} />
          {row.tags?.map(tag => (
            <Tag key={tag}>#{tag}</Tag>
          ))}
        </span>
      ),
    },
    ...(withOwner ? [owner] : []),
    {
      id: 'partitions',
      header: t('column.partitions'),
      width: 76,
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
      width: 60,
      align: 'end',
      hideBelow: 'xl',
      render: row =>
        row.problem ? (
          <Unknown reason={reason(row)} />
        ) : (
          <span className={row.inSync.have < row.inSync.want ? 'font-medium text-warn' : 'text-text-2'}>
            {row.inSync.have}/{row.inSync.want}
          </span>
        ),
    },
    {
      id: 'messages',
      header: t('column.messages'),
      help: t('help.messages'),
      width: 104,
      align: 'end',
      sortKey: 'messages',
      sortDescFirst: true,
      render: row => (
        <Quiet when={row.messages === '0'}>
          <Num value={row.messages} reason={reason(row)} />
        </Quiet>
      ),
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
      render: row => (
        <Quiet when={row.bytes === '0'}>
          <Bytes value={row.bytes} reason={reason(row)} />
        </Quiet>
      ),
    },
    {
      id: 'rate',
      header: t('column.rate'),
      help: t('help.rate'),
      width: 76,
      align: 'end',
      sortKey: 'rate',
      sortDescFirst: true,
      hideBelow: 'md',
      render: row => (
        <Quiet when={row.ratePerSecond === 0}>
          <Rate perSecond={row.ratePerSecond} reason={reason(row)} />
        </Quiet>
      ),
    },
    {
      id: 'groups',
      header: t('column.groups'),
      help: t('help.groups'),
      width: 64,
      align: 'end',
      hideBelow: 'lg',
      render: row => (
        <Quiet when={row.groups === 0}>
          <Num value={row.groups} reason={t('notMeasured')} />
        </Quiet>
      ),
    },
    {
      id: 'retention',
      header: t('column.retention'),
      width: 84,
      align: 'end',
      hideBelow: 'lg',
      render: row => <Retention ms={row.retentionMs} />,
    },
    {
      id: 'policy',
      header: t('column.policy'),
      help: t('help.policy'),
      width: 84,
      hideBelow: 'lg',
      render: row =>
        row.policy === 'violation' ? (
          <span className="inline-flex items-center gap-1">
            <CircleSlash2 aria-hidden size={12} className="text-text-3" />
            {t('policy.violation')}
          </span>
        ) : (
          <span className="text-text-3">{t(`policy.${row.policy}`)}</span>
        ),
    },
  ]
}
