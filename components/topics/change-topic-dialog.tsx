'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { useClusterSummary } from '@/components/api/clusters'
import { usePermission } from '@/components/api/me'
import { QueryError } from '@/components/api/query-error'
import { Review } from '@/components/api/request-review'
import { useApiMutation } from '@/components/api/use-api'
import { EnvChip } from '@/components/ui/badge'
import { ActionButton, Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { Dialog } from '@/components/ui/dialog'
import { Field, Input, Textarea } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { useToast } from '@/components/ui/toast'
import type { RawInputOf } from '@/lib/contracts/endpoint'
import { requests } from '@/lib/contracts/requests'
import { topicChanges } from '@/lib/contracts/topic-changes'
import { topics } from '@/lib/contracts/topics'
import { routes } from '@/lib/routes'

export type ChangeKind = 'configs' | 'partitions' | 'delete'
type Props = { kind: ChangeKind; cluster: string; topic: string; partitions: number; onClose: () => void }
type Wanted = Pick<
  RawInputOf<typeof requests.file>,
  'cluster' | 'topic' | 'kind' | 'partitions' | 'configs' | 'reset' | 'override'
>

/** `name=value` a line sets it, `name` or `-name` gives it back to the broker; null for a line that is neither. */
function parseConfigLines(text: string): { configs: Record<string, string>; reset: string[] } | null {
  const configs: Record<string, string> = {}
  const reset: string[] = []
  for (const line of text
    .split('\n')
    .map(part => part.trim())
    .filter(Boolean)) {
    const [, minus, name = '', value] = /^(-)?\s*([a-z][a-z0-9.]*)\s*(?:=\s*(.*))?$/.exec(line) ?? []
    if (name === '' || (minus && value !== undefined)) return null
    if (value === undefined) reset.push(name)
    else Object.defineProperty(configs, name, { value, enumerable: true, configurable: true })
  }
  return { configs, reset }
}

/** A change of a topic: first what would happen (policy, broker, cost, who reads it), then at once by who may, or as a request. */
export function ChangeTopicDialog({ kind, cluster, topic, partitions, onClose }: Props) {
  const t = useTranslations('topics.change')
  const common = useTranslations('common')
  const environment = useClusterSummary(cluster)?.environment
  const [count, setCount] = useState(String(partitions + 1))
  const [lines, setLines] = useState('')
  const [override, setOverride] = useState(false)
  const [purpose, setPurpose] = useState('')
  const [typed, setTyped] = useState('')
  const look = useApiMutation(requests.file)
  const resource = { cluster, topic }
  const direct = usePermission(kind === 'delete' ? 'topic.delete' : 'topic.alter', resource)
  const file = usePermission('request.file', resource)
  const wanted = wantedOf({ kind, cluster, topic, count, lines, override })
  const { apply, request } = useSubmit(kind, cluster, topic, onClose)
  const change = (set: () => void) => {
    set()
    look.reset()
    apply.reset()
    request.reset()
  }
  const unready = wanted === null ? t(kind === 'configs' ? 'configsUnready' : 'countUnready') : null
  const seen = look.data?.review ?? null
  const needsName = kind === 'delete' && environment === 'prod'
  const notTyped = needsName && typed !== topic ? t('typeFirst') : null
  const unseen = seen === null ? t('lookFirst') : null
  const error = request.error ?? apply.error ?? look.error
  return (
    <Dialog
      open
      onOpenChange={open => {
        if (!open) onClose()
      }}
      title={t(kind)}
      chip={environment ? <EnvChip environment={environment} /> : null}
      description={t(`${kind}Body`)}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <ActionButton
            reason={file.reason ?? unready}
            busy={look.isPending}
            onClick={() => wanted && look.mutate({ ...wanted, dryRun: true })}
          >
            {t('look')}
          </ActionButton>
          <ActionButton
            reason={file.reason ?? unready ?? unseen ?? (purpose.trim() === '' ? t('purposeFirst') : null)}
            {...(direct.allowed ? {} : { variant: 'primary' as const })}
            busy={request.isPending}
            onClick={() => wanted && request.mutate({ ...wanted, purpose: purpose.trim() })}
          >
            {t('request')}
          </ActionButton>
          {direct.allowed ? (
            <ActionButton
              variant={kind === 'delete' ? 'danger' : 'primary'}
              reason={unready ?? unseen ?? notTyped}
              busy={apply.isPending}
              onClick={() => wanted && apply.run(wanted)}
            >
              {t(`apply.${kind}`)}
            </ActionButton>
          ) : null}
        </>
      }
    >
      <div className="flex flex-col gap-3 pt-3">
        <p className="mono wrap-anywhere">{topic}</p>
        {kind === 'partitions' ? (
          <Field label={t('count')} hint={t('countHint', { n: partitions })}>
            {({ invalid, ...ids }) => (
              <Input
                {...ids}
                invalid={invalid}
                inputMode="numeric"
                value={count}
                onChange={event => {
                  const next = event.currentTarget.value
                  change(() => setCount(next))
                }}
              />
            )}
          </Field>
        ) : null}
        {kind === 'configs' ? (
          <Field label={t('lines')} hint={t('linesHint')}>
            {({ invalid, ...ids }) => (
              <Textarea
                {...ids}
                mono
                invalid={invalid}
                rows={4}
                placeholder={'retention.ms=604800000\n-segment.ms'}
                value={lines}
                onChange={event => {
                  const next = event.currentTarget.value
                  change(() => setLines(next))
                }}
              />
            )}
          </Field>
        ) : null}
        {seen ? <Review review={seen} /> : null}
        {kind === 'partitions' && seen ? <Notice tone="warn">{t('keysMove')}</Notice> : null}
        {kind === 'delete' && seen?.usage?.inUse ? (
          <Checkbox
            checked={override}
            onCheckedChange={checked => setOverride(checked === true)}
            label={t('override')}
          />
        ) : null}
        <Field label={t('purpose')} hint={t('purposeHint')}>
          {({ invalid, ...ids }) => (
            <Textarea
              {...ids}
              invalid={invalid}
              rows={2}
              maxLength={2000}
              value={purpose}
              onChange={event => setPurpose(event.currentTarget.value)}
            />
          )}
        </Field>
        {direct.allowed && needsName ? (
          <Field label={common('typeName', { name: topic })}>
            {({ invalid, ...ids }) => (
              <Input
                {...ids}
                mono
                invalid={invalid}
                value={typed}
                onChange={event => setTyped(event.currentTarget.value)}
              />
            )}
          </Field>
        ) : null}
        {error ? <QueryError compact error={error} /> : null}
      </div>
    </Dialog>
  )
}

