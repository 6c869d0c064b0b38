'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { type FormEvent, useEffect, useState } from 'react'
import type { ApiError } from '@/components/api/api-error'
import { useClusterSummary } from '@/components/api/clusters'
import { usePermission } from '@/components/api/me'
import { QueryError } from '@/components/api/query-error'
import { useApi, useApiMutation } from '@/components/api/use-api'
import { EnvChip } from '@/components/ui/badge'
import { ActionButton, Button, LinkButton } from '@/components/ui/button'
import { RadioGroup } from '@/components/ui/checkbox'
import { Field, Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { PageHeader } from '@/components/ui/page-header'
import { Status } from '@/components/ui/status'
import { useToast } from '@/components/ui/toast'
import type { OutputOf } from '@/lib/contracts/endpoint'
import { names, topics } from '@/lib/contracts/topics'
import { checkName } from '@/lib/naming-policy/check-name'
import { DEFAULT_POLICY } from '@/lib/naming-policy/policy'
import { routes } from '@/lib/routes'
import { EMPTY_DRAFT, fieldOf, type TopicDraft, toRequest } from './create-topic-form'
import { NameRules, useViolationWords } from './name-rules'

const SETTLE_MS = 300

/** Create a topic: the name is judged while it is typed (at once here, after 300 ms by the server), the broker's dry run is a button. */
export function CreateTopicView({ cluster }: { cluster: string }) {
  const t = useTranslations('topics.new')
  const router = useRouter()
  const toast = useToast()
  const summary = useClusterSummary(cluster)
  const permission = usePermission('topic.create', { cluster })
  const [draft, setDraft] = useState<TopicDraft>(EMPTY_DRAFT)
  const name = draft.name.trim()
  const check = useNameCheck(cluster, name)
  const dryRun = useApiMutation(topics.create)
  const create = useApiMutation(topics.create, {
    invalidates: [topics.list, topics.get],
    onSuccess: output => {
      toast(t('created', { name: output.name }))
      router.push(routes.topic(cluster, output.name, 'partitions'))
    },
  })
  const change = (part: Partial<TopicDraft>) => {
    setDraft(old => ({ ...old, ...part }))
    dryRun.reset()
    create.reset()
  }
  const error = create.error ?? dryRun.error
  const fields = useFieldErrors(error)
  const refusal = permission.reason ?? (check?.valid ? null : t('needName'))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (refusal === null && !create.isPending) create.mutate(toRequest(cluster, draft, false))
  }
  const submitLabel = !check?.valid
    ? t('submitEmpty')
    : summary?.environment === 'prod'
      ? t('submitProd', { name })
      : t('submit', { name })

  return (
    <>
      <PageHeader
        title={t('title')}
        chips={summary ? <EnvChip environment={summary.environment} /> : null}
        aside={t('target', { cluster: summary?.name ?? cluster })}
      />
      <form
        onSubmit={submit}
        className="flex min-h-0 flex-1 flex-col gap-4 overflow-auto px-4 pb-6 lg:flex-row"
      >
        <div className="flex min-w-0 flex-1 flex-col gap-4 lg:max-w-160">
          <p className="text-text-2">{t('lead')}</p>
          <Field label={t('name')} required hint={t('nameHint')} error={fields.name}>
            {({ invalid, ...ids }) => (
              <Input
                {...ids}
                mono
                autoFocus
                invalid={invalid || (name !== '' && check !== null && !check.valid)}
                value={draft.name}
                maxLength={300}
                onChange={e => change({ name: e.currentTarget.value })}
              />
            )}
          </Field>
          <div className="grid gap-4 sm:grid-cols-2">
            <NumberField
              label={t('partitions')}
              hint={t('partitionsHint')}
              error={fields.partitions}
              value={draft.partitions}
              onChange={partitions => change({ partitions })}
            />
            <NumberField
              label={t('replication')}
              hint={t('replicationHint')}
              placeholder={t('brokerDefault')}
              error={fields.replicationFactor}
              value={draft.replicationFactor}
              onChange={replicationFactor => change({ replicationFactor })}
            />
            <NumberField
              label={t('retention')}
              hint={t('retentionHint')}
              placeholder={t('brokerDefault')}
              unit={t('retentionUnit')}
              error={fields.retentionHours}
              value={draft.retentionHours}
              onChange={retentionHours => change({ retentionHours })}
            />
            <NumberField
              label={t('minIsr')}
              hint={t('minIsrHint')}
              placeholder={t('brokerDefault')}
              error={fields.minInsyncReplicas}
              value={draft.minInsyncReplicas}
              onChange={minInsyncReplicas => change({ minInsyncReplicas })}
            />
          </div>
          <div className="flex flex-col gap-1">
            <span className="text-meta font-medium text-text-2">{t('cleanup')}</span>
            <RadioGroup
              label={t('cleanup')}
              name="cleanup"
              value={draft.cleanup}
              onValueChange={cleanup => change({ cleanup })}
              options={[
                { value: 'delete', label: t('cleanupDelete') },
                { value: 'compact', label: t('cleanupCompact') },
              ]}
            />
          </div>
          <Failure error={error} />
          <div className="flex flex-wrap items-center gap-2">
            <ActionButton type="submit" variant="primary" kbd="⌘⏎" reason={refusal} busy={create.isPending}>
              {submitLabel}
            </ActionButton>
            <Button busy={dryRun.isPending} onClick={() => dryRun.mutate(toRequest(cluster, draft, true))}>
              {t('dryRun')}
            </Button>
            <LinkButton variant="ghost" href={routes.topics(cluster)}>
              {t('cancel')}
            </LinkButton>
          </div>
        </div>
        <aside className="flex min-w-0 flex-col gap-4 lg:w-96">
          <section className="rounded-panel border border-line bg-surface p-4" aria-label={t('rules')}>
            <h2 className="mb-2 text-meta font-semibold">{t('rules')}</h2>
            {check ? (
              <NameRules check={check} onApply={next => change({ name: next })} />
            ) : (
              <p className="text-text-3">{t('nameHint')}</p>
            )}
          </section>
          <DryRunResult result={dryRun.data} />
        </aside>
      </form>
    </>
  )
}

