'use client'

import { useTranslations } from 'next-intl'
import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/input'
import { Segmented } from '@/components/ui/segmented'
import { Select } from '@/components/ui/select'
import { POLICY_RULES, type PolicySpec } from '@/lib/contracts/policy-spec'
import { NumberField, Part, WordsField } from './form-parts'

const FACTS = ['owner', 'description', 'classification', 'schema'] as const

/** What must be said about a topic, how many must approve, and which broken rule refuses and which is only told. */
export function DutiesForm({
  spec,
  disabled,
  faultAt,
  onChange,
}: {
  spec: PolicySpec
  disabled: boolean
  faultAt: (path: string) => string | undefined
  onChange: (part: Partial<PolicySpec>) => void
}) {
  const t = useTranslations('policies')
  return (
    <>
      <Part title={t('duties.title')} hint={t('duties.hint')}>
        <fieldset className="flex flex-wrap gap-x-4 gap-y-1" disabled={disabled}>
          <legend className="mb-1 text-meta font-medium text-text-2">{t('duties.required')}</legend>
          {FACTS.map(fact => (
            <Checkbox
              key={fact}
              checked={spec.required[fact]}
              onCheckedChange={on => onChange({ required: { ...spec.required, [fact]: on } })}
              label={t(`rule.${fact}`)}
            />
          ))}
        </fieldset>
        <div className="grid items-start gap-3 sm:grid-cols-[2fr_1fr]">
          <WordsField
            label={t('duties.classifications')}
            error={faultAt('classifications')}
            values={spec.classifications}
            disabled={disabled}
            rows={1}
            onChange={classifications => onChange({ classifications })}
          />
          <NumberField
            label={t('duties.approvals')}
            error={faultAt('approvals')}
            value={spec.approvals.count}
            disabled={disabled}
            onChange={count => onChange({ approvals: { count } })}
          />
        </div>
      </Part>
      <Part title={t('severity.title')} hint={t('severity.hint')}>
        <Segmented
          size="sm"
          className="self-start"
          label={t('severity.title')}
          value={spec.enforcement}
          onValueChange={enforcement => (disabled ? undefined : onChange({ enforcement }))}
          options={[
            { value: 'block', label: t('severity.block') },
            { value: 'warn', label: t('severity.warn') },
          ]}
        />
        <div className="grid gap-x-4 gap-y-2 sm:grid-cols-2 xl:grid-cols-3">
          {POLICY_RULES.map(rule => (
            <Field key={rule} label={t(`rule.${rule}`)}>
              {({ id }) => (
                <Select
                  id={id}
                  size="sm"
                  label={t(`rule.${rule}`)}
                  disabled={disabled}
                  value={spec.severities[rule] ?? 'same'}
                  onValueChange={next => {
                    const { [rule]: _old, ...others } = spec.severities
                    onChange({ severities: next === 'same' ? others : { ...others, [rule]: next } })
                  }}
                  options={[
                    { value: 'same', label: t('severity.same') },
                    { value: 'block', label: t('severity.block') },
                    { value: 'warn', label: t('severity.warn') },
                  ]}
                />
              )}
            </Field>
          ))}
        </div>
      </Part>
    </>
  )
}
