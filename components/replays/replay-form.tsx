'use client'

import { useTranslations } from 'next-intl'
import { Checkbox, RadioGroup } from '@/components/ui/checkbox'
import { Field, Input } from '@/components/ui/input'
import { draftProblem, type ReplayDraft, rateOf } from './selection'

/** Where to, how placed, how fast. Any change makes an earlier dry run stale. */
export function ReplayForm({
  draft,
  onChange,
}: {
  draft: ReplayDraft
  onChange: (part: Partial<ReplayDraft>) => void
}) {
  const t = useTranslations('replays.new')
  return (
    <div className="grid max-w-220 items-start gap-x-8 gap-y-4 md:grid-cols-2">
      <div className="md:col-span-2">
        <Choice
          label={t('targetLabel')}
          name="target"
          value={draft.target === null ? 'origin' : 'topic'}
          onChange={target => onChange({ target: target === 'origin' ? null : '' })}
          options={[
            { value: 'origin', label: t('targetOrigin'), hint: t('targetHint') },
            { value: 'topic', label: t('targetTopic'), hint: t('targetTopicHint') },
          ]}
        />
        {draft.target === null ? null : <TargetTopic topic={draft.target} onChange={onChange} />}
      </div>
      <Choice
        label={t('partitioning')}
        name="partitioning"
        value={draft.partitioning}
        onChange={partitioning => onChange({ partitioning })}
        options={[
          { value: 'origin', label: t('partitionOrigin'), hint: t('partitionOriginHint') },
          { value: 'key', label: t('partitionKey'), hint: t('partitionKeyHint') },
        ]}
      />
      <Choice
        label={t('timestamp')}
        name="timestamp"
        value={draft.timestamp}
        onChange={timestamp => onChange({ timestamp })}
        options={[
          { value: 'now', label: t('timestampNow'), hint: t('timestampNowHint') },
          { value: 'keep', label: t('timestampKeep'), hint: t('timestampKeepHint') },
        ]}
      />
      <Field
        label={t('rate')}
        hint={t('rateHint')}
        className="max-w-60"
        error={rateOf(draft.rate) === 'invalid' ? t('draft.rateInvalid') : undefined}
      >
        {({ invalid, ...ids }) => (
          <Input
            {...ids}
            invalid={invalid}
            inputMode="decimal"
            value={draft.rate}
            trailing={<span className="text-meta whitespace-nowrap text-text-3">{t('rateUnit')}</span>}
            onChange={e => onChange({ rate: e.currentTarget.value })}
          />
        )}
      </Field>
      <div className="flex flex-col gap-1">
        <span className="text-meta font-medium text-text-2">{t('repeat')}</span>
        <Checkbox
          checked={draft.again !== null}
          onCheckedChange={again => onChange({ again: again ? 'yes' : null })}
          label={t('again')}
        />
        <p className="pl-5.5 text-meta text-text-3">{t('againHint')}</p>
      </div>
    </div>
  )
}

function TargetTopic({ topic, onChange }: { topic: string; onChange: (part: Partial<ReplayDraft>) => void }) {
  const t = useTranslations('replays.new')
  const problem = draftProblem(
    { target: topic, partitioning: 'origin', timestamp: 'now', rate: '', again: null },
    '',
  )
  return (
    <Field
      label={t('targetName')}
      className="mt-2 max-w-120"
      error={problem === 'targetIllegal' ? t(`draft.${problem}`) : undefined}
    >
      {({ invalid, ...ids }) => (
        <Input
          {...ids}
          mono
          maxLength={249}
          invalid={invalid}
          value={topic}
          onChange={e => onChange({ target: e.currentTarget.value })}
        />
      )}
    </Field>
  )
}

function Choice<T extends string>({
  label,
  name,
  value,
  onChange,
  options,
}: {
  label: string
  name: string
  value: T
  onChange: (value: T) => void
  options: readonly { value: T; label: string; hint?: string }[]
}) {
  return (
    <div className="flex flex-col gap-1">
      <span aria-hidden className="text-meta font-medium text-text-2">
        {label}
      </span>
      <RadioGroup
        label={label}
        name={name}
        value={value}
        onValueChange={onChange}
        options={options}
        className="flex-col"
      />
    </div>
  )
}
