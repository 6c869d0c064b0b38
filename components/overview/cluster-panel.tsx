'use client'

import Link from 'next/link'
import { useLocale, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { ProblemMark } from '@/components/api/problem-mark'
import { cn } from '@/components/ui/cn'
import { Panel } from '@/components/ui/panel'
import { ProgressBar } from '@/components/ui/progress'
import { Status, StatusIcon } from '@/components/ui/status'
import { TimeAgo } from '@/components/ui/time'
import { Bytes, Unknown } from '@/components/ui/value'
import type { Broker, Overview } from '@/lib/contracts/clusters'
import { formatInteger, formatPercent } from '@/lib/format'
import { routes } from '@/lib/routes'

/** Partitions and disks at a glance; what is wrong stands out and leads to its list. */
export function ClusterPanel({ data }: { data: Overview }) {
  const t = useTranslations('overview.cluster')
  const { partitions, quorum } = data
  const id = data.cluster.id
  return (
    <Panel
      title={t('title')}
      aside={<PanelState data={data} />}
      footer={
        <>
          <Link href={routes.brokers(id)}>{t('all')}</Link>
          <span className="flex-1" />
          <TimeAgo at={data.sampledAt} />
        </>
      }
    >
      <Line
        label={t('offline')}
        count={partitions.offline}
        tone="error"
        href={routes.topics(id, { health: 'problem' })}
      />
      <Line
        label={t('underReplicated')}
        count={partitions.underReplicated}
        tone="warn"
        href={routes.topics(id, { health: 'problem' })}
      />
      <Line
        label={t('underMinIsr')}
        count={partitions.underMinIsr}
        tone="error"
        href={routes.topics(id, { health: 'problem' })}
        reason={t('minIsrUnknown')}
      />
      <Row label={t('quorum')}>
        {quorum === null ? (
          <Unknown reason={t('quorumUnknown')} />
        ) : (
          <>
            <span className={cn(quorum.up < quorum.voters && 'text-error')}>
              {quorum.up}/{quorum.voters}
            </span>{' '}
            <span className="font-normal text-text-3">· {t('quorumLag', { lag: quorum.maxLag })}</span>
          </>
        )}
      </Row>
      <Disks brokers={data.brokers} />
    </Panel>
  )
}

function PanelState({ data }: { data: Overview }) {
  const t = useTranslations('overview.cluster')
  const { offline, underReplicated } = data.partitions
  if (offline > 0)
    return (
      <Status kind="error" className="text-meta">
        {t('offlineShort', { n: offline })}
      </Status>
    )
  if (underReplicated > 0)
    return (
      <Status kind="warn" className="text-meta">
        {t('underReplicatedShort', { n: underReplicated })}
      </Status>
    )
  return null
}

function Row({ label, children, className }: { label: ReactNode; children: ReactNode; className?: string }) {
  return (
    <div className={cn('flex h-7 items-center gap-2 px-3 whitespace-nowrap', className)}>
      <span className="text-text-2">{label}</span>
      <span className="ml-auto font-medium">{children}</span>
    </div>
  )
}

function Line({
  label,
  count,
  tone,
  href,
  reason,
}: {
  label: string
  count: number | null
  tone: 'warn' | 'error'
  href: string
  reason?: string
}) {
  const t = useTranslations('overview.cluster')
  const locale = useLocale()
  if (count === null)
    return (
      <Row label={label}>
        <Unknown reason={reason} />
      </Row>
    )
  if (count === 0) return <Row label={label}>0</Row>
  return (
    <div
      className={cn(
        'flex h-7 items-center gap-2 px-3 whitespace-nowrap',
        tone === 'warn' ? 'bg-warn-bg' : 'bg-error-bg',
      )}
    >
      <Status kind={tone}>{label}</Status>
      <Link
        href={href}
        className={cn(
          'ml-auto font-medium underline underline-offset-2',
          tone === 'warn' ? 'text-warn' : 'text-error',
        )}
      >
        {t('partitions', { count, n: formatInteger(count, locale) })}
      </Link>
    </div>
  )
}

type Disk = { broker: Broker; ratio: number | null }

function diskOf(broker: Broker): Disk {
  if (broker.totalBytes === null || broker.usableBytes === null) return { broker, ratio: null }
  const total = Number(broker.totalBytes)
  return { broker, ratio: total > 0 ? 1 - Number(broker.usableBytes) / total : null }
}

/** The fullest three; the rest is one line. */
function Disks({ brokers }: { brokers: readonly Broker[] }) {
  const t = useTranslations('overview.cluster')
  const disks = brokers.map(diskOf)
  const known = disks.flatMap(disk => (disk.ratio === null ? [] : [disk.ratio]))
  const mean = known.length === 0 ? null : known.reduce((sum, ratio) => sum + ratio, 0) / known.length
  const fullest = [...disks].sort((a, b) => (b.ratio ?? -1) - (a.ratio ?? -1)).slice(0, 3)
  const shown = fullest.sort((a, b) => a.broker.id - b.broker.id)
  const most = Math.max(...known)
  return (
    <div className="mt-1 border-t border-line-soft py-1">
      <Row label={t('disk')} className="h-6">
        {mean === null ? (
          <Unknown reason={t('diskUnknown')} />
        ) : (
          <>
            {formatPercent(mean)} <span className="font-normal text-text-3">{t('mean')}</span>
          </>
        )}
      </Row>
      {shown.map(({ broker, ratio }) => (
        <div
          key={broker.id}
          className={cn(
            'flex h-[22px] items-center gap-2 px-3 text-meta whitespace-nowrap',
            ratio !== null && ratio === most && known.length > 1 ? 'font-medium text-text' : 'text-text-3',
          )}
        >
          <span className="min-w-5">b{broker.id}</span>
          {broker.up ? null : <StatusIcon kind="error" size={12} />}
          <ProgressBar
            ratio={ratio ?? 0}
            tone={ratio !== null && ratio >= 0.85 ? 'warn' : 'quiet'}
            label={t('diskOf', { id: broker.id })}
            className="w-auto min-w-0 flex-1"
          />
          <span className="w-26 text-right">
            {ratio === null ? (
              <>
                <ProblemMark problem={broker.problem} />{' '}
                {broker.bytes === null ? '—' : <Bytes value={broker.bytes} />}
              </>
            ) : (
              <>
                {formatPercent(ratio)} · <Bytes value={broker.bytes} />
              </>
            )}
          </span>
        </div>
      ))}
      {disks.length > shown.length ? (
        <div className="px-3 text-meta text-text-3">
          {t('moreBrokers', { n: disks.length - shown.length })}
        </div>
      ) : null}
    </div>
  )
}
