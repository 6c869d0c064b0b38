'use client'

import { Check } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useQueryStates } from 'nuqs'
import { type ReactNode, useState } from 'react'
import type { FieldProblem } from '@/components/api/api-error'
import { useClusterSummary } from '@/components/api/clusters'
import { usePermission } from '@/components/api/me'
import { QueryError } from '@/components/api/query-error'
import { useApiMutation } from '@/components/api/use-api'
import { useFieldWords } from '@/components/api/use-field-words'
import { EnvChip } from '@/components/ui/badge'
import { ActionButton, Button, LinkButton } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/dialog'
import { useHotkeys } from '@/components/ui/hotkeys'
import { Notice } from '@/components/ui/notice'
import { PageHeader } from '@/components/ui/page-header'
import { SkeletonLines } from '@/components/ui/skeleton'
import { Timestamp } from '@/components/ui/time'
import { deadLetters } from '@/lib/contracts/dead-letters'
import { type ReplayPlan, replays } from '@/lib/contracts/replays'
import { middleTruncate } from '@/lib/format'
import { routes } from '@/lib/routes'
import { AffectedGroups } from './affected-groups'
import { type EditDraft, NO_EDIT, toEdit } from './edit-draft'
import { PickStretch } from './pick-stretch'
import { PlanReport } from './plan-report'
import { PlanSummary, useRunRefusal } from './plan-summary'
import { ReplayForm } from './replay-form'
import {
  draftParams,
  draftProblem,
  partitionRanges,
  type ReplayDraft,
  rateOf,
  type Selection,
  selectionOf,
  toDryRun,
} from './selection'
import { Stretch } from './stretch'

/** Selection, target, dry run, run: on one page, its summary beside it. Nothing is written before the last button. */
export function NewReplayView({ cluster }: { cluster: string }) {
  const t = useTranslations('replays.new')
  const [params, setParams] = useQueryStates(draftParams, { history: 'replace' })
  const selection = selectionOf(params)
  if (!selection)
    return (
      <>
        <PageHeader
          title={t('title')}
          actions={
            <LinkButton variant="ghost" href={routes.deadLetters(cluster)}>
              {t('toDeadLetters')}
            </LinkButton>
          }
        />
        <Notice tone="info" className="sm:hidden">
          {t('notOnPhones')}
        </Notice>
        <div className="max-sm:hidden">
          <PickStretch
            topic={params.topic}
            onPick={({ kind, ...picked }) =>
              void setParams({ ...picked, kind, ...(kind === 'copy' ? { target: '' } : {}) })
            }
          />
        </div>
      </>
    )
  return (
    <Wizard
      cluster={cluster}
      selection={selection}
      fingerprint={params.fingerprint}
      draft={params}
      onDraft={part => void setParams(part)}
    />
  )
}

