'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { usePermission } from '@/components/api/me'
import { useApiMutation } from '@/components/api/use-api'
import { useErrorWords } from '@/components/api/use-error-words'
import { ActionButton, Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field, Input } from '@/components/ui/input'
import { MonoId } from '@/components/ui/mono-id'
import { useToast } from '@/components/ui/toast'
import { deadLetterTriage } from '@/lib/contracts/dead-letter-triage'
import { type DeadLetterTopic, deadLetters } from '@/lib/contracts/dead-letters'
import { routes } from '@/lib/routes'

/**
 * Where a topic's letters came from; where their headers don't say so a person says it once, and may say
 * otherwise later.
 */
export function TopicOrigin({ cluster, item }: { cluster: string; item: DeadLetterTopic }) {
  const t = useTranslations('dead-letters.origin')
  const [open, setOpen] = useState(false)
  const { reason } = usePermission('deadletter.triage', { cluster, topic: item.topic })
  const asks = item.needsOrigin === true && item.originTopic === null
  return (
    <span className="flex min-w-0 items-center gap-1">
      {item.originTopic ? (
        <MonoId small id={item.originTopic} href={routes.topic(cluster, item.originTopic, 'messages')} />
      ) : (
        <span className={asks ? 'text-warn' : 'text-text-3'}>{asks ? t('asked') : t('unknown')}</span>
      )}
      {item.needsOrigin || item.originBy === 'person' ? (
        <ActionButton size="xs" variant="ghost" reason={reason} onClick={() => setOpen(true)}>
          {item.originTopic ? t('change') : t('say')}
        </ActionButton>
      ) : null}
      {open ? <OriginDialog cluster={cluster} item={item} onClose={() => setOpen(false)} /> : null}
    </span>
  )
}

function OriginDialog({
  cluster,
  item,
  onClose,
}: {
  cluster: string
  item: DeadLetterTopic
  onClose: () => void
}) {
  const t = useTranslations('dead-letters.origin')
  const common = useTranslations('common')
  const words = useErrorWords()
  const toast = useToast()
  const [origin, setOrigin] = useState(item.originTopic ?? '')
  const save = useApiMutation(deadLetterTriage.setOrigin, {
    invalidates: [deadLetters.topics, deadLetters.groups],
    onSuccess: ({ originTopic }) => {
      toast(originTopic === null ? t('forgotten') : t('saved', { topic: originTopic }))
      onClose()
    },
  })
  const send = (value: string | null) => save.mutate({ cluster, topic: item.topic, origin: value })
  const failure = save.error ? words(save.error.code, save.error.params) : null
  return (
    <Dialog
      open
      onOpenChange={open => (open ? undefined : onClose())}
      size="sm"
      title={t('title')}
      description={t('body', { topic: item.topic })}
      footer={
        <>
          {item.originBy === 'person' ? (
            <Button variant="ghost" busy={save.isPending} onClick={() => send(null)}>
              {t('forget')}
            </Button>
          ) : null}
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button
            variant="primary"
            disabled={origin.trim() === ''}
            busy={save.isPending}
            onClick={() => send(origin.trim())}
          >
            {t('save')}
          </Button>
        </>
      }
    >
      <Field
        className="mt-3"
        label={t('label')}
        error={failure ? `${failure.title} ${failure.hint ?? ''}` : null}
      >
        {ids => (
          <Input
            mono
            id={ids.id}
            invalid={ids.invalid}
            aria-describedby={ids['aria-describedby']}
            maxLength={249}
            value={origin}
            onChange={event => setOrigin(event.currentTarget.value)}
          />
        )}
      </Field>
    </Dialog>
  )
}

/** Reads every topic anew; what people decided stays. */
export function RebuildButton({ cluster }: { cluster: string }) {
  const t = useTranslations('dead-letters.origin')
  const toast = useToast()
  const { reason } = usePermission('deadletter.triage', { cluster })
  const rebuild = useApiMutation(deadLetterTriage.rebuild, {
    invalidates: [deadLetters.topics, deadLetters.groups, deadLetters.records],
    onSuccess: ({ topics }) => toast(t('rebuilding', { n: topics.length })),
  })
  return (
    <ActionButton
      size="xs"
      reason={reason}
      busy={rebuild.isPending}
      onClick={() => rebuild.mutate({ cluster })}
    >
      {t('rebuild')}
    </ActionButton>
  )
}
