'use client'

import { useTranslations } from 'next-intl'
import { RadioGroup } from '@/components/ui/checkbox'
import { Field, Input } from '@/components/ui/input'
import { CANARY_AFTER, NUMBER_FIELDS, type NumberField, numberOf, type ReplayDraft } from './selection'

const FIELDS: readonly NumberField[] = ['canary', 'stopFailures', 'stopPercent', 'stopLag', 'stopLetters']

/** The canary and the rules by which a replay stops itself; empty fields are no rule. */
export function GuardFields({
  draft,
  onChange,
}: {
  draft: ReplayDraft
  onChange: (part: Partial<ReplayDraft>) => void
}) {
  const t = useTranslations('replays.new')
  return (
    <fieldset className="md:col-span-2">
      <legend className="text-meta font-medium text-text-2">{t('guards')}</legend>
      <p className="mb-1 text-meta text-text-3">{t('guardsHint')}</p>
      <div className="grid max-w-180 grid-cols-2 items-start gap-x-4 gap-y-2 md:grid-cols-5">
        {FIELDS.map(field => (
          <NumberInput key={field} field={field} draft={draft} onChange={onChange} />
        ))}
      </div>
      {draft.canary.trim() === '' ? null : (
        <div className="mt-2 flex max-w-180 flex-wrap items-start gap-x-6 gap-y-2">
          <NumberInput field="canaryWait" draft={draft} onChange={onChange} className="w-40" />
          <div className="flex flex-col gap-1">
            <span aria-hidden className="text-meta font-medium text-text-2">
              {t('canaryAfter.label')}
            </span>
            <RadioGroup
              label={t('canaryAfter.label')}
              name="canary-after"
              value={draft.canaryAfter}
              onValueChange={canaryAfter => onChange({ canaryAfter })}
              options={CANARY_AFTER.map(value => ({ value, label: t(`canaryAfter.${value}`) }))}
            />
          </div>
        </div>
      )}
    </fieldset>
  )
}

export function NumberInput({
  field,
  draft,
  onChange,
  className,
}: {
  field: NumberField
  draft: ReplayDraft
  onChange: (part: Partial<ReplayDraft>) => void
  className?: string
}) {
  const t = useTranslations('replays.new')
  const isWrong = numberOf(field, draft[field]) === 'invalid'
  return (
    <Field
      label={t(`number.${field}`)}
      {...(className ? { className } : {})}
      error={isWrong ? t('draft.numberRange', { max: NUMBER_FIELDS[field] }) : undefined}
    >
      {({ invalid, ...ids }) => (
        <Input
          {...ids}
          invalid={invalid}
          inputMode="numeric"
          value={draft[field]}
          trailing={
            <span className="text-meta whitespace-nowrap text-text-3">{t(`numberUnit.${field}`)}</span>
          }
          onChange={e => onChange({ [field]: e.currentTarget.value })}
        />
      )}
    </Field>
  )
}
