'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { QueryError } from '@/components/api/query-error'
import { useApiMutation } from '@/components/api/use-api'
import { useClusterPolicy } from '@/components/api/use-cluster-policy'
import { useFieldWords } from '@/components/api/use-field-words'
import { ActionButton, Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { useToast } from '@/components/ui/toast'
import { catalogue } from '@/lib/contracts/catalogue'
import type { OutputOf } from '@/lib/contracts/endpoint'
import { topics } from '@/lib/contracts/topics'
import { domainOf } from '@/lib/naming-policy/check-name'
import { requiredFor } from '@/lib/naming-policy/policy'
import { EMPTY_DRAFT, fieldOf, type TopicDraft } from './create-topic-form'
import { FactsFields } from './facts-fields'

type Said = OutputOf<typeof catalogue.topicMeta>

/** Changes who owns a topic and what it is for. */
export function FactsDialog({
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
  const words = useFieldWords()
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
      return key ? [[key, words(field)]] : []
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
