'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { QueryError } from '@/components/api/query-error'
import { useApiMutation } from '@/components/api/use-api'
import { ActionButton, Button } from '@/components/ui/button'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { type PolicyInForce, policies } from '@/lib/contracts/policies'
import { topics } from '@/lib/contracts/topics'
import type { PolicyDraft } from './use-policy-draft'

/** The line under the editor: for which clusters, why, and the button that makes it a version. */
export function SavePolicy({
  cluster,
  inForce,
  draft,
  onDiscard,
  onSaved,
}: {
  cluster: string
  inForce: PolicyInForce
  draft: PolicyDraft
  onDiscard: () => void
  onSaved: (version: number) => void
}) {
  const t = useTranslations('policies.save')
  const [scope, setScope] = useState<'default' | 'cluster'>(
    inForce.scope === 'cluster' ? 'cluster' : 'default',
  )
  const [comment, setComment] = useState('')
  // The versions that were in force when the editing began: a newer one must be seen before it is overwritten.
  const [bases, setBases] = useState(inForce.bases)
  if (draft.draft === null && bases !== inForce.bases) setBases(inForce.bases)
  const save = useApiMutation(policies.put, {
    invalidates: [policies.get, policies.versions, topics.list],
    onSuccess: output => {
      setComment('')
      if (output.version !== null) onSaved(output.version)
    },
  })
  const remove = useApiMutation(policies.remove, {
    invalidates: [policies.get, policies.versions, topics.list],
    onSuccess: output => onSaved(output.version),
  })
  const { preview, isCurrent } = draft
  const isReady = isCurrent && preview?.data !== undefined && preview.error === null && !preview.isFetching
  const reason =
    draft.draft === null
      ? t('untouched')
      : isReady
        ? null
        : preview?.error && isCurrent
          ? t('broken')
          : t('checking')
  return (
    <>
      {save.error ? (
        <div className="border-t border-line py-1">
          <QueryError
            compact
            error={save.error}
            action={
              save.error.code === 'POLICY_STALE' ? (
                <Button size="sm" onClick={() => setBases(inForce.bases)}>
                  {t('overNewer')}
                </Button>
              ) : null
            }
          />
        </div>
      ) : null}
      {remove.error ? <QueryError compact error={remove.error} /> : null}
      <footer className="flex shrink-0 flex-wrap items-center gap-2 border-t border-line px-4 py-3">
        <Input
          aria-label={t('comment')}
          placeholder={t('comment')}
          value={comment}
          maxLength={500}
          className="min-w-0 flex-1 basis-52"
          onChange={event => setComment(event.currentTarget.value)}
        />
        <Select
          label={t('scope')}
          value={scope}
          onValueChange={setScope}
          options={[
            { value: 'default', label: t('default') },
            { value: 'cluster', label: t('cluster') },
          ]}
        />
        {inForce.scope === 'cluster' && draft.draft === null ? (
          <Button
            variant="ghost"
            busy={remove.isPending}
            onClick={() => remove.mutate({ cluster, base: inForce.bases.cluster })}
          >
            {t('giveUp')}
          </Button>
        ) : (
          <Button
            variant="ghost"
            disabled={draft.draft === null}
            onClick={() => {
              save.reset()
              onDiscard()
            }}
          >
            {t('discard')}
          </Button>
        )}
        <ActionButton
          variant="primary"
          reason={reason}
          busy={save.isPending}
          onClick={() => {
            if (!draft.spec || reason !== null) return
            save.mutate({
              cluster,
              policy: draft.spec,
              scope,
              base: bases[scope],
              ...(comment.trim() ? { comment: comment.trim() } : {}),
            })
          }}
        >
          {t('save')}
        </ActionButton>
      </footer>
    </>
  )
}
