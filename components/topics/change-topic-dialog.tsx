'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { useClusterSummary } from '@/components/api/clusters'
import { usePermission } from '@/components/api/me'
import { QueryError } from '@/components/api/query-error'
import { useApiMutation } from '@/components/api/use-api'
import { type ChangeKind, changeOf, EMPTY_CHANGE, parseLinks } from '@/components/change/change-draft'
import { ChangeFields } from '@/components/change/change-fields'
import { Review } from '@/components/change/request-review'
import { RequestWording, type Wording } from '@/components/change/request-wording'
import { EnvChip } from '@/components/ui/badge'
import { ActionButton, Button } from '@/components/ui/button'
import { Dialog, TypeNameField } from '@/components/ui/dialog'
import { Notice } from '@/components/ui/notice'
import { useToast } from '@/components/ui/toast'
import type { RawInputOf } from '@/lib/contracts/endpoint'
import { requests } from '@/lib/contracts/requests'
import { DELETE_REASON_MAX, topicChanges } from '@/lib/contracts/topic-changes'
import { topics } from '@/lib/contracts/topics'
import { routes } from '@/lib/routes'

/** Access is only ever asked for, on a form of its own. */
export type DirectKind = Exclude<ChangeKind, 'access'>
type Props = { kind: DirectKind; cluster: string; topic: string; partitions: number; onClose: () => void }
type Wanted = Pick<
  RawInputOf<typeof requests.file>,
  'cluster' | 'topic' | 'kind' | 'partitions' | 'configs' | 'reset' | 'override'
>

/**
 * A change of a topic: first what would happen (policy, broker, cost, who reads it), then at once by who may,
 * or as a request.
 */
export function ChangeTopicDialog({ kind, cluster, topic, partitions, onClose }: Props) {
  const t = useTranslations('topics.change')
  const common = useTranslations('common')
  const environment = useClusterSummary(cluster)?.environment
  const form = useTranslations('requests.form')
  const [draft, setDraft] = useState({ ...EMPTY_CHANGE, count: String(partitions + 1) })
  const [wording, setWording] = useState<Wording>({ purpose: '', links: '' })
  const [typed, setTyped] = useState('')
  const look = useApiMutation(requests.file)
  const resource = { cluster, topic }
  const direct = usePermission(kind === 'delete' ? 'topic.delete' : 'topic.alter', resource)
  const file = usePermission('request.file', resource)
  const asked = changeOf(kind, draft)
  const wanted = asked === null ? null : { cluster, topic, kind, ...asked }
  const links = parseLinks(wording.links)
  const { apply, request } = useSubmit(kind, cluster, topic, onClose)
  const change = (set: () => void) => {
    set()
    look.reset()
    apply.reset()
    request.reset()
  }
  const unready = wanted === null ? form(`unready.${kind}`) : null
  const unsaid =
    links === null ? form('linksBad') : wording.purpose.trim() === '' ? form('purposeFirst') : null
  const seen = look.data?.review ?? null
  const needsName = kind === 'delete'
  // A deletion's reason goes in its address, a request's purpose does not.
  const tooLong =
    kind === 'delete' && direct.allowed && wording.purpose.trim().length > DELETE_REASON_MAX
      ? form('purposeTooLong', { max: DELETE_REASON_MAX })
      : null
  const notTyped = needsName && typed !== topic ? common('typeFirst') : null
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
            reason={file.reason ?? unready ?? unseen ?? unsaid}
            {...(direct.allowed ? {} : { variant: 'primary' as const })}
            busy={request.isPending}
            onClick={() =>
              wanted && request.mutate({ ...wanted, purpose: wording.purpose.trim(), links: links ?? [] })
            }
          >
            {t('request')}
          </ActionButton>
          {direct.allowed ? (
            <ActionButton
              variant={kind === 'delete' ? 'danger' : 'primary'}
              reason={unready ?? unseen ?? tooLong ?? notTyped}
              busy={apply.isPending}
              onClick={() => wanted && apply.run(wanted, wording.purpose.trim())}
            >
              {t(`apply.${kind}`)}
            </ActionButton>
          ) : null}
        </>
      }
    >
      <div className="flex flex-col gap-3 pt-3">
        <p className="mono wrap-anywhere">{topic}</p>
        <ChangeFields
          kind={kind}
          draft={draft}
          partitions={partitions}
          inUse={draft.override || (seen?.usage?.inUse ?? false)}
          onChange={part => change(() => setDraft(old => ({ ...old, ...part })))}
        />
        {seen ? <Review review={seen} /> : null}
        {kind === 'partitions' && seen ? <Notice tone="warn">{t('keysMove')}</Notice> : null}
        <RequestWording
          wording={wording}
          direct={direct.allowed}
          purposeError={tooLong}
          onChange={part => setWording(old => ({ ...old, ...part }))}
        />
        {direct.allowed && needsName ? (
          <TypeNameField name={topic} value={typed} onValueChange={setTyped} />
        ) : null}
        {error ? <QueryError compact error={error} /> : null}
      </div>
    </Dialog>
  )
}

function useSubmit(kind: DirectKind, cluster: string, topic: string, onClose: () => void) {
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
    run: (wanted: Wanted, purpose: string) => {
      const why = purpose === '' ? {} : { reason: purpose }
      if (kind === 'configs')
        configs.mutate({ cluster, topic, set: wanted.configs ?? {}, reset: wanted.reset ?? [], ...why })
      else if (kind === 'partitions')
        partitions.mutate({ cluster, topic, count: wanted.partitions ?? 0, ...why })
      else remove.mutate({ cluster, topic, confirm: topic, override: wanted.override ?? false, ...why })
    },
  }
  return { apply, request }
}
