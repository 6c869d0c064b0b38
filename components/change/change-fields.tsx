'use client'

import { useTranslations } from 'next-intl'
import { Checkbox } from '@/components/ui/checkbox'
import { Field, Input, Textarea } from '@/components/ui/input'
import type { ChangeDraft, ChangeKind } from './change-draft'

const OPERATIONS = ['read', 'write', 'describe'] as const

/**
 * What is to change, by kind: the fields of a topic's dialogs and of a request's form. `partitions`: how many
 * there are now.
 */
export function ChangeFields({
  kind,
  draft,
  partitions,
  inUse,
  onChange,
}: {
  kind: ChangeKind
  draft: ChangeDraft
  partitions: number | null
  /** Somebody reads or writes it: only then is there something to override. */
  inUse: boolean
  onChange: (part: Partial<ChangeDraft>) => void
}) {
  const t = useTranslations('requests.form')
  if (kind === 'delete')
    return inUse ? (
      <Checkbox
        checked={draft.override}
        onCheckedChange={override => onChange({ override })}
        label={t('override')}
      />
    ) : null
  if (kind === 'configs')
    return (
      <Field label={t('lines')} required hint={t('linesHint')}>
        {({ invalid, ...ids }) => (
          <Textarea
            {...ids}
            mono
            invalid={invalid}
            rows={4}
            placeholder={'retention.ms=604800000\n-segment.ms'}
            value={draft.lines}
            onChange={event => onChange({ lines: event.currentTarget.value })}
          />
        )}
      </Field>
    )
  if (kind === 'partitions')
    return (
      <Field
        label={t('count')}
        required
        {...(partitions === null ? {} : { hint: t('countHint', { n: partitions }) })}
      >
        {({ invalid, ...ids }) => (
          <Input
            {...ids}
            invalid={invalid}
            inputMode="numeric"
            value={draft.count}
            onChange={event => onChange({ count: event.currentTarget.value })}
          />
        )}
      </Field>
    )
  return <AccessFields draft={draft} onChange={onChange} />
}

function AccessFields({
  draft,
  onChange,
}: {
  draft: ChangeDraft
  onChange: (part: Partial<ChangeDraft>) => void
}) {
  const t = useTranslations('requests.form')
  const reads = draft.operations.includes('read')
  return (
    <>
      <Field label={t('principal')} required hint={t('principalHint')}>
        {({ invalid, ...ids }) => (
          <Input
            {...ids}
            mono
            invalid={invalid}
            maxLength={300}
            placeholder="User:order-service"
            value={draft.principal}
            onChange={event => onChange({ principal: event.currentTarget.value })}
          />
        )}
      </Field>
      <fieldset className="flex flex-col gap-1.5">
        <legend className="pb-1 text-meta font-medium text-text-2">
          {t('operations')}
          <span className="text-error"> *</span>
        </legend>
        {OPERATIONS.map(operation => (
          <Checkbox
            key={operation}
            checked={draft.operations.includes(operation)}
            onCheckedChange={checked =>
              onChange({
                operations: OPERATIONS.filter(one =>
                  one === operation ? checked : draft.operations.includes(one),
                ),
              })
            }
            label={t(`operation.${operation}`)}
          />
        ))}
      </fieldset>
      {reads ? (
        <Field label={t('group')} hint={t('groupHint')}>
          {({ invalid, ...ids }) => (
            <Input
              {...ids}
              mono
              invalid={invalid}
              maxLength={255}
              value={draft.group}
              onChange={event => onChange({ group: event.currentTarget.value })}
            />
          )}
        </Field>
      ) : null}
    </>
  )
}
