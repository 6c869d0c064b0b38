'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { useClusterSummary } from '@/components/api/clusters'
import { QueryError } from '@/components/api/query-error'
import { useApiMutation } from '@/components/api/use-api'
import { EnvChip } from '@/components/ui/badge'
import { ActionButton, Button } from '@/components/ui/button'
import { Dialog, TypeNameField } from '@/components/ui/dialog'
import { Field, Input } from '@/components/ui/input'
import { Status } from '@/components/ui/status'
import { useToast } from '@/components/ui/toast'
import { Num } from '@/components/ui/value'
import { topicChanges } from '@/lib/contracts/topic-changes'
import { topics } from '@/lib/contracts/topics'

/** Deletes records for good: first what would go, by partition; then exactly that, after the name was typed. */
export function TruncateDialog({
  cluster,
  topic,
  onClose,
}: {
  cluster: string
  topic: string
  onClose: () => void
}) {
  const t = useTranslations('topics.change')
  const common = useTranslations('common')
  const toast = useToast()
  const environment = useClusterSummary(cluster)?.environment
  const [to, setTo] = useState('end')
  const [typed, setTyped] = useState('')
  const look = useApiMutation(topicChanges.truncate)
  const cut = useApiMutation(topicChanges.truncate, {
    invalidates: [topics.get, topics.list],
    onSuccess: output => {
      if (output.partitions.some(one => one.code !== null)) return
      toast(t('applied.truncate', { topic }))
      onClose()
    },
  })
  const plan = look.data
  const refusal =
    plan === undefined
      ? t('lookFirst')
      : plan.records === '0'
        ? t('nothingGoes')
        : typed === topic
          ? null
          : common('typeFirst')
  const error = cut.error ?? look.error
  return (
    <Dialog
      open
      onOpenChange={open => {
        if (!open) onClose()
      }}
      title={t('truncate')}
      chip={environment ? <EnvChip environment={environment} /> : null}
      description={t('truncateBody')}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button
            busy={look.isPending}
            onClick={() => look.mutate({ cluster, topic, to: to.trim(), dryRun: true })}
          >
            {t('look')}
          </Button>
          <ActionButton
            variant="danger"
            reason={refusal}
            busy={cut.isPending}
            onClick={() =>
              plan &&
              cut.mutate({
                cluster,
                topic,
                confirm: typed,
                offsets: plan.partitions.map(one => ({ partition: one.partition, offset: one.to })),
              })
            }
          >
            {t('apply.truncate')}
          </ActionButton>
        </>
      }
    >
      <div className="flex flex-col gap-3 pt-3">
        <p className="mono wrap-anywhere">{topic}</p>
        <Field label={t('until')} hint={t('untilHint')}>
          {({ invalid, ...ids }) => (
            <Input
              {...ids}
              mono
              invalid={invalid}
              value={to}
              onChange={event => {
                setTo(event.currentTarget.value)
                look.reset()
                cut.reset()
              }}
            />
          )}
        </Field>
        {plan ? (
          <>
            <p>
              <Status kind={plan.records === '0' ? 'ok' : 'warn'}>
                {t('goes')} <Num value={plan.records} />
              </Status>
            </p>
            <ul className="mono-sm max-h-40 overflow-auto text-text-2">
              {(cut.data ?? plan).partitions.map(one => (
                <li key={one.partition}>
                  P{one.partition}: {one.from} → {one.to} ({one.records}) {one.code ?? ''}
                </li>
              ))}
            </ul>
            <TypeNameField name={topic} value={typed} onValueChange={setTyped} />
          </>
        ) : null}
        {error ? <QueryError compact error={error} /> : null}
      </div>
    </Dialog>
  )
}