function wantedOf(draft: {
  kind: ChangeKind
  cluster: string
  topic: string
  count: string
  lines: string
  override: boolean
}): Wanted | null {
  const { kind, cluster, topic, count, lines, override } = draft
  const base = { cluster, topic, kind }
  if (kind === 'delete') return { ...base, override }
  if (kind === 'partitions')
    return /^\d{1,6}$/.test(count.trim()) ? { ...base, partitions: Number(count) } : null
  const parsed = parseConfigLines(lines)
  if (parsed === null || Object.keys(parsed.configs).length + parsed.reset.length === 0) return null
  return { ...base, ...parsed }
}

function useSubmit(kind: ChangeKind, cluster: string, topic: string, onClose: () => void) {
  const t = useTranslations('topics.change')
  const router = useRouter()
  const toast = useToast()
  const invalidates = [topics.get, topics.configs, topics.list]
  const done = () => {
    toast(t(`applied.${kind}`, { topic }))
    onClose()
    if (kind === 'delete') router.push(routes.topics(cluster))
  }
  const configs = useApiMutation(topicChanges.configs, { invalidates, onSuccess: done })
  const partitions = useApiMutation(topicChanges.partitions, { invalidates, onSuccess: done })
  const remove = useApiMutation(topicChanges.remove, { invalidates, onSuccess: done })
  const request = useApiMutation(requests.file, {
    invalidates: [requests.listAll, requests.list],
    onSuccess: ({ request: filed }) => {
      if (filed) router.push(routes.request(cluster, filed.id))
    },
  })
  const apply = {
    error: configs.error ?? partitions.error ?? remove.error,
    isPending: configs.isPending || partitions.isPending || remove.isPending,
    reset: () => {
      configs.reset()
      partitions.reset()
      remove.reset()
    },
    run: (wanted: Wanted) => {
      if (kind === 'configs')
        configs.mutate({ cluster, topic, set: wanted.configs ?? {}, reset: wanted.reset ?? [] })
      else if (kind === 'partitions') partitions.mutate({ cluster, topic, count: wanted.partitions ?? 0 })
      else remove.mutate({ cluster, topic, confirm: topic, override: wanted.override ?? false })
    },
  }
  return { apply, request }
}