function Wizard({
  cluster,
  selection,
  fingerprint,
  draft,
  onDraft,
}: {
  cluster: string
  selection: Selection
  fingerprint: string | null
  draft: ReplayDraft
  onDraft: (part: Partial<ReplayDraft>) => void
}) {
  const t = useTranslations('replays.new')
  const router = useRouter()
  const [reason, setReason] = useState('')
  const [edit, setEdit] = useState<EditDraft>(NO_EDIT)
  const [editing, setEditing] = useState(false)
  const [confirming, setConfirming] = useState(false)
  const environment = useClusterSummary(cluster)?.environment
  const mayPlan = usePermission('replay.plan', { cluster, topic: selection.topic })
  const dryRun = useApiMutation(replays.create)
  const run = useApiMutation(replays.create, {
    invalidates: [replays.list, deadLetters.groups, deadLetters.records],
    onSuccess: output => {
      if ('id' in output) router.push(routes.replay(cluster, output.id))
    },
  })
  const plan = dryRun.data && 'planId' in dryRun.data ? dryRun.data : null
  const refusal = useRunRefusal(cluster, selection.topic, plan, reason)
  const problem = draftProblem(draft, reason)
  const dryRunRefusal = mayPlan.reason ?? (problem === null ? null : t(`draft.${problem}`))
  const change = (part: Partial<ReplayDraft>) => {
    onDraft(part)
    dryRun.reset()
    run.reset()
  }
  // Once it is tried the form folds, so that what came of it stands where one looks.
  const isTried = plan !== null || dryRun.isPending || dryRun.error !== null
  const tryOut = () => {
    setEditing(false)
    run.reset()
    dryRun.mutate(toDryRun(cluster, selection, draft, reason, toEdit(edit)))
  }
  const submit = () => {
    if (plan === null) {
      if (dryRunRefusal === null && !dryRun.isPending) tryOut()
    } else if (refusal === null && !run.isPending) setConfirming(true)
  }
  useHotkeys({ 'mod+enter': submit })
  const n = plan?.replayable ?? 0
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-auto lg:flex-row lg:overflow-hidden">
      <div className="min-w-0 flex-1 lg:overflow-auto">
        <PageHeader
          title={t('title')}
          chips={environment ? <EnvChip environment={environment} /> : null}
          aside={t('draftIsLink')}
          actions={
            <LinkButton
              variant="ghost"
              href={fingerprint ? routes.deadLetterIssue(cluster, fingerprint) : routes.deadLetters(cluster)}
            >
              {t('leave')}
            </LinkButton>
          }
        />
        <Notice tone="info" className="sm:hidden">
          {t('notOnPhones')}
        </Notice>
        <Step
          at={1}
          done
          title={t('step.select')}
          line={<SelectionLine selection={selection} plan={plan} />}
        />
        <Step
          at={2}
          done={plan !== null}
          title={t('step.target')}
          line={isTried && !editing ? <TargetLine draft={draft} /> : null}
          action={
            isTried ? (
              <Button size="sm" variant="ghost" aria-expanded={editing} onClick={() => setEditing(!editing)}>
                {t(editing ? 'fold' : 'change')}
              </Button>
            ) : null
          }
        >
          {!isTried || editing ? (
            <ReplayForm
              cluster={cluster}
              selection={selection}
              draft={draft}
              onChange={change}
              edit={edit}
              onEdit={next => {
                setEdit(next)
                change({})
              }}
            />
          ) : null}
        </Step>
        <Step
          at={3}
          done={plan !== null}
          title={t('step.dryRun')}
          line={
            plan === null ? (
              <span className="text-text-3">{dryRunRefusal ?? t('dryRunHint')}</span>
            ) : (
              <DryRunLine at={dryRun.submittedAt} />
            )
          }
          action={
            plan ? (
              <ActionButton
                size="sm"
                className="max-sm:hidden"
                reason={dryRunRefusal}
                busy={dryRun.isPending}
                onClick={tryOut}
              >
                {t('dryRunAgain')}
              </ActionButton>
            ) : null
          }
        />
        {dryRun.isPending ? (
          <div role="status" aria-label={t('planning')} className="px-4 py-3">
            <SkeletonLines lines={5} />
          </div>
        ) : null}
        {dryRun.error ? (
          <>
            <QueryError compact error={dryRun.error} onRetry={tryOut} />
            <FieldProblems fields={dryRun.error.fields} />
          </>
        ) : null}
        {plan && !dryRun.isPending ? (
          <PlanReport
            plan={plan}
            cluster={cluster}
            onAgain={
              draft.again === null
                ? () => {
                    change({ again: 'yes' })
                    setEditing(true)
                  }
                : null
            }
          />
        ) : null}
        <Step
          at={4}
          done={false}
          title={t('step.run')}
          line={<span className="text-text-3">{refusal ?? t('runHint')}</span>}
        />
        {run.error ? (
          <>
            <QueryError compact error={run.error} />
            <p className="px-4 pb-3 text-meta text-text-2">{t('onceOnly')}</p>
          </>
        ) : null}
      </div>
      <PlanSummary
        cluster={cluster}
        sourceTopic={selection.topic}
        plan={plan}
        draft={draft}
        reason={reason}
        onReason={setReason}
        refusal={refusal}
        dryRunRefusal={dryRunRefusal}
        busy={run.isPending || dryRun.isPending}
        onRun={submit}
      />
      {plan ? (
        <ConfirmDialog
          open={confirming}
          onOpenChange={setConfirming}
          chip={environment ? <EnvChip environment={environment} /> : null}
          title={
            plan.needsApproval
              ? t('confirmTitleApproval', { n })
              : plan.targets.length === 1
                ? t('confirmTitle', { n, target: middleTruncate(plan.targets[0]?.topic ?? '', 60) })
                : t('confirmTitleMany', { n, topics: plan.targets.length })
          }
          body={t('confirmBody', { groups: plan.affectedGroups.filter(g => !g.failing).length })}
          confirm={t(plan.needsApproval ? 'confirmApproval' : 'confirm', { n })}
          busy={run.isPending}
          onConfirm={() => {
            setConfirming(false)
            run.mutate({ cluster, planId: plan.planId, ...(reason.trim() ? { reason: reason.trim() } : {}) })
          }}
        >
          {plan.affectedGroups.length > 0 ? (
            <div className="mt-3">
              <AffectedGroups groups={plan.affectedGroups} cluster={cluster} />
            </div>
          ) : null}
        </ConfirmDialog>
      ) : null}
    </div>
  )
}

