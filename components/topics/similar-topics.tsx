'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { useApi } from '@/components/api/use-api'
import { Button } from '@/components/ui/button'
import { MonoId } from '@/components/ui/mono-id'
import { type NameCheck, type TopicRow, topics } from '@/lib/contracts/topics'
import { routes } from '@/lib/routes'
import { Retention } from './topic-columns'

/** Topics of the same service, whose size the new one may take. The row keeps its room. */
export function SimilarTopics({
  cluster,
  check,
  onCopy,
}: {
  cluster: string
  check: NameCheck | null
  onCopy: (row: TopicRow) => void
}) {
  const t = useTranslations('topics.new')
  const [domain, service] = check?.segments ?? []
  const prefix = domain?.ok && service?.ok ? `${domain.value}.${service.value}.` : ''
  const { data } = useApi(
    topics.list,
    { cluster, query: prefix, limit: 10, sort: '-rate' },
    { enabled: prefix !== '', staleMs: 30_000 },
  )
  const row = prefix
    ? data?.items.find(
        one => one.name.startsWith(prefix) && one.kind === 'normal' && one.name !== check?.name,
      )
    : undefined
  return (
    <div className="flex h-9 min-w-0 items-center gap-x-3 border-t border-line-soft text-meta sm:overflow-hidden sm:whitespace-nowrap">
      {row === undefined ? (
        <p className="text-text-3">{t(prefix && data ? 'noSimilar' : 'similarLater')}</p>
      ) : (
        <>
          <span className="whitespace-nowrap text-text-3">{t('similar')}</span>
          <Link href={routes.topic(cluster, row.name, 'configs')} className="flex min-w-0 text-accent">
            <MonoId id={row.name} small />
          </Link>
          <span className="text-text-2 max-sm:hidden">
            {t('similarFacts', { partitions: row.partitions, replication: row.replicationFactor })} ·{' '}
            <Retention ms={row.retentionMs} />
          </span>
          <span className="flex-1" />
          <Button size="xs" onClick={() => onCopy(row)}>
            {t('copySettings')}
          </Button>
        </>
      )}
    </div>
  )
}
