'use client'

import { Pencil, UserRound } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { usePermission } from '@/components/api/me'
import { QueryError } from '@/components/api/query-error'
import { useApi, useApiMutation } from '@/components/api/use-api'
import { useClusterPolicy } from '@/components/api/use-cluster-policy'
import { Tag } from '@/components/ui/badge'
import { ActionButton, Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { IconButton } from '@/components/ui/icon-button'
import { useToast } from '@/components/ui/toast'
import { catalogue } from '@/lib/contracts/catalogue'
import type { OutputOf } from '@/lib/contracts/endpoint'
import { topics } from '@/lib/contracts/topics'
import { domainOf } from '@/lib/naming-policy/check-name'
import { requiredFor } from '@/lib/naming-policy/policy'
import { EMPTY_DRAFT, fieldOf, type TopicDraft } from './create-topic-form'
import { FactsFields } from './facts-fields'

type Said = OutputOf<typeof catalogue.topicMeta>

/** Who owns the topic and what it is for, on a line of its own; a pencil for those who may change it. */
export function TopicFacts({ cluster, topic }: { cluster: string; topic: string }) {
  const t = useTranslations('topics.facts')
  const [editing, setEditing] = useState(false)
  const permission = usePermission('catalogue.write', { cluster, topic })
  const { data } = useApi(catalogue.topicMeta, { cluster, topic }, { keepPrevious: false, staleMs: 10_000 })
  if (!data || topic.startsWith('__')) return null
  const contact = data.team?.slackChannel ?? data.team?.contact
  return (
    <span className="flex min-w-0 basis-full flex-wrap items-center gap-x-2">
      <UserRound aria-hidden size={14} className="shrink-0 text-text-3" />
      <span className={data.owner ? 'font-medium text-text' : 'text-text-3'}>{data.owner ?? t('none')}</span>
      {contact ? <span>{contact}</span> : null}
      {data.description ? (
        <span title={data.description} className="max-w-140 min-w-0 truncate">
          {data.description}
        </span>
      ) : null}
      {data.classification ? <Tag>{data.classification}</Tag> : null}
      {data.tags.map(tag => (
        <Tag key={tag}>#{tag}</Tag>
      ))}
      {permission.allowed ? (
        <IconButton
          size="xs"
          label={t('edit')}
          icon={<Pencil size={12} />}
          onClick={() => setEditing(true)}
        />
      ) : null}
      {editing ? (
        <FactsDialog cluster={cluster} topic={topic} said={data} onClose={() => setEditing(false)} />
      ) : null}
    </span>
  )
}

function FactsDialog({
  cluster,
  topic,
  said,
  onClose,
}: {
  cluster: string
  topic: string
  said: Said
  onClose: () => void
}) {
  const t = useTranslations('topics.facts')
  const toast = useToast()
  const { policy } = useClusterPolicy(cluster)
  const [draft, setDraft] = useState<TopicDraft>({
    ...EMPTY_DRAFT,
    owner: said.owner ?? '',
    description: said.description ?? '',
    classification: said.classification ?? '',
    schema: said.schema ?? '',
    tags: said.tags.join(', '),
  })
  const save = useApiMutation(catalogue.putTopicMeta, {
    invalidates: [catalogue.topicMeta, catalogue.list, topics.list],
    onSuccess: () => {
      toast(t('saved'))
      onClose()
    },
  })
  const errors = Object.fromEntries(
    (save.error?.fields ?? []).flatMap(field => {
      const key = fieldOf(field.path)
      return key ? [[key, field.message]] : []
    }),
  )
  const nullable = (text: string) => text.trim() || null
  const submit = () =>
    save.mutate({
      cluster,
      topic,
      owner: nullable(draft.owner),
      description: nullable(draft.description),
      classification: nullable(draft.classification),
      schema: nullable(draft.schema),
      tags: draft.tags.split(',').flatMap(tag => tag.trim().slice(0, 50) || []),
      revision: said.revision,
    })
  return (
    <Dialog
      open
      size="lg"
      onOpenChange={open => (open ? undefined : onClose())}
      title={t('title')}
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            {t('cancel')}
          </Button>
          <ActionButton variant="primary" reason={null} busy={save.isPending} onClick={submit}>
            {t('save')}
          </ActionButton>
        </>
      }
    >
      <form
        className="-mx-4"
        onSubmit={event => {
          event.preventDefault()
          submit()
        }}
      >
        <FactsFields
          draft={draft}
          policy={policy}
          required={requiredFor(policy, domainOf(policy, topic))}
          errors={errors}
          onChange={part => setDraft(old => ({ ...old, ...part }))}
        />
        {save.error ? <QueryError compact error={save.error} /> : null}
        <button type="submit" hidden />
      </form>
    </Dialog>
  )
}
