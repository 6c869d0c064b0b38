'use client'

import { useTranslations } from 'next-intl'
import { useFromNow } from '@/components/ui/clock'
import { type Column, DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { MonoId } from '@/components/ui/mono-id'
import { SparkLine } from '@/components/ui/spark'
import { Status } from '@/components/ui/status'
import { TimeAgo } from '@/components/ui/time'
import { usePhone } from '@/components/ui/use-phone'
import { Num } from '@/components/ui/value'
import type { GroupDetail, GroupMember, PartitionLag } from '@/lib/contracts/groups'
import { compareStatus } from '@/lib/lag/status'
import { partitionKey } from '@/lib/partition-key'
import { routes } from '@/lib/routes'
import { type ChartScope, WHOLE } from './chart-scope'
import { isOld, LagValue, rowTone, sparkTone, TimeLagValue, UnknownBecause } from './group-cells'
import { sumByTopic, type TopicSum } from './sum-by-topic'
import { useHeldOrder } from './use-held-order'

const NOTES = [
  'noCommit',
  'dataLost',
  'topicRecreated',
  'beyondEnd',
  'topicDeleted',
  'markersOnly',
  'compacted',
  'leaderless',
] as const
type Note = (typeof NOTES)[number]

/**
 * Partitions by topic; within a topic the worst first, then the largest lag. Rows keep their places while
 * somebody points at them; the one that is opened is what the charts show.
 */
export function PartitionTable({
  cluster,
  detail,
  scope,
  onScopeChange,
}: {
  cluster: string
  detail: Pick<GroupDetail, 'type' | 'partitions' | 'memberList' | 'sampledAt'> | undefined
  scope: ChartScope
  onScopeChange: (scope: ChartScope) => void
}) {
  const rows = detail?.partitions
  const share = detail?.type === 'share'
  const stale = useFromNow(nowMs => isOld(detail?.sampledAt ?? null, nowMs))
  const t = useTranslations('groups')
  const phone = usePhone()
  const sums = sumByTopic(rows ?? [])
  const sorted = [...(rows ?? [])].sort(
    (a, b) =>
      (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : 0) ||
      compareStatus(a.status, b.status) ||
      compareLag(a.lag, b.lag) ||
      a.partition - b.partition,
  )
  const held = useHeldOrder(sorted, partitionKey)
  return (
    <div {...held.hold} className="flex min-h-64 flex-1 flex-col max-sm:flex-none">
      <DataTable
        label={t('detail.partitions')}
        columns={usePartitionColumns(detail?.memberList ?? [], share, stale)}
        rows={held.rows}
        rowKey={partitionKey}
        rowTone={rowTone}
        currentKey={
          scope.topic === null || scope.partition === null
            ? null
            : partitionKey({ topic: scope.topic, partition: scope.partition })
        }
        onOpen={({ topic, partition }) =>
          onScopeChange(topic === scope.topic && partition === scope.partition ? WHOLE : { topic, partition })
        }
        groupOf={row => ({
          key: row.topic,
          header: <TopicLine cluster={cluster} topic={row.topic} sum={sums.get(row.topic)} />,
        })}
        loading={rows === undefined}
        skeletonRows={8}
        scroll={!phone || held.rows.length > 200}
        cardHeight={57}
        card={row => <PartitionCard row={row} share={share} stale={stale} />}
        empty={<EmptyState title={t('detail.none')} body={t('detail.noneBody')} />}
      />
    </div>
  )
}

function compareLag(a: string | null, b: string | null): number {
  const [x, y] = [BigInt(a ?? -1), BigInt(b ?? -1)]
  return x > y ? -1 : x < y ? 1 : 0
}

function TopicLine({ cluster, topic, sum }: { cluster: string; topic: string; sum: TopicSum | undefined }) {
  const t = useTranslations('groups')
  return (
    <span className="flex min-w-0 items-center gap-4">
      <MonoId id={topic} href={routes.topic(cluster, topic, 'partitions')} />
      {sum ? (
        <span className="flex shrink-0 gap-3 text-meta font-normal text-text-3">
          <span>{t('detail.topicPartitions', { n: sum.partitions })}</span>
          <span className="max-sm:hidden">
            {t('partition.lag')}{' '}
            <b className="font-medium text-text-2">
              <Num value={sum.lag} reason={t('noCommit')} />
            </b>
          </span>
          <span className="max-sm:hidden">
            {t('partition.timeLagMost')}{' '}
            <b className="font-medium text-text-2">
              <TimeLagValue ms={sum.timeLagMs} />
            </b>
          </span>
        </span>
      ) : null}
    </span>
  )
}

function usePartitionColumns(
  members: readonly GroupMember[],
  share: boolean,
  stale: boolean,
): Column<PartitionLag>[] {
  const t = useTranslations('groups')
  const clients = new Map(members.map(member => [member.memberId, member.clientId]))
  return [
    {
      id: 'partition',
      header: t('partition.partition'),
      width: 56,
      align: 'end',
      rowHeader: true,
      render: row => row.partition,
    },
    {
      id: 'committed',
      header: t(share ? 'partition.start' : 'partition.committed'),
      help: t(share ? 'help.start' : 'help.committed'),
      width: 112,
      align: 'end',
      mono: true,
      hideBelow: 'md',
      render: row => <Num value={row.committed} reason={t('noCommit')} />,
    },
    {
      id: 'lso',
      header: t('partition.lso'),
      help: t('help.lso'),
      width: 112,
      align: 'end',
      mono: true,
      hideBelow: 'lg',
      render: row => <Num value={row.lastStable} reason={t('notMeasured')} />,
    },
    {
      id: 'hw',
      header: t('partition.hw'),
      help: t('help.hw'),
      width: 112,
      align: 'end',
      mono: true,
      hideBelow: 'xl',
      render: row => <Num value={row.highWatermark} reason={t('notMeasured')} />,
    },
    ...(share
      ? [
          {
            id: 'settled',
            header: t('partition.settled'),
            help: t('help.settled'),
            width: 104,
            align: 'end' as const,
            hideBelow: 'md' as const,
            render: (row: PartitionLag) => <Num value={settledOf(row)} reason={t('notMeasured')} />,
          },
        ]
      : []),
    {
      id: 'lag',
      header: t('partition.lag'),
      help: t(share ? 'help.shareLag' : 'help.lag'),
      width: 104,
      align: 'end',
      render: row => <LagValue lag={row.lag} />,
    },
    {
      id: 'timeLag',
      header: t('partition.timeLag'),
      help: t('help.timeLag'),
      width: 100,
      align: 'end',
      render: row => <TimeLagValue ms={row.timeLagMs} />,
    },
    {
      id: 'spark',
      header: t('partition.spark'),
      help: t('help.spark'),
      width: 96,
      hideBelow: 'md',
      render: row => <SparkLine values={row.spark} width={80} tone={sparkTone(row.status)} />,
    },
    {
      id: 'status',
      header: t('partition.status'),
      help: t('help.status'),
      width: 200,
      render: row => <PartitionState row={row} share={share} stale={stale} />,
    },
    {
      id: 'member',
      header: t('partition.member'),
      hideBelow: 'xl',
      render: row =>
        share ? (
          t('partition.shared', { n: readersOf(row, members) })
        ) : row.memberId === null ? (
          <span className="text-text-3">{t('partition.noMember')}</span>
        ) : (
          <span className="flex min-w-0 items-center gap-2">
            <MonoId id={row.memberId} short={clients.get(row.memberId) ?? row.memberId} />
            <span className="shrink-0 text-text-3">{hostOf(row.host)}</span>
          </span>
        ),
    },
  ]
}

/**
 * Of a share group: what is done with (acknowledged or archived) behind the start offset, which moves only in
 * order.
 */
function settledOf({ committed, lastStable, lag }: PartitionLag): string | null {
  if (committed === null || lastStable === null || lag === null) return null
  const settled = BigInt(lastStable) - BigInt(committed) - BigInt(lag)
  return String(settled < 0n ? 0n : settled)
}

/** Members of a share group read a partition together. */
function readersOf({ topic, partition }: PartitionLag, members: readonly GroupMember[]): number {
  return members.filter(({ assigned }) =>
    assigned.some(one => one.topic === topic && one.partitions.includes(partition)),
  ).length
}

/** Kafka writes `/10.0.3.7`: a Java address without a name. */
export function hostOf(host: string | null): string {
  return host?.replace(/^\//, '') ?? ''
}

function isNote(note: string): note is Note {
  return NOTES.some(known => known === note)
}

type Shown = {
  row: PartitionLag
  share: boolean
  /** The group's whole sample is old. */
  stale: boolean
}

function PartitionState({ row, share, stale }: Shown) {
  const t = useTranslations('groups')
  const status = useTranslations('status')
  const old = useFromNow(nowMs => stale || isOld(row.sampledAt, nowMs))
  const notes = row.notes.filter(isNote)
  const words = notes
    .map(note => t(share && note === 'noCommit' ? 'note.notStarted' : `note.${note}`))
    .join(' · ')
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      {row.problem ? (
        <UnknownBecause problem={row.problem} />
      ) : (
        // An old word without its colour; how old it is stands beside it, or in the head for all of them.
        <Status kind={old ? 'unknown' : row.status} reason={t(`statusReason.${row.status}`)}>
          {status(row.status)}
        </Status>
      )}
      {words ? (
        <span className="truncate text-meta text-text-3" title={words}>
          {words}
        </span>
      ) : null}
      {row.sampledAt ? (
        <span className="shrink-0 text-meta text-warn">
          <span className="sr-only">{t('partition.sampled')}</span> <TimeAgo at={row.sampledAt} />
        </span>
      ) : null}
    </span>
  )
}

function PartitionCard({ row, share, stale }: Shown) {
  const t = useTranslations('groups')
  return (
    <span className="flex min-w-0 flex-col gap-1">
      <span className="flex items-center justify-between gap-2">
        <b className="shrink-0 font-medium">P{row.partition}</b>
        <PartitionState row={row} share={share} stale={stale} />
      </span>
      <span className="flex justify-between gap-2 text-meta text-text-2">
        <span>
          {t('partition.lag')} <LagValue lag={row.lag} />
        </span>
        <span>
          {t('partition.timeLag')} <TimeLagValue ms={row.timeLagMs} />
        </span>
      </span>
    </span>
  )
}
