'use client'

import { useTranslations } from 'next-intl'
import { Checkbox, RadioGroup } from '@/components/ui/checkbox'
import { Field, Input } from '@/components/ui/input'
import type { ReplayDraft } from './selection'

/** Where to, how placed, how fast, and why. Any change makes an earlier dry run stale. */
export function ReplayForm({
  draft,
  onChange,
}: {
  draft: ReplayDraft
  onChange: (part: Partial<ReplayDraft>) => void
}) {
  const t = useTranslations('replays.new')
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-col gap-1.5">
        <RadioGroup
          label={t('step.target')}
          name="target"
          value={draft.target}
          onValueChange={target => onChange({ target })}
          options={[
            { value: 'origin', label: t('targetOrigin'), hint: t('targetHint') },
            { value: 'topic', label: t('targetTopic') },
          ]}
        />
        {draft.target === 'topic' ? (
          <Field label={t('targetName')} className="max-w-96">
            {({ invalid: _, ...ids }) => (
              <Input
                {...ids}
                mono
                value={draft.topic}
                onChange={e => onChange({ topic: e.currentTarget.value })}
              />
            )}
          </Field>
        ) : null}
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        <Choice
          label={t('partitioning')}
          name="partitioning"
          value={draft.partitioning}
          onChange={partitioning => onChange({ partitioning })}
          options={[
            { value: 'origin', label: t('partitionOrigin') },
            { value: 'key', label: t('partitionKey') },
          ]}
        />
        <Choice
          label={t('timestamp')}
          name="timestamp"
          value={draft.timestamp}
          onChange={timestamp => onChange({ timestamp })}
          options={[
            { value: 'now', label: t('timestampNow') },
            { value: 'keep', label: t('timestampKeep') },
          ]}
        />
        <Field label={t('rate')} hint={t('rateHint')}>
          {({ invalid: _, ...ids }) => (
            <Input
              {...ids}
              inputMode="decimal"
              value={draft.rate}
              trailing={<span className="text-meta whitespace-nowrap text-text-3">{t('rateUnit')}</span>}
              onChange={e => onChange({ rate: e.currentTarget.value })}
            />
          )}
        </Field>
        <Field label={t('reason')} hint={t('reasonHint')} required={draft.again}>
          {({ invalid: _, ...ids }) => (
            <Input
              {...ids}
              maxLength={1000}
              value={draft.reason}
              onChange={e => onChange({ reason: e.currentTarget.value })}
            />
          )}
        </Field>
      </div>
      <Checkbox checked={draft.again} onCheckedChange={again => onChange({ again })} label={t('again')} />
    </div>
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
  options: readonly { value: T; label: string }[]
}) {
  return (
    <div className="flex flex-col gap-1">
      <span className="text-meta font-medium text-text-2">{label}</span>
      <RadioGroup label={label} name={name} value={value} onValueChange={onChange} options={options} />
    </div>
  )
}
