'use client'

import { ListRestart } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { parseAsString, useQueryState } from 'nuqs'
import { useState } from 'react'
import { usePermission } from '@/components/api/me'
import { QueryError } from '@/components/api/query-error'
import { useApi, useApiMutation } from '@/components/api/use-api'
import { useFieldWords } from '@/components/api/use-field-words'
import { ActionButton } from '@/components/ui/button'
import { useZone } from '@/components/ui/clock'
import { type Column, DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { Notice } from '@/components/ui/notice'
import { Status, type StatusKind } from '@/components/ui/status'
import { TimeAgo } from '@/components/ui/time'
import { Num } from '@/components/ui/value'
import type { GroupDetail } from '@/lib/contracts/groups'
import { type OffsetPlanSummary, offsetPlans } from '@/lib/contracts/offset-plans'
import { type DraftProblem, type OffsetDraft, toPlanInput } from './offset-draft'
import { OffsetForm, PlanButton } from './offset-form'
import { OffsetPlanView } from './offset-plan-view'
import { useTargetWords } from './use-target-words'

const NEW: OffsetDraft = { kind: 'earliest', value: '', picked: null, reason: '' }

/** Plans of new offsets: make one, look at its difference, apply it, undo it. */
export function OffsetsTab({ cluster, group }: { cluster: string; group: GroupDetail }) {
  const t = useTranslations('offsets')
  const fieldWords = useFieldWords()
  const zone = useZone()
  const [draft, setDraft] = useState<OffsetDraft>(NEW)
  const [wrong, setWrong] = useState<DraftProblem['field'] | null>(null)
  const [open, setOpen] = useQueryState('plan', parseAsString)
  const permission = usePermission('offset.plan', { cluster, topic: group.topics[0] ?? '' })
  const create = useApiMutation(offsetPlans.create, {
    invalidates: [offsetPlans.list],
    onSuccess: plan => void setOpen(plan.id),
  })
  // The open plan has the screen's one accent, for it is what comes next.
  const variant = open ? 'secondary' : 'primary'
  const plan = () => {
    const answer = toPlanInput(draft, { cluster, group: group.group, zone, nowMs: Date.now() })
    if (!('input' in answer)) return setWrong(answer.field)
    setWrong(null)
    create.mutate(answer.input)
  }
  return (
    <div className="min-h-0 flex-1 overflow-auto">
      <Notice tone="info" className="sm:hidden">
        {t('notOnPhones')}
      </Notice>
      <div className="max-sm:hidden">
        <OffsetForm
          draft={draft}
          onChange={part => setDraft({ ...draft, ...part })}
          cluster={cluster}
          topics={group.topics}
          current={group.partitions}
          wrong={wrong}
          busy={create.isPending}
          onSubmit={plan}
          submit={
            permission.reason ? (
              <ActionButton variant={variant} reason={permission.reason}>
                {t('plan')}
              </ActionButton>
            ) : (
              <PlanButton busy={create.isPending} label={t('plan')} variant={variant} />
            )
          }
        />
      </div>
      {create.error ? (
        <div className="px-4 pb-3">
          <QueryError compact error={create.error} />
          <ul className="text-meta text-error">
            {create.error.fields.map(field => (
              <li key={`${field.path} ${field.message}`}>{fieldWords(field)}</li>
            ))}
          </ul>
        </div>
      ) : null}
      {open ? (
        <OffsetPlanView cluster={cluster} group={group} id={open} onClose={() => void setOpen(null)} />
      ) : null}
      <PlanList cluster={cluster} group={group.group} open={open} onOpen={id => void setOpen(id)} />
    </div>
  )
}

const KINDS: Record<OffsetPlanSummary['state'], StatusKind> = {
  planned: 'seen',
  applying: 'running',
  applied: 'ok',
  partial: 'warn',
  failed: 'error',
  undone: 'rewind',
  'undo-partial': 'warn',
  expired: 'unknown',
}

function PlanList({
  cluster,
  group,
  open,
  onOpen,
}: {
  cluster: string
  group: string
  open: string | null
  onOpen: (id: string) => void
}) {
  const t = useTranslations('offsets')
  const words = useTargetWords()
  const { data, error, refetch } = useApi(offsetPlans.list, { cluster, group })
  const columns: Column<OffsetPlanSummary>[] = [
    {
      id: 'state',
      header: t('state'),
      width: 140,
      rowHeader: true,
      render: row => <Status kind={KINDS[row.state]}>{t(`states.${row.state}`)}</Status>,
    },
    {
      id: 'to',
      header: t('to'),
      render: row => <span className="block truncate">{words(row.to)}</span>,
    },
    {
      id: 'size',
      header: t('size'),
      width: 96,
      align: 'end',
      render: row => <Num value={row.changed} />,
    },
    {
      id: 'skipped',
      header: t('skipped'),
      width: 104,
      align: 'end',
      hideBelow: 'md',
      render: row => <Num value={row.skipped} />,
    },
    {
      id: 'repeated',
      header: t('repeated'),
      width: 104,
      align: 'end',
      hideBelow: 'md',
      render: row => <Num value={row.repeated} />,
    },
    {
      id: 'by',
      header: t('by'),
      width: 140,
      hideBelow: 'md',
      render: row => <span className="block truncate">{row.appliedBy ?? row.by}</span>,
    },
    {
      id: 'reason',
      header: t('reason'),
      hideBelow: 'lg',
      render: row => <span className="block truncate text-text-2">{row.reason}</span>,
    },
    {
      id: 'when',
      header: t('when'),
      width: 120,
      align: 'end',
      render: row => <TimeAgo at={row.undoneAt ?? row.appliedAt ?? row.createdAt} />,
    },
  ]
  return (
    <section className="border-t border-line pt-3">
      <h2 className="px-4 pb-2 font-semibold">{t('history')}</h2>
      {error && !data ? <QueryError compact error={error} onRetry={() => void refetch()} /> : null}
      <DataTable
        label={t('list')}
        columns={columns}
        rows={data?.items ?? []}
        rowKey={row => row.id}
        currentKey={open}
        onOpen={row => onOpen(row.id)}
        loading={data === undefined && !error}
        skeletonRows={3}
        scroll={false}
        primary={false}
        cardHeight={57}
        card={row => (
          <span className="flex min-w-0 flex-col gap-1">
            <span className="flex justify-between gap-2">
              <Status kind={KINDS[row.state]}>{t(`states.${row.state}`)}</Status>
              <TimeAgo at={row.createdAt} />
            </span>
            <span className="truncate text-meta text-text-2">{words(row.to)}</span>
          </span>
        )}
        empty={<EmptyState icon={<ListRestart />} title={t('historyEmpty')} body={t('historyEmptyBody')} />}
      />
    </section>
  )
}