/** Where in the request the mistake is: `edit.value.amount`, and what is wrong there. */
function FieldProblems({ fields }: { fields: readonly FieldProblem[] }) {
  const words = useFieldWords()
  if (fields.length === 0) return null
  return (
    <ul className="px-4 pb-3 text-meta/5">
      {fields.map(field => (
        <li key={field.path}>
          <bdi translate="no" className="mono-sm mr-2">
            {field.path}
          </bdi>
          <span className="text-text-2">{words(field)}</span>
        </li>
      ))}
    </ul>
  )
}

function SelectionLine({ selection, plan }: { selection: Selection; plan: ReplayPlan | null }) {
  const t = useTranslations('replays.new')
  const n = plan?.selected ?? selection.records?.length
  return (
    <>
      {n === undefined ? t(selection.fingerprint ? 'byIssue' : 'byStretch') : t('frozen', { n })}
      {selection.from ? <Stretch from={selection.from} until={selection.until ?? null} /> : null}
      {selection.contains ? ` · “${selection.contains}”` : null}
      {selection.records ? ` · ${partitionRanges(selection.records)}` : null}
      {' · '}
      <bdi translate="no" className="mono-sm" title={selection.topic}>
        {middleTruncate(selection.topic, 60)}
      </bdi>
    </>
  )
}

function TargetLine({ draft }: { draft: ReplayDraft }) {
  const t = useTranslations('replays.new')
  const rate = rateOf(draft.rate)
  return (
    <>
      {draft.target === null ? (
        t(draft.retry === null ? 'targetOrigin' : 'targetRetry')
      ) : (
        <bdi translate="no" className="mono-sm">
          {middleTruncate(draft.target, 60)}
        </bdi>
      )}
      {` · ${t(draft.partitioning === 'origin' ? 'partitionOrigin' : 'partitionKey')}`}
      {` · ${t(draft.timestamp === 'now' ? 'timestampNow' : 'timestampKeep')}`}
      {` · ${typeof rate === 'number' ? t('rateOf', { rate }) : t('unlimited')}`}
      {draft.again === null ? null : ` · ${t('again')}`}
    </>
  )
}

function DryRunLine({ at }: { at: number }) {
  const t = useTranslations('replays.new')
  return (
    <>
      <Timestamp at={at} precision="s" withZone /> · {t('nothingWritten')}
    </>
  )
}

/** One line of the plan: its number or that it is done, its name, what was chosen; its controls open under it. */
function Step({
  at,
  done,
  title,
  line,
  action,
  children,
}: {
  at: number
  done: boolean
  title: string
  line?: ReactNode
  action?: ReactNode
  children?: ReactNode
}) {
  return (
    <section aria-label={title} className="border-t border-line px-4">
      <div className="flex min-h-10 flex-wrap items-center gap-x-2 py-1">
        <span
          aria-hidden
          className={
            done
              ? 'flex size-5 items-center justify-center rounded-full border border-ok-mark text-ok-mark'
              : 'flex size-5 items-center justify-center rounded-full border border-line-strong text-cap font-semibold text-text-2'
          }
        >
          {done ? <Check size={12} strokeWidth={2.5} /> : at}
        </span>
        <h2 className="w-24 shrink-0 font-semibold">{title}</h2>
        <span className="min-w-0 flex-1 text-text-2">{line}</span>
        {action}
      </div>
      {children ? <div className="pt-1 pb-4 sm:pl-7">{children}</div> : null}
    </section>
  )
}
