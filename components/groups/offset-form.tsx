'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { Field, Input, Textarea } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { type OffsetDraft, TARGETS, type TargetKind } from './offset-draft'

const PLAIN: readonly TargetKind[] = ['earliest', 'latest']
const HINTED = ['time', 'duration', 'shift', 'offset'] as const
type Hinted = (typeof HINTED)[number]

function isHinted(kind: TargetKind): kind is Hinted {
  return HINTED.some(known => known === kind)
}

/** Where to, for which topics and partitions, and why. */
export function OffsetForm({
  draft,
  onChange,
  topics,
  wrong,
  busy,
  submit,
  onSubmit,
}: {
  draft: OffsetDraft
  onChange: (part: Partial<OffsetDraft>) => void
  topics: readonly string[]
  wrong: 'value' | 'partitions' | null
  busy: boolean
  /** The button, which may be refused. */
  submit: ReactNode
  onSubmit: () => void
}) {
  const t = useTranslations('offsets')
  return (
    <form
      className="flex max-w-220 flex-col gap-3 px-4 py-3"
      onSubmit={event => {
        event.preventDefault()
        if (!busy) onSubmit()
      }}
    >
      <p className="text-text-2">{t('intro')}</p>
      <div className="grid items-start gap-3 sm:grid-cols-2 lg:grid-cols-4">
        <Field label={t('target')}>
          {({ invalid: _invalid, ...ids }) => (
            <Select
              {...ids}
              label={t('target')}
              value={draft.kind}
              onValueChange={kind => onChange({ kind, value: '' })}
              options={TARGETS.map(kind => ({ value: kind, label: t(`targets.${kind}`) }))}
            />
          )}
        </Field>
        {PLAIN.includes(draft.kind) || draft.kind === 'csv' ? null : (
          <ValueField draft={draft} onChange={onChange} wrong={wrong === 'value'} />
        )}
        {draft.kind === 'csv' ? null : (
          <>
            <Field label={t('scope')}>
              {({ invalid: _invalid, ...ids }) => (
                <Select
                  {...ids}
                  label={t('scope')}
                  value={draft.topic || '*'}
                  onValueChange={topic => onChange({ topic: topic === '*' ? '' : topic })}
                  options={[
                    { value: '*', label: t('scopeAll') },
                    ...topics.map(topic => ({ value: topic, label: topic })),
                  ]}
                />
              )}
            </Field>
            <Field
              label={t('partitions')}
              hint={t('partitionsHint')}
              error={wrong === 'partitions' ? t('partitionsInvalid') : undefined}
            >
              {({ invalid, ...ids }) => (
                <Input
                  {...ids}
                  mono
                  invalid={invalid}
                  value={draft.partitions}
                  onChange={event => onChange({ partitions: event.currentTarget.value })}
                />
              )}
            </Field>
          </>
        )}
      </div>
      {draft.kind === 'csv' ? <CsvField draft={draft} onChange={onChange} wrong={wrong === 'value'} /> : null}
      <div className="flex flex-wrap items-start gap-3">
        <Field label={t('reason')} hint={t('reasonHint')} className="min-w-60 flex-1">
          {({ invalid: _invalid, ...ids }) => (
            <Input
              {...ids}
              maxLength={500}
              value={draft.reason}
              onChange={event => onChange({ reason: event.currentTarget.value })}
            />
          )}
        </Field>
        <span className="pt-5.5">{submit}</span>
      </div>
    </form>
  )
}

type PartProps = { draft: OffsetDraft; onChange: (part: Partial<OffsetDraft>) => void; wrong: boolean }

function ValueField({ draft, onChange, wrong }: PartProps) {
  const t = useTranslations('offsets')
  const { kind } = draft
  if (kind === 'earliest' || kind === 'latest' || kind === 'csv') return null
  return (
    <Field
      label={t(`value.${kind}`)}
      hint={isHinted(kind) ? t(`hint.${kind}`) : undefined}
      error={wrong ? t(`invalid.${kind}`) : undefined}
    >
      {({ invalid, ...ids }) => (
        <Input
          {...ids}
          mono
          invalid={invalid}
          value={draft.value}
          onChange={event => onChange({ value: event.currentTarget.value })}
        />
      )}
    </Field>
  )
}

function CsvField({ draft, onChange, wrong }: PartProps) {
  const t = useTranslations('offsets')
  return (
    <Field
      label={t('value.csv')}
      error={wrong ? t('invalid.csv') : undefined}
      aside={
        <label className="cursor-pointer text-meta text-accent underline underline-offset-2">
          {t('chooseFile')}
          <input
            type="file"
            accept=".csv,text/csv,text/plain"
            className="sr-only"
            onChange={event => {
              const [file] = event.currentTarget.files ?? []
              void file
                ?.slice(0, 900_000)
                .text()
                .then(value => onChange({ value }))
            }}
          />
        </label>
      }
    >
      {({ invalid, ...ids }) => (
        <Textarea
          {...ids}
          mono
          rows={6}
          invalid={invalid}
          value={draft.value}
          placeholder="orders,0,1234"
          onChange={event => onChange({ value: event.currentTarget.value })}
        />
      )}
    </Field>
  )
}

/** The refused button of a form is no submit button; this one is. */
export function PlanButton({ busy, label }: { busy: boolean; label: string }) {
  return (
    <Button type="submit" variant="primary" busy={busy}>
      {label}
    </Button>
  )
}
