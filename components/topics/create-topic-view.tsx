'use client'

import { Lock } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { parseAsString, useQueryState } from 'nuqs'
import { type FormEvent, useMemo, useState } from 'react'
import type { ApiError } from '@/components/api/api-error'
import { useClusterSummary } from '@/components/api/clusters'
import { usePermission } from '@/components/api/me'
import { useApiMutation } from '@/components/api/use-api'
import { useClusterPolicy } from '@/components/api/use-cluster-policy'
import { useViolationWords } from '@/components/api/use-violation-words'
import { useModKey } from '@/components/shell/use-mod-key'
import { EnvChip } from '@/components/ui/badge'
import { ActionButton, LinkButton } from '@/components/ui/button'
import { useHotkeys } from '@/components/ui/hotkeys'
import { Notice } from '@/components/ui/notice'
import { PageHeader } from '@/components/ui/page-header'
import { StatusIcon } from '@/components/ui/status'
import { useToast } from '@/components/ui/toast'
import { topics } from '@/lib/contracts/topics'
import { domainOf } from '@/lib/naming-policy/check-name'
import { limitsFor, requiredFor, withProposals } from '@/lib/naming-policy/policy'
import { routes } from '@/lib/routes'
import { CreateOutcome } from './create-outcome'
import {
  checkDraft,
  type DraftField,
  draftLike,
  fieldOf,
  isStorable,
  type TopicDraft,
  toRequest,
} from './create-topic-form'
import { CreateTopicReport } from './create-topic-report'
import { FactsFields } from './facts-fields'
import { NameField } from './name-field'
import { NameRules } from './name-rules'
import { Proposals, proposalsIn } from './proposals'
import { RequestTopicDialog } from './request-topic-dialog'
import { SimilarTopics } from './similar-topics'
import { SizeFields } from './size-fields'
import type { TopicStart } from './topic-start'
import { fixOf, useNameCheck } from './use-name-check'

/** A phone has no such keys. */
const PHONE = 'max-w-full max-sm:[&_kbd]:hidden'

/**
 * Create a topic: the name is judged while it is typed (at once here, after 300 ms by the server), the
 * broker's dry run is a button.
 */
