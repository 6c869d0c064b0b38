'use client'

import Link from 'next/link'
import { useLocale, useTranslations } from 'next-intl'
import { type Column, DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { MonoId } from '@/components/ui/mono-id'
import { Panel } from '@/components/ui/panel'
import { SparkLine } from '@/components/ui/spark'
import { Status, type StatusKind, statusTone } from '@/components/ui/status'
import { TimeAgo } from '@/components/ui/time'
import { Duration, Num, Rate } from '@/components/ui/value'
import type { Overview } from '@/lib/contracts/clusters'
import type { GroupStatus } from '@/lib/contracts/groups'
import { formatInteger } from '@/lib/format'
import { routes } from '@/lib/routes'

type Worst = Overview['groups']['worst'][number]
const SEVERE: readonly GroupStatus[] = ['stop', 'stall', 'warn', 'rewind']

function sparkTone(status: StatusKind): 'quiet' | 'warn' | 'error' | 'stall' {
  const tone = statusTone(status)
  return tone === 'warn' || tone === 'error' || tone === 'stall' ? tone : 'quiet'
}

/** Who is behind: the worst six, and how all the others are. */
export function GroupsPanel({ data }: { data: Overview }) {
  const t = useTranslations('overview.groups')
  const status = useTranslations('status')
  const locale = useLocale()
  const { groups } = data
  const cluster = data.cluster.id
  const by = groups.byStatus
  const severe = SEVERE.filter(kind => (by[kind] ?? 0) > 0)
  const columns: Column<Worst>[] = [
    {
      id: 'group',
      header: t('group'),
      rowHeader: true,
      render: row => <MonoId id={row.group} href={routes.group(cluster, row.group)} rowLink />,
    },
    {
      id: 'status',
      header: t('status'),
      width: 120,
      render: row => <Status kind={row.status}>{status(row.status)}</Status>,
    },
    {
      id: 'lag',
      header: t('lag'),
      help: t('lagHelp'),
      align: 'end',
      width: 76,
      render: row => <Num value={row.lag} reason={t('noCommit')} className="font-semibold" />,
    },
    {
      id: 'timeLag',
      header: t('timeLag'),
      help: t('timeLagHelp'),
      align: 'end',
      // `17시간 33분`, whole.
      width: 88,
      render: row => <Duration ms={row.timeLagMs} reason={t('timeLagUnknown')} />,
    },
    {
      id: 'spark',
      header: t('spark'),
      width: 64,
      hideBelow: 'sm',
      render: row => <SparkLine values={row.spark} width={52} tone={sparkTone(row.status)} />,
    },
    {
      id: 'trend',
      header: t('trend'),
      help: t('trendHelp'),
      align: 'end',
      // `+0.01 /s`, whole.
      width: 80,
      hideBelow: 'sm',
      render: row => <Rate perSecond={row.trendPerSecond} signed reason={t('trendUnknown')} />,
    },
  ]
  return (
    <Panel
      title={t('title')}
      aside={
        <span className="flex gap-3 text-meta">
          {severe.map(kind => (
            <Status key={kind} kind={kind} reason={status(kind)}>
              <span className="sr-only">{status(kind)} </span>
              {formatInteger(by[kind] ?? 0, locale)}
            </Status>
          ))}
        </span>
      }
      footer={
        <>
          <Link href={routes.groups(cluster)}>{t('all', { count: groups.total })}</Link>
          <span className="flex-1" />
          {groups.sampledAt === null ? null : (
            <span>
              {t('basis')} · <TimeAgo at={groups.sampledAt} />
            </span>
          )}
        </>
      }
    >
      <DataTable
        label={t('title')}
        columns={columns}
        rows={groups.worst}
        rowKey={row => row.group}
        rowHref={row => routes.group(cluster, row.group)}
        card={row => (
          <span className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-3">
            <MonoId id={row.group} />
            <Num value={row.lag} reason={t('noCommit')} className="text-right font-semibold" />
            <Status kind={row.status}>{status(row.status)}</Status>
            <span className="text-right text-meta/5 text-text-3">
              <Duration ms={row.timeLagMs} reason={t('timeLagUnknown')} />
            </span>
          </span>
        )}
        primary={false}
        scroll={false}
        empty={<NoGroups data={data} />}
        className="[&_td]:px-1.5 [&_td:first-child]:pl-3 [&_td:last-child]:pr-3 [&_th]:px-1.5 [&_th:first-child]:pl-3 [&_th:last-child]:pr-3"
      />
      <div className="mt-auto flex min-h-9 flex-wrap items-center gap-x-3.5 px-3 text-meta text-text-2">
        <Status kind="ok">{t('countOk', { n: formatInteger(by.ok ?? 0, locale) })}</Status>
        {groups.empty > 0 ? (
          <Status kind="empty">{t('countEmpty', { n: formatInteger(groups.empty, locale) })}</Status>
        ) : null}
        {(by.unknown ?? 0) > 0 ? (
          <>
            <Status kind="unknown">{t('countUnknown', { n: formatInteger(by.unknown ?? 0, locale) })}</Status>
            <span className="text-text-3">{t('excluded')}</span>
          </>
        ) : null}
      </div>
    </Panel>
  )
}

function NoGroups({ data }: { data: Overview }) {
  const t = useTranslations('overview.groups')
  if (data.groups.sampledAt === null)
    return <EmptyState title={t('firstSample')} body={t('firstSampleBody')} />
  if (data.groups.total === 0) return <EmptyState title={t('none')} body={t('noneBody')} />
  return <EmptyState title={t('quiet')} body={t('quietBody', { count: data.groups.total })} />
}
