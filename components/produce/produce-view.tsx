'use client'

import { Lock } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { type FormEvent, useState } from 'react'
import type { FieldProblem } from '@/components/api/api-error'
import { useClusterSummary } from '@/components/api/clusters'
import { usePermission } from '@/components/api/me'
import { useApi, useApiMutation } from '@/components/api/use-api'
import { useErrorWords } from '@/components/api/use-error-words'
import { useFieldWords } from '@/components/api/use-field-words'
import { useModKey } from '@/components/shell/use-mod-key'
import { EnvChip } from '@/components/ui/badge'
import { ActionButton, LinkButton } from '@/components/ui/button'
import { useHotkeys } from '@/components/ui/hotkeys'
import { Field, Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { PageHeader } from '@/components/ui/page-header'
import { Segmented } from '@/components/ui/segmented'
import { StatusIcon } from '@/components/ui/status'
import { messages } from '@/lib/contracts/messages'
import { produce } from '@/lib/contracts/produce'
import { topics } from '@/lib/contracts/topics'
import { routes } from '@/lib/routes'
import { checkProduceDraft, emptyDraft, type ProduceDraft, toProduceInput } from './draft'
import { FilePanel } from './file-panel'
import { HeaderEditor } from './header-editor'
import { PartEditor } from './part-editor'
import { useLikeRecord } from './use-like-record'

const MODES = ['one', 'file'] as const

/** Writes records: one by hand (or like one that is there), or many from a file. */
export function ProduceView({ cluster, topic }: { cluster: string; topic: string }) {
  const t = useTranslations('produce')
  const [mode, setMode] = useQueryState('mode', parseAsStringLiteral(MODES).withDefault('one'))
  const summary = useClusterSummary(cluster)
  const permission = usePermission('record.produce', { cluster, topic })
  const denied = permission.reason ?? (topic.startsWith('__') ? t('systemTopic') : null)
  return (
    <>
      <PageHeader
        title={t('title')}
        chips={summary ? <EnvChip environment={summary.environment} /> : null}
        aside={<span className="mono-sm break-all">{topic}</span>}
        actions={
          <Segmented
            label={t('mode')}
            value={mode}
            onValueChange={next => void setMode(next)}
            options={MODES.map(value => ({ value, label: t(`modes.${value}`) }))}
          />
        }
        className="border-b border-line"
      />
      {denied ? <Notice tone="info">{denied}</Notice> : null}
      {mode === 'file' ? (
        <FilePanel cluster={cluster} topic={topic} reason={denied} />
      ) : (
        <ProduceForm cluster={cluster} topic={topic} denied={denied} />
      )}
    </>
  )
}

function ProduceForm({ cluster, topic, denied }: { cluster: string; topic: string; denied: string | null }) {
  const t = useTranslations('produce')
  const mod = useModKey()
  const { data: facts } = useApi(topics.get, { cluster, topic })
  const [draft, setDraft] = useState<ProduceDraft>(() => emptyDraft(topic))
  const like = useLikeRecord(cluster, topic, setDraft)
  const check = useApiMutation(produce.one)
  const send = useApiMutation(produce.one, { invalidates: [messages.list] })
  const change = (part: Partial<ProduceDraft>) => {
    setDraft(old => ({ ...old, ...part }))
    check.reset()
    send.reset()
  }
  const local = checkProduceDraft(draft, facts?.partitions ?? null)
  const failure = send.error ?? check.error
  const errors = useFieldErrors(local, failure?.fields ?? [])
  const broken = Object.keys(local).length
  const faults = Object.keys(errors).length
  // A record of unknown outcome must be looked for before it is sent again: the second one would be a double.
  const unknown = send.error?.code === 'OUTCOME_UNKNOWN' ? t('unknownFirst') : null
  const loading = like.loading ? t('likeWait') : null
  const refusal = denied ?? loading ?? (broken > 0 ? t('broken', { n: broken }) : null)
  const run = (dryRun: boolean) => {
    const mutation = dryRun ? check : send
    if (refusal !== null || (!dryRun && unknown !== null) || mutation.isPending) return
    if (dryRun) send.reset()
    mutation.mutate(toProduceInput(cluster, topic, draft, dryRun))
  }
  useHotkeys({ 'mod+enter': () => run(false) })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    run(true)
  }
  return (
    <form onSubmit={submit} className="flex min-h-0 flex-1 flex-col">
      {like.notice}
      <div
        inert={like.loading}
        aria-busy={like.loading}
        className="flex min-h-0 flex-1 flex-col gap-5 overflow-auto p-4 aria-busy:opacity-50"
      >
        <div className="flex max-w-240 flex-col gap-5">
          <PartEditor
            cluster={cluster}
            label="key"
            rows={2}
            value={draft.key}
            error={errors.key}
            onChange={part => change({ key: { ...draft.key, ...part } })}
          />
          <PartEditor
            cluster={cluster}
            label="value"
            rows={12}
            value={draft.value}
            error={errors.value}
            onChange={part => change({ value: { ...draft.value, ...part } })}
          />
          <HeaderEditor value={draft.headers} errors={errors} onChange={headers => change({ headers })} />
          <div className="flex flex-wrap gap-4">
            <Field label={t('partition')} hint={t('partitionHelp')} error={errors.partition} className="w-56">
              {({ id, invalid, ...aria }) => (
                <Input
                  id={id}
                  {...aria}
                  invalid={invalid}
                  inputMode="numeric"
                  placeholder={t('byKey')}
                  value={draft.partition}
                  onChange={event => change({ partition: event.target.value.trim() })}
                />
              )}
            </Field>
            <Field label={t('timestamp')} hint={t('timestampHelp')} error={errors.timestamp} className="w-72">
              {({ id, invalid, ...aria }) => (
                <Input
                  id={id}
                  {...aria}
                  invalid={invalid}
                  placeholder={t('now')}
                  value={draft.timestamp}
                  onChange={event => change({ timestamp: event.target.value.trim() })}
                />
              )}
            </Field>
          </div>
        </div>
      </div>
      <Outcome cluster={cluster} topic={topic} check={check} send={send} />
      <footer className="flex shrink-0 flex-wrap items-center gap-2 border-t border-line px-4 py-3">
        <span aria-live="polite" className="flex min-w-0 flex-1 basis-48 items-center gap-1.5 text-text-2">
          {denied ? (
            <Lock aria-hidden size={14} className="text-text-3" />
          ) : (
            <StatusIcon kind={loading || unknown ? 'unknown' : faults > 0 || failure ? 'error' : 'ok'} />
          )}
          {refusal ?? unknown ?? (faults > 0 ? t('broken', { n: faults }) : t(failure ? 'refused' : 'ready'))}
        </span>
        <span className="ml-auto flex flex-wrap items-center justify-end gap-2">
          <LinkButton variant="ghost" href={routes.topic(cluster, topic, 'messages')}>
            {t('back')}
          </LinkButton>
          <ActionButton type="submit" reason={refusal} busy={check.isPending}>
            {t('dryRun')}
          </ActionButton>
          <ActionButton
            variant="primary"
            kbd={`${mod}⏎`}
            reason={refusal ?? unknown}
            busy={send.isPending}
            onClick={() => run(false)}
            className="max-sm:[&_kbd]:hidden"
          >
            {t(draft.value.kind === 'null' ? 'sendTombstone' : 'send')}
          </ActionButton>
        </span>
      </footer>
    </form>
  )
}

