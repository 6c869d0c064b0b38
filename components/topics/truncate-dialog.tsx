'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { useApiMutation } from '@/components/api/use-api'
import { useErrorWords } from '@/components/api/use-error-words'
import { currentTimeMs, useZone } from '@/components/ui/clock'
import { Field, Input } from '@/components/ui/input'
import { Status } from '@/components/ui/status'
import { useToast } from '@/components/ui/toast'
import { Num } from '@/components/ui/value'
import { topicChanges } from '@/lib/contracts/topic-changes'
import { topics } from '@/lib/contracts/topics'
import { parsePartitions } from '@/lib/parse-partitions'
import { GoingLettersList } from './going-letters'
import { IrreversibleDialog, whyOf } from './irreversible-dialog'
import { readCut } from './read-cut'

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
  const errors = useErrorWords()
  const toast = useToast()
  const [to, setTo] = useState('end')
  const [of, setOf] = useState('')
  const [typed, setTyped] = useState('')
  const [reason, setReason] = useState('')
  const zone = useZone()
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
  const preview = () => {
    const wanted = readCut(to, of, { zone, nowMs: currentTimeMs() })
    if (wanted) look.mutate({ cluster, topic, ...wanted, dryRun: true })
  }
  const again = () => {
    look.reset()
    cut.reset()
  }
  return (
    <IrreversibleDialog
      cluster={cluster}
      topic={topic}
      title={t('truncate')}
      body={t('truncateBody')}
      verb={t('apply.truncate')}
      look={preview}
      looking={look.isPending}
      refusal={plan?.records === '0' ? t('nothingGoes') : null}
      run={() =>
        plan &&
        cut.mutate({
          cluster,
          topic,
          confirm: typed,
          ...whyOf(reason),
          offsets: plan.partitions.map(one => ({ partition: one.partition, offset: one.to })),
        })
      }
      running={cut.isPending}
      error={cut.error ?? look.error}
      typed={typed}
      onTypedChange={setTyped}
      reason={reason}
      onReasonChange={setReason}
      fields={
        <>
          <Field
            label={t('until')}
            hint={t('untilHint')}
            error={readCut(to, '', { zone, nowMs: 0 }) ? null : t('untilWrong')}
          >
            {({ invalid, ...ids }) => (
              <Input
                {...ids}
                mono
                invalid={invalid}
                value={to}
                onChange={event => {
                  setTo(event.currentTarget.value)
                  again()
                }}
              />
            )}
          </Field>
          <Field
            label={t('ofPartitions')}
            hint={t('ofPartitionsHint')}
            error={parsePartitions(of) ? null : t('ofPartitionsWrong')}
          >
            {({ invalid, ...ids }) => (
              <Input
                {...ids}
                mono
                invalid={invalid}
                value={of}
                onChange={event => {
                  setOf(event.currentTarget.value)
                  again()
                }}
              />
            )}
          </Field>
        </>
      }
      found={
        plan ? (
          <>
            <p>
              <Status kind={plan.records === '0' ? 'ok' : 'warn'}>
                {t('goes')} <Num value={plan.records} />
              </Status>
            </p>
            <ul className="mono-sm grid max-h-40 gap-x-6 overflow-auto text-text-2 sm:grid-cols-2">
              {(cut.data ?? plan).partitions.map(one => (
                <li key={one.partition}>
                  P{one.partition}: <Num value={one.from} /> → <Num value={one.to} /> (
                  <Num value={one.records} />){one.code ? ` ${errors(one.code, {}).title}` : ''}
                </li>
              ))}
            </ul>
            {plan.letters ? <GoingLettersList cluster={cluster} letters={plan.letters} /> : null}
          </>
        ) : null
      }
      onClose={onClose}
    />
  )
}
