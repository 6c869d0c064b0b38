'use client'

import { useLocale, useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { RadioGroup } from '@/components/ui/checkbox'
import { Field, Input, Textarea } from '@/components/ui/input'
import type { LimitsSpec } from '@/lib/contracts/policy-spec'
import { formatDuration, formatInteger } from '@/lib/format'
import { type DraftField, PRESETS, parseRetention, presetDraft, type TopicDraft } from './create-topic-form'

/** Partitions, replicas, retention and cleanup; hints name the policy's limits, errors take their place. */
export function SizeFields({
  draft,
  limits,
  errors,
  onChange,
}: {
  draft: TopicDraft
  limits: LimitsSpec
  errors: Partial<Record<DraftField, string>>
  onChange: (part: Partial<TopicDraft>) => void
}) {
  const t = useTranslations('topics.new')
  const locale = useLocale()
  const retentionMs = draft.retention.trim() ? parseRetention(draft.retention) : null
  return (
    <div className="grid max-w-240 items-start gap-x-4 gap-y-3 px-4 py-4 sm:grid-cols-2 xl:grid-cols-[repeat(4,minmax(0,1fr))]">
      <fieldset className="flex flex-wrap items-center gap-1.5 sm:col-span-2 xl:col-span-4">
        <legend className="float-left pr-1.5 text-meta leading-6 text-text-3">{t('presets')}</legend>
        {PRESETS.map(preset => (
          <Button key={preset} size="xs" onClick={() => onChange(presetDraft(preset, limits))}>
            {t(`preset.${preset}`)}
          </Button>
        ))}
      </fieldset>
      <SizeField
        label={t('partitions')}
        hint={t('partitionsHint', { min: limits.partitions.min, max: limits.partitions.max })}
        error={errors.partitions}
        value={draft.partitions}
        onChange={partitions => onChange({ partitions })}
      />
      <SizeField
        label={t('replication')}
        hint={t('replicationHint')}
        error={errors.replicationFactor}
        value={draft.replicationFactor}
        onChange={replicationFactor => onChange({ replicationFactor })}
      />
      <SizeField
        label={t('minIsr')}
        hint={t('minIsrHint')}
        error={errors.minInsyncReplicas}
        value={draft.minInsyncReplicas}
        onChange={minInsyncReplicas => onChange({ minInsyncReplicas })}
      />
      <SizeField
        label={t('retention')}
        hint={
          retentionMs
            ? `${formatDuration(Number(retentionMs), locale)} · ${formatInteger(retentionMs, locale)} ms`
            : t('retentionHint', {
                min: formatDuration(limits.retentionMs.min, locale),
                max: formatDuration(limits.retentionMs.max, locale),
              })
        }
        error={errors.retention}
        value={draft.retention}
        onChange={retention => onChange({ retention })}
        text
      />
      <div className="flex flex-col gap-1.5 sm:col-span-2 xl:col-span-4">
        <span aria-hidden className="text-meta font-medium text-text-2">
          {t('cleanup')}
        </span>
        <RadioGroup
          label={t('cleanup')}
          name="cleanup"
          value={draft.cleanup}
          onValueChange={cleanup => onChange({ cleanup })}
          options={[
            { value: 'delete', label: <span className="mono">delete</span>, hint: t('cleanupDelete') },
            { value: 'compact', label: <span className="mono">compact</span>, hint: t('cleanupCompact') },
            {
              value: 'compact,delete',
              label: <span className="mono">compact,delete</span>,
              hint: t('cleanupBoth'),
            },
          ]}
        />
      </div>
      <Field
        label={t('more')}
        className="sm:col-span-2 xl:col-span-4"
        {...(errors.more ? { error: errors.more } : { hint: t('moreHint') })}
      >
        {({ invalid, ...ids }) => (
          <Textarea
            {...ids}
            mono
            invalid={invalid}
            rows={2}
            placeholder="max.message.bytes=1048576"
            value={draft.more}
            onChange={event => onChange({ more: event.currentTarget.value })}
          />
        )}
      </Field>
    </div>
  )
}

function SizeField({
  label,
  hint,
  error,
  text,
  value,
  onChange,
}: {
  label: string
  hint: string
  error: string | undefined
  text?: boolean
  value: string
  onChange: (value: string) => void
}) {
  const t = useTranslations('topics.new')
  return (
    // The hint's two lines are kept, so that an error of two lines moves nothing.
    <Field label={label} className="min-h-22" {...(error ? { error } : { hint })}>
      {({ invalid, ...ids }) => (
        <Input
          {...ids}
          invalid={invalid}
          inputMode={text ? 'text' : 'numeric'}
          placeholder={t('brokerDefault')}
          value={value}
          onChange={e => onChange(e.currentTarget.value)}
        />
      )}
    </Field>
  )
}
