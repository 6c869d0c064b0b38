'use client'

import { useTranslations } from 'next-intl'
import { useId } from 'react'
import { Field, Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { NamingPolicy, RequiredFacts } from '@/lib/naming-policy/policy'
import type { DraftField, TopicDraft } from './create-topic-form'

const NONE = '-'

/** What people say about a topic: who owns it, what it is for, how its data is classified, tags. */
export function FactsFields({
  draft,
  policy,
  required,
  errors,
  onChange,
}: {
  draft: TopicDraft
  policy: NamingPolicy
  required: RequiredFacts
  errors: Partial<Record<DraftField, string>>
  onChange: (part: Partial<TopicDraft>) => void
}) {
  const t = useTranslations('topics.facts')
  const owners = useId()
  const text = (field: 'owner' | 'description' | 'schema' | 'tags', max: number, list?: string) => (
    <Field
      label={t(field)}
      required={field !== 'tags' && required[field]}
      className={field === 'description' ? 'sm:col-span-2' : ''}
      {...(errors[field] ? { error: errors[field] } : field === 'tags' ? { hint: t('tagsHint') } : {})}
    >
      {({ invalid, ...ids }) => (
        <Input
          {...ids}
          invalid={invalid}
          maxLength={max}
          value={draft[field]}
          {...(list ? { list } : {})}
          onChange={event => onChange({ [field]: event.currentTarget.value })}
        />
      )}
    </Field>
  )
  return (
    <div className="grid max-w-240 items-start gap-x-4 gap-y-3 px-4 py-4 sm:grid-cols-2 xl:grid-cols-[repeat(4,minmax(0,1fr))]">
      {text('owner', 100, owners)}
      <datalist id={owners}>
        {policy.catalogue.owners.map(({ name }) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <Field
        label={t('classification')}
        required={required.classification}
        {...(errors.classification ? { error: errors.classification } : {})}
      >
        {({ id, invalid }) => (
          <Select
            id={id}
            invalid={invalid}
            label={t('classification')}
            value={draft.classification || NONE}
            onValueChange={next => onChange({ classification: next === NONE ? '' : next })}
            options={[
              { value: NONE, label: t('unsaid') },
              ...policy.spec.classifications.map(value => ({ value, label: value })),
            ]}
          />
        )}
      </Field>
      {text('description', 2000)}
      {text('schema', 500)}
      {text('tags', 500)}
    </div>
  )
}
