'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { ProblemMark } from '@/components/api/problem-mark'
import { type Column, DataTable } from '@/components/ui/data-table'
import { MonoId } from '@/components/ui/mono-id'
import { Status } from '@/components/ui/status'
import { Num } from '@/components/ui/value'
import type { OffsetOutcome, OffsetPlan, OffsetPlanRow } from '@/lib/contracts/offset-plans'
import { partitionKey } from '@/lib/partition-key'
import { routes } from '@/lib/routes'
import { SampleDialog } from './sample-dialog'
import { SamplePair } from './sample-pair'

/**
 * Partition by partition: where it stands, where it will, what that skips or repeats, and the records at both
 * ends; a row opens these.
 */
export function OffsetPlanTable({ cluster, plan }: { cluster: string; plan: OffsetPlan }) {
  const t = useTranslations('offsets')
  const [open, setOpen] = useState<string | null>(null)
  const outcomes = new Map(plan.outcome?.map(one => [partitionKey(one), one]))
  const undone = new Map(plan.undo?.map(one => [partitionKey(one), one]))
  const outcomeOf = (row: OffsetPlanRow) => (
    <Outcome applied={outcomes.get(partitionKey(row))} undone={undone.get(partitionKey(row))} />
  )
  const columns: Column<OffsetPlanRow>[] = [
    {
      id: 'partition',
      header: t('column.partition'),
      width: 56,
      align: 'end',
      rowHeader: true,
      render: row => row.partition,
    },
    {
      id: 'before',
      header: plan.outcome ? t('column.was') : t('column.before'),
      width: 112,
      align: 'end',
      mono: true,
      render: row => <Num value={row.before} reason={t('noCommit')} />,
    },
    {
      id: 'after',
      header: plan.outcome ? t('column.done') : t('column.after'),
      width: 112,
      align: 'end',
      mono: true,
      render: row => <After row={row} />,
    },
    {
      id: 'skipped',
      header: t('column.skipped'),
      width: 104,
      align: 'end',
      render: row => <Count row={row} value={row.skipped} />,
    },
    {
      id: 'repeated',
      header: t('column.repeated'),
      width: 104,
      align: 'end',
      render: row => <Count row={row} value={row.repeated} />,
    },
    {
      id: 'next',
      header: t('column.next'),
      hideBelow: 'lg',
      render: row => <SamplePair row={row} />,
    },
    {
      id: 'notes',
      header: t('column.warnings'),
      width: 220,
      hideBelow: 'md',
      render: row => <Notes row={row} />,
    },
    ...(plan.outcome
      ? [
          {
            id: 'outcome',
            header: t('column.outcome'),
            width: 132,
            render: outcomeOf,
          },
        ]
      : []),
  ]
  const shown = plan.rows.find(row => partitionKey(row) === open)
  return (
    <>
      <DataTable
        label={t('rows')}
        primary={false}
        onOpen={row => setOpen(partitionKey(row))}
        columns={columns}
        rows={plan.rows}
        rowKey={partitionKey}
        scroll={plan.rows.length > 60}
        className={plan.rows.length > 60 ? 'h-120' : ''}
        rowTone={row => (row.problem ? 'error' : row.warnings.includes('clamped') ? 'warn' : null)}
        groupOf={row => ({
          key: row.topic,
          header: <MonoId id={row.topic} href={routes.topic(cluster, row.topic, 'partitions')} />,
        })}
        cardHeight={57}
        card={row => (
          <span className="flex min-w-0 flex-col gap-1">
            <span className="flex justify-between gap-2">
              <b className="font-medium">P{row.partition}</b>
              <span className="mono-sm">
                <Num value={row.before} reason={t('noCommit')} /> → <After row={row} />
              </span>
            </span>
            <span className="flex min-w-0 justify-between gap-2 text-meta/5 text-text-2">
              <span className="truncate">
                {row.warnings.length > 0 ? (
                  row.warnings.map(warning => t(`warning.${warning}`)).join(' · ')
                ) : (
                  <>
                    {t('skipped')} <Num value={row.skipped} /> · {t('repeated')} <Num value={row.repeated} />
                  </>
                )}
              </span>
              {plan.outcome ? outcomeOf(row) : null}
            </span>
          </span>
        )}
      />
      {shown ? <SampleDialog cluster={cluster} row={shown} onClose={() => setOpen(null)} /> : null}
    </>
  )
}

function After({ row }: { row: OffsetPlanRow }) {
  const t = useTranslations('offsets')
  if (row.after === null || row.after === row.before)
    return <span className="font-sans text-text-3">{t('unchanged')}</span>
  return <Num value={row.after} className="font-medium" />
}

function Count({ row, value }: { row: OffsetPlanRow; value: string | null }) {
  const t = useTranslations('offsets')
  const reason = row.warnings.includes('beyondEnd') ? t('notInLog') : t('noCommit')
  return <Num value={value} reason={reason} className={value === '0' ? 'text-text-3' : ''} />
}

function Notes({ row }: { row: OffsetPlanRow }) {
  const t = useTranslations('offsets.warning')
  const words = row.warnings.map(warning => t(warning)).join(' · ')
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <ProblemMark problem={row.problem} />
      <span className="truncate text-meta text-text-2" title={words}>
        {words}
      </span>
    </span>
  )
}

function Outcome({
  applied,
  undone,
}: {
  applied: OffsetOutcome | undefined
  undone: OffsetOutcome | undefined
}) {
  const t = useTranslations('offsets')
  const last = undone ?? applied
  if (!last) return <span className="text-text-3">{t('unchanged')}</span>
  const words = t(undone ? `undone.${last.ok ? 'ok' : 'failed'}` : `outcome.${last.ok ? 'ok' : 'failed'}`)
  if (!last.problem) return <Status kind={last.ok ? 'ok' : 'error'}>{words}</Status>
  return (
    <span className="inline-flex items-center gap-1 font-medium whitespace-nowrap text-error">
      <ProblemMark problem={last.problem} kind="error" />
      {words}
    </span>
  )
}
