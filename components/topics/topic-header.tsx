'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useFreshness } from '@/components/api/freshness'
import { ProblemsNotice, QueryError } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import { Tag } from '@/components/ui/badge'
import { CopyButton } from '@/components/ui/copy-button'
import { Fact, PageHeader } from '@/components/ui/page-header'
import { Status, StatusIcon } from '@/components/ui/status'
import { LinkTabs } from '@/components/ui/tabs'
import { Bytes, Num, Rate } from '@/components/ui/value'
import type { OutputOf } from '@/lib/contracts/endpoint'
import { topics } from '@/lib/contracts/topics'
import { parsePath, routes, type TopicTab } from '@/lib/routes'
import { Retention, TopicKind } from './topic-columns'

export const TOPIC_POLL_MS = 5_000

type Topic = OutputOf<typeof topics.get>

/** Name, facts and tabs of one topic; the same query feeds the partitions tab. Below an unknown topic there is nothing to show. */
export function TopicHeader({ cluster, topic }: { cluster: string; topic: string }) {
  const t = useTranslations('topics')
  const { data, error, isFetching, refetch } = useApi(
    topics.get,
    { cluster, topic },
    { pollMs: TOPIC_POLL_MS },
  )
  useFreshness({
    label: topic,
    at: data?.sampledAt ?? null,
    everyMs: TOPIC_POLL_MS,
    error,
    fetching: isFetching,
  })
  if (error && !data) return <QueryError error={error} onRetry={() => void refetch()} retrying={isFetching} />
  return (
    <>
      <PageHeader
        mono
        title={<TopicTitle name={topic} />}
        chips={
          <>
            <CopyButton text={topic} label={t('column.name')} />
            {data ? <TopicKind topic={data} /> : null}
            {data?.cleanupPolicy === 'delete' ? <Tag>delete</Tag> : null}
            {data?.policy === 'violation' ? <Status kind="warn">{t('preset.violation')}</Status> : null}
          </>
        }
        facts={data ? <Facts topic={data} cluster={cluster} /> : <span>&nbsp;</span>}
      />
      <TopicTabs cluster={cluster} topic={topic} data={data} />
      <ProblemsNotice problems={data?.problems} />
    </>
  )
}

/** The last segment, the event, is what people look for. */
function TopicTitle({ name }: { name: string }) {
  const at = name.lastIndexOf('.')
  return (
    <bdi translate="no">
      {at > 0 ? <span className="font-normal text-text-2">{name.slice(0, at + 1)}</span> : null}
      {name.slice(at + 1)}
    </bdi>
  )
}

function Facts({ topic, cluster }: { topic: Topic; cluster: string }) {
  const t = useTranslations('topics')
  const unknown = t('notMeasured')
  return (
    <>
      <Fact label={t('fact.partitions')}>
        <Num value={topic.partitions} />
      </Fact>
      <Fact label={t('fact.replication')}>{topic.replicationFactor}</Fact>
      <Fact label={t('fact.minIsr')}>{topic.minInsyncReplicas ?? '—'}</Fact>
      <Fact label={t('fact.retention')}>
        <Retention ms={topic.retentionMs} />
      </Fact>
      <Fact label={t('fact.bytes')}>
        <Bytes value={topic.bytes} reason={unknown} />
      </Fact>
      <Fact label={t('fact.rate')}>
        <Rate perSecond={topic.ratePerSecond} reason={unknown} />
      </Fact>
      {topic.related.map(({ topic: name, kind, messages }) => (
        <span key={name} className="whitespace-nowrap">
          {t(`related.${kind}`)}{' '}
          <Link href={routes.topic(cluster, name, 'messages')} className="mono-sm text-accent">
            {name}
          </Link>{' '}
          <Num value={messages} reason={unknown} />
        </span>
      ))}
    </>
  )
}

function TopicTabs({ cluster, topic, data }: { cluster: string; topic: string; data: Topic | undefined }) {
  const t = useTranslations('topics')
  const { rest } = parsePath(usePathname())
  const problems = data ? data.offline + data.underReplicated : 0
  const tab = (id: TopicTab) => ({ id, href: routes.topic(cluster, topic, id), label: t(`tab.${id}`) })
  return (
    <LinkTabs
      label={t('tabs')}
      current={rest[1] ?? 'messages'}
      items={[
        tab('messages'),
        {
          ...tab('partitions'),
          count: data?.partitions,
          mark: problems > 0 ? <StatusIcon kind={data?.offline ? 'error' : 'warn'} /> : null,
        },
        { ...tab('consumers'), count: data?.groups },
        {
          ...tab('configs'),
          count: data?.configOverrides ? t('config.changed', { n: data.configOverrides }) : null,
        },
      ]}
    />
  )
}
