'use client'

import { useTranslations } from 'next-intl'
import { type ReactNode, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Field, Input, Textarea } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { GroupInput } from './group-input'
import {
  type DraftProblem,
  MOST_CSV,
  type OffsetDraft,
  offsetsCsv,
  TARGETS,
  type TargetKind,
} from './offset-draft'
import { ScopePicker } from './scope-picker'

const PLAIN: readonly TargetKind[] = ['earliest', 'latest']
const HINTED = ['time', 'duration', 'shift', 'offset'] as const
type Hinted = (typeof HINTED)[number]

function isHinted(kind: TargetKind): kind is Hinted {
  return HINTED.some(known => known === kind)
}

type FormProps = {
  cluster: string
  draft: OffsetDraft
  onChange: (part: Partial<OffsetDraft>) => void
  topics: readonly string[]
  /** Where the group stands now, to begin a file with. */
  current: readonly { topic: string; partition: number; committed: string | null }[]
  wrong: DraftProblem['field'] | null
  busy: boolean
  /** The button, which may be refused. */
  submit: ReactNode
  onSubmit: () => void
}

/** Where to, for which topics and partitions, and why. */
export function OffsetForm({
  cluster,
  draft,
  onChange,
  topics,
  current,
  wrong,
  busy,
  submit,
  onSubmit,
}: FormProps) {
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
          <ValueField cluster={cluster} draft={draft} onChange={onChange} wrong={wrong === 'value'} />
        )}
      </div>
      {draft.kind === 'csv' ? (
        <CsvField draft={draft} onChange={onChange} wrong={wrong === 'value'} current={current} />
      ) : (
        <ScopePicker
          cluster={cluster}
          topics={topics}
          picked={draft.picked}
          onChange={picked => onChange({ picked })}
          wrong={wrong === 'value' ? null : wrong}
        />
      )}
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

function ValueField({ cluster, draft, onChange, wrong }: PartProps & { cluster: string }) {
  const t = useTranslations('offsets')
  const { kind } = draft
  if (kind === 'earliest' || kind === 'latest' || kind === 'csv') return null
  return (
    <Field
      label={t(`value.${kind}`)}
      hint={isHinted(kind) ? t(`hint.${kind}`) : undefined}
      error={wrong ? t(`invalid.${kind}`) : undefined}
    >
      {({ invalid, ...ids }) =>
        kind === 'group' ? (
          <GroupInput
            cluster={cluster}
            ids={{ invalid, ...ids }}
            value={draft.value}
            onValueChange={value => onChange({ value })}
          />
        ) : (
          <Input
            {...ids}
            mono
            invalid={invalid}
            value={draft.value}
            onChange={event => onChange({ value: event.currentTarget.value })}
          />
        )
      }
    </Field>
  )
}

function CsvField({ draft, onChange, wrong, current }: PartProps & Pick<FormProps, 'current'>) {
  const t = useTranslations('offsets')
  const [tooLarge, setTooLarge] = useState(false)
  return (
    <Field
      label={t('value.csv')}
      error={tooLarge ? t('fileTooLarge', { bytes: MOST_CSV }) : wrong ? t('invalid.csv') : undefined}
      aside={
        <span className="flex flex-wrap justify-end gap-x-3 whitespace-nowrap">
          <button
            type="button"
            className="text-meta text-accent underline underline-offset-2"
            onClick={() => onChange({ value: offsetsCsv(current) })}
          >
            {t('currentAsCsv')}
          </button>
          <label className="cursor-pointer text-meta text-accent underline underline-offset-2">
            {t('chooseFile')}
            <input
              type="file"
              accept=".csv,text/csv,text/plain"
              className="sr-only"
              onChange={event => {
                const [file] = event.currentTarget.files ?? []
                // A part of a file would be another plan.
                setTooLarge((file?.size ?? 0) > MOST_CSV)
                if (file && file.size <= MOST_CSV) void file.text().then(value => onChange({ value }))
              }}
            />
          </label>
        </span>
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
export function PlanButton({
  busy,
  label,
  variant,
}: {
  busy: boolean
  label: string
  variant: 'primary' | 'secondary'
}) {
  return (
    <Button type="submit" variant={variant} busy={busy}>
      {label}
    </Button>
  )
}
