'use client'

import { PenLine } from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useLocale, useTranslations } from 'next-intl'
import { Tag } from '@/components/ui/badge'
import { ActionButton, LinkButton } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { Fact, PageHeader } from '@/components/ui/page-header'
import { Skeleton } from '@/components/ui/skeleton'
import { Status, StatusIcon } from '@/components/ui/status'
import { LinkTabs } from '@/components/ui/tabs'
import { Bytes, Num, Rate } from '@/components/ui/value'
import type { OutputOf } from '@/lib/contracts/endpoint'
import type { topics } from '@/lib/contracts/topics'
import { formatInteger } from '@/lib/format'
import { parsePath, routes, type TopicTab } from '@/lib/routes'
import { TopicActions } from './topic-actions'
import { Retention, TopicKind } from './topic-columns'
import { TopicFacts } from './topic-facts'

export const TOPIC_POLL_MS = 5_000

type Topic = OutputOf<typeof topics.get>

export function TopicHeader({
  cluster,
  topic,
  data,
  failed,
  unwritable,
}: {
  cluster: string
  topic: string
  data: Topic | undefined
  /** Its facts will not come. */
  failed: boolean
  /** Why nothing can be written: there is no such topic, or no way to it. */
  unwritable: string | null
}) {
  const t = useTranslations('topics')
  const icon = <PenLine size={14} />
  return (
    <PageHeader
      mono
      title={<TopicTitle name={topic} />}
      chips={
        <>
          <CopyButton text={topic} label={t('copyName')} />
          {data ? <TopicKind topic={data} /> : null}
          {data?.cleanupPolicy === 'delete' ? (
            // What nearly every topic is: on a phone it is not worth the line that it would stand on alone.
            <span className="flex max-sm:hidden">
              <Tag>delete</Tag>
            </span>
          ) : null}
          {data?.policy === 'violation' ? <Status kind="warn">{t('preset.violation')}</Status> : null}
        </>
      }
      actions={
        <>
          {unwritable === null ? (
            <LinkButton size="sm" icon={icon} href={routes.produce(cluster, topic)}>
              {t('produce')}
            </LinkButton>
          ) : (
            <ActionButton size="sm" icon={icon} reason={unwritable}>
              {t('produce')}
            </ActionButton>
          )}
          {data ? <TopicActions cluster={cluster} topic={topic} partitions={data.partitions} /> : null}
        </>
      }
      facts={
        data ? (
          <>
            <Facts topic={data} cluster={cluster} />
            <TopicFacts cluster={cluster} topic={topic} />
          </>
        ) : failed ? null : (
          <FactsToCome />
        )
      }
    />
  )
}

/** The last segment, the event, is what people look for. A name of 249 characters keeps both ends on one line. */
function TopicTitle({ name }: { name: string }) {
  const at = name.lastIndexOf('.') + 1
  const from = name.length - at > 32 ? name.length - 20 : at
  return (
    <bdi translate="no" title={name} className="flex min-w-0 whitespace-nowrap">
      <span className="min-w-0 truncate font-normal text-text-2">{name.slice(0, from)}</span>
      <span className="shrink-0">{name.slice(from)}</span>
    </bdi>
  )
}

/** As many lines as the facts and the owner will take, so that what is below does not move when they come. */
function FactsToCome() {
  return (
    <>
      <span className="flex h-5 basis-full items-center">
        <Skeleton className="w-96 max-w-full" />
      </span>
      <span className="flex h-5 basis-full items-center sm:hidden">
        <Skeleton className="w-40" />
      </span>
      <span className="flex h-6 basis-full items-center">
        <Skeleton className="w-32" />
      </span>
    </>
  )
}

function Facts({ topic, cluster }: { topic: Topic; cluster: string }) {
  const t = useTranslations('topics')
  const locale = useLocale()
  const unknown = t('notMeasured')
  return (
    <>
      <Fact label={t('fact.partitions')}>
        <Num value={topic.partitions} />
      </Fact>
      <Fact label={t('fact.replication')}>{topic.replicationFactor}</Fact>
      <Fact label={t('fact.minIsr')}>
        <Num value={topic.minInsyncReplicas} reason={t('configsUnread')} />
      </Fact>
      <Fact label={t('fact.retention')}>
        <Retention ms={topic.retentionMs} />
      </Fact>
      <Fact label={t('fact.bytes')}>
        <Bytes value={topic.bytes} reason={unknown} />
      </Fact>
      <span className="min-w-17">
        <Fact label={t('fact.rate')}>
          <Rate perSecond={topic.ratePerSecond} reason={unknown} />
        </Fact>
      </span>
      {topic.related.map(related => (
        <span key={related.topic} className="whitespace-nowrap">
          {t(`related.${related.kind}`)}{' '}
          <Link
            href={routes.topic(cluster, related.topic, 'messages')}
            title={related.topic}
            aria-label={related.topic}
            className="mono-sm text-accent"
          >
            …{related.topic.slice(related.topic.lastIndexOf('.') + 1).slice(-28)}
          </Link>{' '}
          {related.messages === null ? (
            <Num value={null} reason={unknown} />
          ) : (
            t('related.count', { n: formatInteger(related.messages, locale) })
          )}
        </span>
      ))}
    </>
  )
}

export function TopicTabs({
  cluster,
  topic,
  data,
}: {
  cluster: string
  topic: string
  data: Topic | undefined
}) {
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
          mark:
            problems > 0 ? (
              <span className="inline-flex items-center gap-0.5 text-meta text-text-2">
                <StatusIcon kind={data?.offline ? 'error' : 'warn'} />
                <span className="sr-only">{t('tabProblems')}</span>
                {problems}
              </span>
            ) : null,
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
