'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { QueryError } from '@/components/api/query-error'
import { Review } from '@/components/api/request-review'
import { useApiMutation } from '@/components/api/use-api'
import { ActionButton, Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field, Input, Textarea } from '@/components/ui/input'
import type { RawInputOf } from '@/lib/contracts/endpoint'
import { requests } from '@/lib/contracts/requests'
import type { topics } from '@/lib/contracts/topics'
import { routes } from '@/lib/routes'

const numberOf = (text: string) => (/^\d{1,8}(\.\d{1,3})?$/.test(text.trim()) ? Number(text) : null)

/** Asks others to make the topic of the form: what it is for, whose it is, how much will come; with the review that approvers see. */
export function RequestTopicDialog({
  wanted,
  onClose,
}: {
  wanted: RawInputOf<typeof topics.create>
  onClose: () => void
}) {
  const t = useTranslations('topics.change')
  const common = useTranslations('common')
  const router = useRouter()
  const [purpose, setPurpose] = useState('')
  const [owner, setOwner] = useState('')
  const [rate, setRate] = useState('')
  const [size, setSize] = useState('')
  const look = useApiMutation(requests.file)
  const file = useApiMutation(requests.file, {
    invalidates: [requests.listAll, requests.list],
    onSuccess: ({ request }) => {
      if (request) router.push(routes.request(wanted.cluster, request.id))
    },
  })
  const recordsPerSecond = numberOf(rate)
  const recordBytes = numberOf(size)
  const input: RawInputOf<typeof requests.file> = {
    cluster: wanted.cluster,
    topic: wanted.name,
    kind: 'create',
    partitions: wanted.partitions,
    replicationFactor: wanted.replicationFactor,
    configs: wanted.configs ?? {},
    ...(owner.trim() ? { owner: owner.trim() } : {}),
    ...(purpose.trim() ? { purpose: purpose.trim(), description: purpose.trim() } : {}),
    ...(recordsPerSecond !== null && recordBytes !== null
      ? { expected: { recordsPerSecond, recordBytes } }
      : {}),
  }
  const error = file.error ?? look.error
  return (
    <Dialog
      open
      onOpenChange={open => {
        if (!open) onClose()
      }}
      title={t('requestTopic')}
      description={<span className="mono wrap-anywhere">{wanted.name}</span>}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button busy={look.isPending} onClick={() => look.mutate({ ...input, dryRun: true })}>
            {t('look')}
          </Button>
          <ActionButton
            variant="primary"
            reason={purpose.trim() === '' ? t('purposeFirst') : null}
            busy={file.isPending}
            onClick={() => file.mutate(input)}
          >
            {t('request')}
          </ActionButton>
        </>
      }
    >
      <div className="flex flex-col gap-3 pt-3">
        <Field label={t('purpose')} required hint={t('purposeHint')}>
          {({ invalid, ...ids }) => (
            <Textarea
              {...ids}
              invalid={invalid}
              rows={3}
              maxLength={2000}
              value={purpose}
              onChange={event => setPurpose(event.currentTarget.value)}
            />
          )}
        </Field>
        <div className="grid gap-3 sm:grid-cols-3">
          <Field label={t('owner')}>
            {({ invalid, ...ids }) => (
              <Input
                {...ids}
                invalid={invalid}
                maxLength={100}
                value={owner}
                onChange={event => setOwner(event.currentTarget.value)}
              />
            )}
          </Field>
          <Field label={t('rate')}>
            {({ invalid, ...ids }) => (
              <Input
                {...ids}
                invalid={invalid}
                inputMode="decimal"
                value={rate}
                onChange={event => setRate(event.currentTarget.value)}
              />
            )}
          </Field>
          <Field label={t('size')}>
            {({ invalid, ...ids }) => (
              <Input
                {...ids}
                invalid={invalid}
                inputMode="decimal"
                value={size}
                onChange={event => setSize(event.currentTarget.value)}
              />
            )}
          </Field>
        </div>
        {look.data ? <Review review={look.data.review} /> : null}
        {error ? <QueryError compact error={error} /> : null}
      </div>
    </Dialog>
  )
}