/** At once by the same pure function that the server uses; the server's answer, which knows the topics that are there, replaces it. */
function useNameCheck(cluster: string, name: string) {
  const [settled, setSettled] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setSettled(name), SETTLE_MS)
    return () => clearTimeout(timer)
  }, [name])
  const asked = useApi(
    names.check,
    { cluster, name: settled },
    { enabled: settled !== '', keepPrevious: false },
  )
  if (name === '') return null
  return asked.data?.name === name ? asked.data : checkName(DEFAULT_POLICY, name)
}

function useFieldErrors(error: ApiError | null): Partial<Record<keyof TopicDraft, string>> {
  const words = useViolationWords()
  const found: Partial<Record<keyof TopicDraft, string>> = {}
  for (const field of error?.fields ?? []) {
    const key = fieldOf(field.path)
    if (key === null || found[key]) continue
    found[key] = words({
      code: field.code,
      field: field.path,
      message: field.message,
      params: field.params ?? {},
      suggestion: null,
    })
  }
  return found
}

function Failure({ error }: { error: ApiError | null }) {
  const t = useTranslations('topics.new')
  if (!error) return null
  if (error.code === 'OUTCOME_UNKNOWN') return <Notice tone="warn">{t('unknownOutcome')}</Notice>
  return <QueryError compact error={error} />
}

function NumberField({
  label,
  hint,
  error,
  unit,
  placeholder,
  value,
  onChange,
}: {
  label: string
  hint: string
  error: string | undefined
  unit?: string
  placeholder?: string
  value: string
  onChange: (value: string) => void
}) {
  return (
    <Field label={label} hint={hint} error={error}>
      {ids => (
        <Input
          {...ids}
          inputMode="numeric"
          placeholder={placeholder}
          value={value}
          trailing={unit ? <span className="text-meta text-text-3">{unit}</span> : null}
          onChange={e => onChange(e.currentTarget.value)}
        />
      )}
    </Field>
  )
}

function DryRunResult({ result }: { result: OutputOf<typeof topics.create> | undefined }) {
  const t = useTranslations('topics.new')
  const chosen = result?.configs.filter(c => c.source === 'topic') ?? []
  return (
    <section
      className="rounded-panel border border-line bg-surface p-4"
      aria-label={t('dryRun')}
      aria-live="polite"
    >
      <h2 className="mb-2 text-meta font-semibold">{t('dryRun')}</h2>
      {result ? (
        <div className="flex flex-col gap-2">
          <Status kind="ok">{t('dryRunOk')}</Status>
          <p>{t('dryRunFacts', { partitions: result.partitions, replication: result.replicationFactor })}</p>
          {chosen.length > 0 ? (
            <dl className="flex flex-col gap-0.5 mono-sm">
              {chosen.map(c => (
                <div key={c.name} className="flex gap-2">
                  <dt className="text-text-3">{c.name}</dt>
                  <dd>{c.value}</dd>
                </div>
              ))}
            </dl>
          ) : null}
        </div>
      ) : (
        <p className="text-text-3">{t('dryRunIdle')}</p>
      )}
    </section>
  )
}
