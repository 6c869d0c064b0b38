'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { useApiMutation } from '@/components/api/use-api'
import { parseLinks } from '@/components/change/change-draft'
import { RequestError } from '@/components/change/request-error'
import { Review } from '@/components/change/request-review'
import { RequestWording, type Wording } from '@/components/change/request-wording'
import { useSaveRequest } from '@/components/change/use-save-request'
import { ActionButton, Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field, Input } from '@/components/ui/input'
import type { RawInputOf } from '@/lib/contracts/endpoint'
import type { CatalogueProposal } from '@/lib/contracts/policy-spec'
import { type RequestDetail, requests } from '@/lib/contracts/requests'
import type { topics } from '@/lib/contracts/topics'

const numberOf = (text: string) => (/^\d{1,8}(\.\d{1,3})?$/.test(text.trim()) ? Number(text) : null)

/**
 * Asks others to make the topic of the form: what it is for, how much will come; with the review that
 * approvers see.
 */
export function RequestTopicDialog({
  wanted,
  propose,
  edits,
  unready,
  onClose,
}: {
  wanted: RawInputOf<typeof topics.create>
  propose: readonly CatalogueProposal[]
  /** The request that this takes the place of. */
  edits: RequestDetail | null
  /** What keeps it from being filed, but not from being kept as a draft. */
  unready: string | null
  onClose: () => void
}) {
  const t = useTranslations('topics.change')
  const form = useTranslations('requests.form')
  const [wording, setWording] = useState<Wording>({
    purpose: edits?.purpose ?? '',
    links: edits?.links.join('\n') ?? '',
  })
  const [rate, setRate] = useState(String(edits?.change.expected?.recordsPerSecond ?? ''))
  const [size, setSize] = useState(String(edits?.change.expected?.recordBytes ?? ''))
  const look = useApiMutation(requests.file)
  const save = useSaveRequest(wanted.cluster, edits)
  const recordsPerSecond = numberOf(rate)
  const recordBytes = numberOf(size)
  const links = parseLinks(wording.links)
  const purpose = wording.purpose.trim()
  const { name, dryRun: _, ...asked } = wanted
  const input: RawInputOf<typeof requests.file> = {
    ...asked,
    topic: name,
    kind: 'create',
    ...(asked.description || !purpose ? {} : { description: purpose }),
    purpose,
    links: links ?? [],
    ...(propose.length > 0 ? { propose: [...propose] } : {}),
    ...(recordsPerSecond !== null && recordBytes !== null
      ? { expected: { recordsPerSecond, recordBytes } }
      : {}),
  }
  const isDraft = edits === null || edits.state === 'draft'
  const linksBad = links === null ? form('linksBad') : null
  const error = save.error ?? look.error
  return (
    <Dialog
      open
      onOpenChange={open => {
        if (!open) onClose()
      }}
      title={t('requestTopic')}
      description={name === '' ? t('noName') : <span className="mono wrap-anywhere">{name}</span>}
      footer={
        <>
          <Button onClick={onClose}>{form('cancel')}</Button>
          <ActionButton
            reason={unready ?? linksBad}
            busy={look.isPending}
            onClick={() =>
              look.mutate({ ...input, dryRun: true, ...(edits === null ? {} : { replaces: edits.id }) })
            }
          >
            {form('look')}
          </ActionButton>
          {isDraft ? (
            <ActionButton
              reason={linksBad}
              busy={save.isPending}
              onClick={() => save.run({ ...input, draft: true })}
            >
              {form('saveDraft')}
            </ActionButton>
          ) : null}
          <ActionButton
            variant="primary"
            reason={unready ?? linksBad ?? (purpose === '' ? form('purposeFirst') : null)}
            busy={save.isPending}
            onClick={() => save.run(input)}
          >
            {form(isDraft ? 'submit' : 'resubmit')}
          </ActionButton>
        </>
      }
    >
      <div className="flex flex-col gap-3 pt-3">
        <RequestWording wording={wording} onChange={part => setWording(old => ({ ...old, ...part }))} />
        <div className="grid gap-3 sm:grid-cols-2">
          <NumberField label={t('rate')} value={rate} onChange={setRate} />
          <NumberField label={t('size')} value={size} onChange={setSize} />
        </div>
        {look.data ? <Review review={look.data.review} /> : null}
        {error ? <RequestError error={error} /> : null}
      </div>
    </Dialog>
  )
}

function NumberField({
  label,
  value,
  onChange,
}: {
  label: string
  value: string
  onChange: (value: string) => void
}) {
  return (
    <Field label={label}>
      {({ invalid, ...ids }) => (
        <Input
          {...ids}
          invalid={invalid}
          inputMode="decimal"
          value={value}
          onChange={event => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  )
}
