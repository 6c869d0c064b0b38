'use client'

import { useTranslations } from 'next-intl'
import { ProblemMark } from '@/components/api/problem-mark'
import { type Column, DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { MonoId } from '@/components/ui/mono-id'
import { SparkLine } from '@/components/ui/spark'
import { Status } from '@/components/ui/status'
import { Num } from '@/components/ui/value'
import type { PartitionLag } from '@/lib/contracts/groups'
import { compareStatus } from '@/lib/lag/status'
import { routes } from '@/lib/routes'
import { LagValue, sparkTone, TimeLagValue } from './group-cells'

const NOTES = [
  'noCommit',
  'dataLost',
  'topicRecreated',
  'topicDeleted',
  'markersOnly',
  'compacted',
  'leaderless',
] as const
type Note = (typeof NOTES)[number]

/** Partitions by topic; within a topic the worst first, then the largest lag. */
export function PartitionTable({
  cluster,
  rows,
}: {
  cluster: string
  rows: readonly PartitionLag[] | undefined
}) {
  const t = useTranslations('groups')
  const sorted = [...(rows ?? [])].sort(
    (a, b) =>
      (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : 0) ||
      compareStatus(a.status, b.status) ||
      Number(b.lag ?? -1) - Number(a.lag ?? -1) ||
      a.partition - b.partition,
  )
  return (
    <DataTable
      label={t('detail.partitions')}
      columns={usePartitionColumns()}
      rows={sorted}
      rowKey={row => `${row.topic} ${row.partition}`}
      groupOf={row => ({
        key: row.topic,
        header: <MonoId id={row.topic} href={routes.topic(cluster, row.topic, 'partitions')} />,
      })}
      loading={rows === undefined}
      scroll={false}
      empty={<EmptyState title={t('detail.none')} body={t('detail.noneBody')} />}
    />
  )
}

function usePartitionColumns(): Column<PartitionLag>[] {
  const t = useTranslations('groups')
  return [
    {
      id: 'partition',
      header: t('partition.partition'),
      width: 48,
      align: 'end',
      rowHeader: true,
      render: row => row.partition,
    },
    {
      id: 'committed',
      header: t('partition.committed'),
      width: 112,
      align: 'end',
      mono: true,
      hideBelow: 'sm',
      render: row => <Num value={row.committed} reason={t('noCommit')} />,
    },
    {
      id: 'lso',
      header: t('partition.lso'),
      width: 112,
      align: 'end',
      mono: true,
      hideBelow: 'md',
      render: row => <Num value={row.lastStable} reason={t('notMeasured')} />,
    },
    {
      id: 'hw',
      header: t('partition.hw'),
      width: 112,
      align: 'end',
      mono: true,
      hideBelow: 'lg',
      render: row => <Num value={row.highWatermark} reason={t('notMeasured')} />,
    },
    {
      id: 'lag',
      header: t('partition.lag'),
      help: t('help.lag'),
      width: 96,
      align: 'end',
      render: row => <LagValue lag={row.lag} />,
    },
    {
      id: 'timeLag',
      header: t('partition.timeLag'),
      help: t('help.timeLag'),
      width: 96,
      align: 'end',
      render: row => <TimeLagValue ms={row.timeLagMs} />,
    },
    {
      id: 'spark',
      header: t('partition.spark'),
      width: 88,
      hideBelow: 'md',
      render: row => <SparkLine values={row.spark} tone={sparkTone(row.status)} />,
    },
    { id: 'status', header: t('partition.status'), width: 220, render: row => <PartitionState row={row} /> },
    {
      id: 'member',
      header: t('partition.member'),
      hideBelow: 'lg',
      render: row =>
        row.memberId === null ? (
          <span className="text-text-3">{t('partition.noMember')}</span>
        ) : (
          <span className="flex min-w-0 items-center gap-1">
            <MonoId id={row.memberId} max={28} small />
            <span className="text-text-3">{row.host}</span>
          </span>
        ),
    },
  ]
}

function isNote(note: string): note is Note {
  return NOTES.some(known => known === note)
}

function PartitionState({ row }: { row: PartitionLag }) {
  const t = useTranslations('groups')
  const notes = row.notes.filter(isNote)
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <ProblemMark problem={row.problem} />
      <Status kind={row.status} reason={t(`statusReason.${row.status}`)} />
      {notes.length > 0 ? (
        <span
          className="truncate text-meta text-text-3"
          title={notes.map(note => t(`note.${note}`)).join(' · ')}
        >
          {notes.map(note => t(`note.${note}`)).join(' · ')}
        </span>
      ) : null}
    </span>
  )
}