type Mutation = ReturnType<typeof useApiMutation<typeof produce.one>>

function Outcome({
  cluster,
  topic,
  check,
  send,
}: {
  cluster: string
  topic: string
  check: Mutation
  send: Mutation
}) {
  const t = useTranslations('produce')
  const words = useErrorWords()
  const error = send.error ?? check.error
  if (error) {
    const { title, hint } = words(error.code, error.params)
    return (
      <Notice tone={error.code === 'OUTCOME_UNKNOWN' ? 'warn' : 'error'}>
        {hint ? `${title}. ${hint}` : title}
      </Notice>
    )
  }
  const placed = send.data?.record
  if (placed)
    return (
      <Notice
        tone="info"
        action={
          <Link href={routes.record(cluster, topic, placed.partition, placed.offset)}>{t('open')}</Link>
        }
      >
        {t('sent', { partition: placed.partition, offset: placed.offset })}
      </Notice>
    )
  if (!check.data) return null
  const { keyBytes, valueBytes, partition } = check.data
  return (
    <Notice tone="info">
      {t('fits', {
        key: keyBytes === null ? 'null' : `${keyBytes} B`,
        value: valueBytes === null ? 'null' : `${valueBytes} B`,
        partition: partition === null ? t('anyPartition') : `P${partition}`,
      })}
    </Notice>
  )
}

/** What is wrong by field: the browser's own word first, then the server's, which names the place inside the value. */
function useFieldErrors(
  local: Partial<Record<string, string>>,
  refused: readonly FieldProblem[],
): Partial<Record<string, string>> {
  const t = useTranslations('produce.problem')
  const words = useFieldWords()
  const found: Partial<Record<string, string>> = {}
  for (const problem of refused) {
    const field = /^(key|value|partition|timestamp|headers\[\d+\]\.value)/.exec(problem.path)?.[1]
    if (field) found[field] = words(problem)
  }
  for (const [field, key] of Object.entries(local))
    if (key === 'json' || key === 'base64' || key === 'subject' || key === 'partition' || key === 'timestamp')
      found[field] = t(key)
  return found
}
