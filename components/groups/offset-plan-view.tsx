'use client'

import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { useClusterSummary } from '@/components/api/clusters'
import { usePermission } from '@/components/api/me'
import { QueryError } from '@/components/api/query-error'
import { useApi, useApiMutation } from '@/components/api/use-api'
import { EnvChip } from '@/components/ui/badge'
import { ActionButton, Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { useFromNow } from '@/components/ui/clock'
import { ConfirmDialog } from '@/components/ui/dialog'
import { Notice } from '@/components/ui/notice'
import { Skeleton } from '@/components/ui/skeleton'
import { TimeAgo, TimeUntil } from '@/components/ui/time'
import { Num } from '@/components/ui/value'
import { type GroupDetail, groups } from '@/lib/contracts/groups'
import { type OffsetPlan, offsetPlans } from '@/lib/contracts/offset-plans'
import { formatInteger, middleTruncate } from '@/lib/format'
import { TITLE_NAME } from './group-cells'
import { OffsetPlanTable } from './offset-plan-table'
import { hostOf } from './partition-table'
import { useTargetWords } from './use-target-words'

/** One plan: its difference, applying it, what came of it, and the way back. */
export function OffsetPlanView({
  cluster,
  group,
  id,
  onClose,
}: {
  cluster: string
  /** As sampled: whether it has members now. */
  group: Pick<GroupDetail, 'group' | 'state' | 'members' | 'memberList'>
  id: string
  onClose: () => void
}) {
  const t = useTranslations('offsets')
  const at = { cluster, group: group.group, plan: id }
  const { data: plan, error, refetch } = useApi(offsetPlans.get, at, { keepPrevious: false })
  if (error && !plan) return <QueryError compact error={error} onRetry={() => void refetch()} />
  if (!plan) return <Skeleton className="m-4 h-6 w-80" />
  return (
    <section aria-label={t('title')} className="flex flex-col border-t border-line">
      <Head cluster={cluster} plan={plan} group={group} onClose={onClose} />
      {(group.members ?? 0) > 0 && plan.state === 'planned' ? (
        <Notice tone="warn">
          {t('active', { n: group.members ?? 0, state: group.state })}{' '}
          <span className="mono-sm">{membersToStop(group.memberList)}</span>
        </Notice>
      ) : null}
      <Report plan={plan} />
      {plan.state === 'applying' ? <Notice tone="warn">{t('applyingNotice')}</Notice> : null}
      {plan.changed === 0 ? <Notice tone="info">{t('nothing')}</Notice> : null}
      <OffsetPlanTable cluster={cluster} plan={plan} />
    </section>
  )
}

const NAMED = 5
/** The server lets a plan that nobody finished be applied again after a minute. */
const TAKEN_UP_MS = 61_000

/** Whom to stop: the programs and where they run. */
function membersToStop(members: GroupDetail['memberList']): string {
  const named = members.slice(0, NAMED).map(({ clientId, host }) => `${clientId} ${hostOf(host)}`)
  return [...named, ...(members.length > NAMED ? ['…'] : [])].join(' · ')
}

/** How many partitions were set, or set back, and how many were not; each stands in the table. */
function Report({ plan }: { plan: OffsetPlan }) {
  const t = useTranslations('offsets')
  const last = plan.undo ?? plan.outcome
  if (!last) return null
  const ok = last.filter(one => one.ok).length
  const failed = last.length - ok
  return (
    <Notice tone={failed > 0 ? 'error' : 'info'}>
      {t(plan.undo ? 'report.undone' : 'report.applied', { ok, failed })}
    </Notice>
  )
}

function Head({
  cluster,
  plan,
  group,
  onClose,
}: {
  cluster: string
  plan: OffsetPlan
  group: Pick<GroupDetail, 'group' | 'state' | 'members'>
  onClose: () => void
}) {
  const t = useTranslations('offsets')
  const words = useTargetWords()
  return (
    <div className="flex min-h-12 flex-wrap items-center gap-x-6 gap-y-2 px-4 py-2">
      <h2 className="font-semibold">{words(plan.to)}</h2>
      <span className="text-text-2">{t('changed', { changed: plan.changed, n: plan.partitions })}</span>
      <span className="text-text-2">
        {t('skipped')} <Num value={plan.skipped} />
      </span>
      <span className="text-text-2">
        {t('repeated')} <Num value={plan.repeated} />
      </span>
      {uncounted(plan) > 0 ? (
        <span className="text-text-2">{t('uncounted', { n: uncounted(plan) })}</span>
      ) : null}
      <span className="text-meta text-text-3">
        {t(`states.${plan.state}`)}{' '}
        {plan.state === 'planned' ? (
          <>
            · {t('expires')} <TimeUntil at={plan.expiresAt} />
          </>
        ) : (
          <TimeAgo at={plan.undoneAt ?? plan.appliedAt ?? plan.createdAt} />
        )}
      </span>
      <span className="flex-1" />
      <span className="flex gap-2">
        <span className="flex gap-2 max-sm:hidden">
          {plan.state === 'planned' || plan.state === 'applying' ? (
            <Apply cluster={cluster} plan={plan} group={group} />
          ) : null}
          {['applied', 'partial', 'undo-partial'].includes(plan.state) ? (
            <Undo cluster={cluster} plan={plan} group={group} />
          ) : null}
        </span>
        <Button onClick={onClose}>{t('discard')}</Button>
      </span>
    </div>
  )
}

/** Partitions that are set, of which nobody can say what it skips or repeats: no commit, or none in this log. */
const uncounted = ({ rows }: OffsetPlan) =>
  rows.filter(row => row.after !== null && row.after !== row.before && row.skipped === null).length

type ActProps = { cluster: string; plan: OffsetPlan; group: Pick<GroupDetail, 'state' | 'members'> }

const INVALIDATES = [offsetPlans.get, offsetPlans.list, groups.get, groups.lagHistory]

function Apply({ cluster, plan, group }: ActProps) {
  const t = useTranslations('offsets')
  const locale = useLocale()
  const [asking, setAsking] = useState(false)
  const permission = usePermission('offset.reset', { cluster, topic: plan.rows[0]?.topic ?? '' })
  const apply = useApiMutation(offsetPlans.apply, { invalidates: INVALIDATES })
  const environment = useClusterSummary(cluster)?.environment
  const isUnderWay = useFromNow(
    nowMs => plan.state === 'applying' && nowMs - Date.parse(plan.appliedAt ?? '') < TAKEN_UP_MS,
  )
  if (permission.readOnly || plan.changed === 0) return null
  const busyGroup = (group.members ?? 0) > 0 ? t('notIdle') : null
  const label = t(plan.state === 'applying' ? 'applyAgain' : 'applyN', { n: plan.changed })
  return (
    <>
      {apply.error ? <QueryError compact error={apply.error} /> : null}
      <ActionButton
        variant="primary"
        reason={permission.reason ?? busyGroup ?? (isUnderWay ? t('applyingNow') : null)}
        busy={apply.isPending}
        onClick={() => setAsking(true)}
      >
        {label}
      </ActionButton>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        chip={environment ? <EnvChip environment={environment} /> : null}
        title={t('applyTitle', { n: plan.changed, group: middleTruncate(plan.group, TITLE_NAME) })}
        body={[
          t('applyBody', {
            skipped: formatInteger(plan.skipped, locale),
            repeated: formatInteger(plan.repeated, locale),
          }),
          ...(uncounted(plan) > 0 ? [t('uncounted', { n: uncounted(plan) })] : []),
        ].join(' ')}
        confirm={label}
        refusal={busyGroup}
        onConfirm={() => {
          setAsking(false)
          apply.mutate({ cluster, group: plan.group, plan: plan.id })
        }}
      />
    </>
  )
}

function Undo({ cluster, plan, group }: ActProps) {
  const t = useTranslations('offsets')
  const [asking, setAsking] = useState(false)
  const [force, setForce] = useState(false)
  const permission = usePermission('offset.reset', { cluster, topic: plan.rows[0]?.topic ?? '' })
  const undo = useApiMutation(offsetPlans.undo, { invalidates: INVALIDATES })
  const environment = useClusterSummary(cluster)?.environment
  if (permission.readOnly) return null
  const busyGroup = (group.members ?? 0) > 0 ? t('notIdle') : null
  return (
    <>
      {undo.error ? <QueryError compact error={undo.error} /> : null}
      <ActionButton
        reason={permission.reason ?? busyGroup}
        busy={undo.isPending}
        onClick={() => setAsking(true)}
      >
        {t('undo')}
      </ActionButton>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        chip={environment ? <EnvChip environment={environment} /> : null}
        title={t('undoTitle')}
        body={t('undoBody')}
        confirm={t('undo')}
        refusal={busyGroup}
        onConfirm={() => {
          setAsking(false)
          undo.mutate({ cluster, group: plan.group, plan: plan.id, force })
        }}
      >
        <span className="mt-3 block">
          <Checkbox checked={force} onCheckedChange={setForce} label={t('force')} />
        </span>
      </ConfirmDialog>
    </>
  )
}
