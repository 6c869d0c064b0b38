'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { useApi } from '@/components/api/use-api'
import { Button } from '@/components/ui/button'
import { MonoId } from '@/components/ui/mono-id'
import { Popover } from '@/components/ui/popover'
import { TimeAgo } from '@/components/ui/time'
import { topics } from '@/lib/contracts/topics'
import { routes } from '@/lib/routes'

/**
 * Who writes to the topic, in one line over its consumers: the service of its name, producers of the last
 * day, who may by ACL.
 */
export function TopicProducers({ cluster, topic }: { cluster: string; topic: string }) {
  const t = useTranslations('topics.producer')
  const { data } = useApi(topics.producers, { cluster, topic }, { pollMs: 30_000 })
  const last = data?.items[0]?.lastWriteAt
  return (
    <section
      aria-label={t('title')}
      className="flex min-h-9 shrink-0 flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-1 text-text-2"
    >
      <h2 className="text-meta font-medium text-text-2">{t('title')}</h2>
      {data?.service ? (
        <span className="inline-flex min-w-0 items-center gap-1.5">
          <span className="text-text-3">{t('service')}</span>
          <Link
            href={routes.catalogue(cluster, { kind: 'service', q: data.service.name })}
            className="reach text-accent"
          >
            <MonoId id={data.service.name} small />
          </Link>
          {data.service.owner ? <span>{data.service.owner}</span> : null}
        </span>
      ) : null}
      {data ? (
        data.items.length > 0 ? (
          <Popover
            label={t('title')}
            trigger={<Button size="xs">{t('count', { n: data.items.length })}</Button>}
          >
            <ul className="flex max-h-72 flex-col gap-1 overflow-auto p-3">
              {data.items.map(one => (
                <li key={one.producerId} className="flex flex-wrap items-baseline gap-x-3">
                  <MonoId id={one.transactionalId ?? t('id', { id: one.producerId })} small />
                  <span className="text-meta text-text-3">
                    {t('partitions', { list: one.partitions.slice(0, 8).join(', ') })}
                  </span>
                  {one.lastWriteAt ? <TimeAgo at={one.lastWriteAt} /> : null}
                </li>
              ))}
            </ul>
          </Popover>
        ) : (
          <span className="text-text-3">{t(data.isWhole ? 'none' : 'unknown')}</span>
        )
      ) : null}
      {last ? (
        <span className="text-meta text-text-3">
          {t('last')} <TimeAgo at={last} />
        </span>
      ) : null}
      {data?.principals && data.principals.length > 0 ? (
        <span className="min-w-0 truncate text-meta text-text-3" title={data.principals.join(', ')}>
          {t('allowed', { list: data.principals.slice(0, 3).join(', ') })}
        </span>
      ) : null}
      <span className="ml-auto text-meta text-text-3 max-lg:hidden">{t('basis')}</span>
    </section>
  )
}
