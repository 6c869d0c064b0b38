'use client'

import { RotateCcw } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { parseAsString, useQueryStates } from 'nuqs'
import { type ReactNode, useState } from 'react'
import { useClusterSummary } from '@/components/api/clusters'
import { usePermission } from '@/components/api/me'
import { QueryError } from '@/components/api/query-error'
import { useApiMutation } from '@/components/api/use-api'
import { EnvChip } from '@/components/ui/badge'
import { ActionButton, Button, LinkButton } from '@/components/ui/button'
import { useNow } from '@/components/ui/clock'
import { ConfirmDialog } from '@/components/ui/dialog'
import { EmptyState } from '@/components/ui/empty-state'
import { KeyValueList } from '@/components/ui/key-value'
import { PageHeader } from '@/components/ui/page-header'
import { SkeletonLines } from '@/components/ui/skeleton'
import { TimeUntil } from '@/components/ui/time'
import { deadLetters } from '@/lib/contracts/dead-letters'
import { type ReplayPlan, replays } from '@/lib/contracts/replays'
import { routes } from '@/lib/routes'
import { PlanReport } from './plan-report'
import { ReplayForm } from './replay-form'
import { EMPTY_DRAFT, type ReplayDraft, selectionOf, toDryRun } from './selection'

/** Selection, target, dry run, run: on one page, its summary beside it. Nothing is written before the last button. */
export function NewReplayView({ cluster }: { cluster: string }) {
  const t = useTranslations('replays.new')
  const router = useRouter()
  const [params] = useQueryStates({
    topic: parseAsString,
    records: parseAsString,
    fingerprint: parseAsString,
  })
  const selection = selectionOf(params)
  const [draft, setDraft] = useState<ReplayDraft>(EMPTY_DRAFT)
  const [confirming, setConfirming] = useState(false)
  const environment = useClusterSummary(cluster)?.environment
  const dryRun = useApiMutation(replays.create)
  const run = useApiMutation(replays.create, {
    invalidates: [replays.list, deadLetters.groups, deadLetters.records],
    onSuccess: output => {
      if ('replay' in output) router.push(routes.replay(cluster, output.replay.id))
    },
  })
  const plan = dryRun.data && 'plan' in dryRun.data ? dryRun.data.plan : null
  const refusal = useRefusal(cluster, params.topic, plan)
  if (!selection)
    return (
      <EmptyState
        icon={<RotateCcw />}
        title={t('noSelection')}
        body={t('noSelectionBody')}
        action={<LinkButton href={routes.deadLetters(cluster)}>{t('noSelection')}</LinkButton>}
      />
    )
  const change = (part: Partial<ReplayDraft>) => {
    setDraft(old => ({ ...old, ...part }))
    dryRun.reset()
    run.reset()
  }
  const n = plan?.replayable ?? 0
  const label = plan === null || n === 0 ? t('runNone') : t(environment === 'prod' ? 'runProd' : 'run', { n })
  const error = run.error ?? dryRun.error
  return (
    <>
      <PageHeader title={t('title')} chips={environment ? <EnvChip environment={environment} /> : null} />
      <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-auto border-t border-line px-4 py-4 lg:flex-row">
        <div className="flex min-w-0 flex-1 flex-col gap-6">
          <Step at={1} title={t('step.select')}>
            <p>
              {selection.records
                ? `${t('byRecords')} · ${t('frozen', { n: selection.records.length })}`
                : t('byIssue')}
              <span className="mono-sm ml-2 text-text-2">{selection.topic}</span>
            </p>
          </Step>
          <Step at={2} title={t('step.target')}>
            <ReplayForm draft={draft} onChange={change} />
          </Step>
          <Step at={3} title={t('step.dryRun')}>
            <Button
              variant={plan ? 'secondary' : 'primary'}
              busy={dryRun.isPending}
              className="mb-3"
              onClick={() => dryRun.mutate(toDryRun(cluster, selection, draft))}
            >
              {t('dryRun')}
            </Button>
            {dryRun.isPending ? (
              <div role="status" aria-label={t('planning')}>
                <SkeletonLines lines={5} />
              </div>
            ) : null}
            {error ? <QueryError compact error={error} /> : null}
            {plan ? <PlanReport plan={plan} /> : null}
          </Step>
        </div>
        <aside
          className="shrink-0 self-start rounded-panel border border-line bg-surface p-4 lg:sticky lg:top-0 lg:w-80"
          aria-label={t('summary')}
        >
          <h2 className="mb-2 font-semibold">{t('summary')}</h2>
          <PlanSummary plan={plan} />
          <ActionButton
            variant={plan ? 'primary' : 'secondary'}
            className="mt-3 w-full justify-center"
            icon={<RotateCcw size={16} />}
            reason={refusal}
            busy={run.isPending}
            onClick={() => setConfirming(true)}
          >
            {label}
          </ActionButton>
          {refusal ? <p className="mt-2 text-meta text-text-3">{refusal}</p> : null}
        </aside>
      </div>
      {plan ? (
        <ConfirmDialog
          open={confirming}
          onOpenChange={setConfirming}
          chip={environment ? <EnvChip environment={environment} /> : null}
          title={t('confirmTitle', {
            n,
            target: plan.targets.length === 1 ? (plan.targets[0]?.topic ?? '') : t('several'),
          })}
          body={t('confirmBody', { groups: plan.affectedGroups.filter(g => !g.failing).length })}
          confirm={t('confirm', { n })}
          busy={run.isPending}
          onConfirm={() => {
            setConfirming(false)
            run.mutate({ cluster, planId: plan.planId })
          }}
        />
      ) : null}
    </>
  )
}

/** Why the run button does nothing yet; null when it may. */
function useRefusal(cluster: string, topic: string | null, plan: ReplayPlan | null): string | null {
  const t = useTranslations('replays.new')
  const now = useNow()
  const permission = usePermission('replay.run', { cluster, ...(topic ? { topic } : {}) })
  if (permission.reason) return permission.reason
  if (plan === null) return t('needDryRun')
  if (Date.parse(plan.expiresAt) <= now) return t('expired')
  return plan.replayable === 0 ? t('nothing') : null
}

function PlanSummary({ plan }: { plan: ReplayPlan | null }) {
  const t = useTranslations('replays.new')
  if (!plan) return <p className="text-text-3">{t('needDryRun')}</p>
  return (
    <KeyValueList
      items={[
        {
          label: t('targets'),
          value: plan.targets.map(target => target.topic).join(', ') || '—',
          mono: true,
        },
        {
          label: t('step.dryRun'),
          value: `${t('replayable', { n: plan.replayable })} · ${t('refused', { n: plan.refused })}`,
        },
        { label: t('expires'), value: <TimeUntil at={plan.expiresAt} /> },
      ]}
    />
  )
}

function Step({ at, title, children }: { at: number; title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h2 className="mb-2 flex items-center gap-2 text-section font-semibold">
        <span className="text-text-3">{at}</span> {title}
      </h2>
      {children}
    </section>
  )
}