export function CreateTopicView({ cluster, start }: { cluster: string; start: TopicStart }) {
  const t = useTranslations('topics.new')
  const router = useRouter()
  const toast = useToast()
  const mod = useModKey()
  const summary = useClusterSummary(cluster)
  const [requesting, setRequesting] = useState(false)
  const [typed, setTyped] = useQueryState(
    'name',
    parseAsString.withDefault(start.name).withOptions({ throttleMs: 400 }),
  )
  const [draft, setDraft] = useState<TopicDraft>(start.draft)
  const name = typed.trim()
  const about = name === '' ? ({ cluster, anyTopic: true } as const) : { cluster, topic: name }
  const permission = usePermission('topic.create', about)
  const mayFile = usePermission('request.file', about)
  const { policy: stored } = useClusterPolicy(cluster)
  const propose = proposalsIn(stored, name, draft.propose)
  const policy = useMemo(() => withProposals(stored, propose), [stored, propose])
  const domain = domainOf(policy, name)
  const { check, asked } = useNameCheck(cluster, name, policy, {
    propose,
    replaces: start.edits?.id ?? null,
  })
  const fix = fixOf(check)
  const dryRun = useApiMutation(topics.create)
  const create = useApiMutation(topics.create, {
    invalidates: [topics.list, topics.get],
    onSuccess: output => {
      toast(t('created', { name: output.name }))
      router.push(routes.topic(cluster, output.name, 'partitions'))
    },
  })
  const forget = () => {
    dryRun.reset()
    create.reset()
  }
  const rename = (next: string) => {
    void setTyped(next)
    forget()
  }
  const resize = (part: Partial<TopicDraft>) => {
    setDraft(old => ({ ...old, ...part }))
    forget()
  }
  const local = checkDraft(policy, draft, summary?.brokers?.total ?? null, name)
  const errors = useFieldErrors(local, create.error ?? dryRun.error)
  const broken = (check?.violations.length ?? 0) + Object.keys(local).length
  const unready = name === '' ? t('needName') : broken > 0 ? t('broken', { n: broken }) : null
  // A draft may lack anything, but what is typed must not get lost.
  const unkept = isStorable(draft) ? null : unready
  const unknown = create.error?.code === 'OUTCOME_UNKNOWN' ? t('unknownFirst') : null
  const proposal = propose.length > 0 ? t('proposalByRequest') : null
  const refusal = permission.reason ?? unready ?? unknown ?? proposal

  const runDry = () => {
    if (permission.reason === null && unready === null && proposal === null && !dryRun.isPending) {
      create.reset()
      dryRun.mutate(toRequest(cluster, name, draft, true))
    }
  }
  const runCreate = () => {
    if (refusal === null && !create.isPending) create.mutate(toRequest(cluster, name, draft, false))
  }
  useHotkeys({ 'mod+enter': runCreate })
  const submit = (event: FormEvent) => {
    // Enter alone creates nothing: it asks the broker what it would say.
    event.preventDefault()
    runDry()
  }
  const isProd = summary?.environment === 'prod'

  return (
    <>
      <PageHeader
        title={t('title')}
        chips={summary ? <EnvChip environment={summary.environment} /> : null}
        aside={t('target', { cluster: summary?.name ?? cluster })}
        className="border-b border-line"
      />
      {start.words ? <Notice tone="info">{start.words}</Notice> : null}
      {permission.reason ? (
        <Notice tone="info">
          {permission.reason} {mayFile.allowed ? t('requestInstead') : ''}
        </Notice>
      ) : null}
      <form onSubmit={submit} className="flex min-h-0 flex-1 flex-col">
        <div className="flex min-h-0 flex-1 max-lg:flex-col max-lg:overflow-auto">
          <div className="min-w-0 flex-1 lg:overflow-auto">
            <div className="max-w-240 px-4 pt-4">
              <NameField
                value={typed}
                check={check}
                policy={policy}
                fix={fix}
                error={errors.name}
                onChange={rename}
              />
              <NameRules
                cluster={cluster}
                name={name}
                check={check}
                policy={policy}
                asked={asked}
                fix={fix}
                onApply={rename}
              />
              <Proposals
                policy={stored}
                check={check}
                proposed={propose}
                onChange={next => resize({ propose: next })}
              />
            </div>
            <div className="mt-3 max-w-240 px-4">
              <SimilarTopics cluster={cluster} check={check} onCopy={row => resize(draftLike(row))} />
            </div>
            <div className="border-t border-line">
              <SizeFields
                draft={draft}
                limits={limitsFor(policy, domain)}
                errors={errors}
                onChange={resize}
              />
            </div>
            <div className="border-t border-line">
              <FactsFields
                draft={draft}
                policy={policy}
                required={requiredFor(policy, domain)}
                errors={errors}
                onChange={resize}
              />
            </div>
          </div>
          <CreateTopicReport
            draft={draft}
            result={dryRun.data}
            error={dryRun.error}
            pending={dryRun.isPending}
            atMs={dryRun.submittedAt}
          />
        </div>
        <CreateOutcome cluster={cluster} name={name} error={create.error} />
        <footer className="flex shrink-0 flex-wrap items-center gap-2 border-t border-line px-4 py-3">
          <span aria-live="polite" className="flex min-w-0 flex-1 basis-48 items-center gap-1.5 text-text-2">
            {refusal ? (
              <>
                {permission.reason ? (
                  <Lock aria-hidden size={14} className="shrink-0 text-text-3" />
                ) : (
                  <StatusIcon kind={broken > 0 ? 'error' : 'empty'} />
                )}
                {refusal}
              </>
            ) : (
              <>
                <StatusIcon kind="ok" />
                {t('ready')}
              </>
            )}
          </span>
          <LinkButton variant="ghost" href={routes.topics(cluster)}>
            {t('cancel')}
          </LinkButton>
          <ActionButton
            type="submit"
            reason={permission.reason ?? unready ?? proposal}
            busy={dryRun.isPending}
            kbd="⏎"
            className={PHONE}
          >
            {t('dryRun')}
          </ActionButton>
          <ActionButton
            {...(permission.allowed ? {} : { variant: 'primary' as const })}
            reason={mayFile.reason ?? unkept}
            onClick={() => setRequesting(true)}
            className={PHONE}
          >
            {t('request')}
          </ActionButton>
          <ActionButton
            {...(permission.allowed ? { variant: 'primary' as const } : {})}
            kbd={`${mod}⏎`}
            reason={refusal}
            busy={create.isPending}
            onClick={runCreate}
            className={PHONE}
          >
            <span className="max-w-100 truncate">
              {refusal !== null && !check?.valid
                ? t('submitEmpty')
                : t(isProd ? 'submitProd' : 'submit', { name })}
            </span>
          </ActionButton>
        </footer>
      </form>
      {requesting ? (
        <RequestTopicDialog
          wanted={toRequest(cluster, name, draft, false)}
          propose={propose}
          edits={start.edits}
          unready={unready}
          onClose={() => setRequesting(false)}
        />
      ) : null}
    </>
  )
}

const FIELDS = [
  'partitions',
  'replicationFactor',
  'retention',
  'minInsyncReplicas',
  'more',
  'owner',
  'description',
  'classification',
  'schema',
] as const

/** What is wrong by field: the browser's own verdict first, it is the newer; then what the server refused. */
function useFieldErrors(
  local: ReturnType<typeof checkDraft>,
  error: ApiError | null,
): Partial<Record<DraftField, string>> {
  const words = useViolationWords()
  const found: Partial<Record<DraftField, string>> = {}
  for (const field of error?.fields ?? []) {
    const key = fieldOf(field.path)
    if (key === null || found[key]) continue
    found[key] = words({ ...field, field: field.path, params: field.params ?? {}, suggestion: null })
  }
  for (const key of FIELDS) {
    const violation = local[key]
    if (violation) found[key] = words(violation)
  }
  return found
}
