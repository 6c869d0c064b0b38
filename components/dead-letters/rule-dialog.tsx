'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { useApiMutation } from '@/components/api/use-api'
import { useErrorWords } from '@/components/api/use-error-words'
import { useFieldWords } from '@/components/api/use-field-words'
import { ActionButton, Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { Dialog } from '@/components/ui/dialog'
import { Field, Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import {
  deadLetterRules,
  type NoticeRule,
  noticeRuleEvent,
  severity,
} from '@/lib/contracts/dead-letter-rules'

const list = (text: string) =>
  text
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')

const EMPTY = {
  name: '',
  enabled: true,
  events: ['new', 'reopened'] as NoticeRule['events'],
  topics: [] as string[],
  owners: [] as string[],
  severity: 'info' as NoticeRule['severity'],
  channels: [] as string[],
  burst: 100,
  hours: 24,
  minutes: 5,
}

/** One rule: what is told, of what, to whom, how often. */
export function RuleDialog({
  cluster,
  rule,
  channels,
  onClose,
}: {
  cluster: string
  rule: NoticeRule | null
  channels: readonly string[]
  onClose: () => void
}) {
  const t = useTranslations('dead-letters.rules')
  const common = useTranslations('common')
  const words = useErrorWords()
  const fieldWords = useFieldWords()
  const [draft, setDraft] = useState(rule ?? EMPTY)
  const [topics, setTopics] = useState(draft.topics.join(', '))
  const [owners, setOwners] = useState(draft.owners.join(', '))
  const options = { invalidates: [deadLetterRules.rules], onSuccess: onClose }
  const create = useApiMutation(deadLetterRules.createRule, options)
  const update = useApiMutation(deadLetterRules.updateRule, options)
  const error = create.error ?? update.error
  const save = () => {
    const { name, enabled, events, severity: least, burst, hours, minutes } = draft
    const fields = { cluster, name, enabled, events, severity: least, burst, hours, minutes }
    const body = { ...fields, topics: list(topics), owners: list(owners), channels: draft.channels }
    if (rule) update.mutate({ ...body, rule: rule.id })
    else create.mutate(body)
  }
  const number = (key: 'burst' | 'hours' | 'minutes') => (
    <Field label={t(`${key}Label`)}>
      {ids => (
        <Input
          id={ids.id}
          inputMode="numeric"
          value={String(draft[key])}
          onChange={event => {
            const digits = event.currentTarget.value.replace(/\D/g, '').slice(0, 7)
            setDraft({ ...draft, [key]: Number(digits) })
          }}
        />
      )}
    </Field>
  )
  const toggle = <T extends string>(items: readonly T[], item: T, on: boolean): T[] =>
    on ? [...items, item] : items.filter(other => other !== item)
  return (
    <Dialog
      open
      onOpenChange={open => (open ? undefined : onClose())}
      title={t(rule ? 'edit' : 'add')}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <ActionButton
            variant="primary"
            busy={create.isPending || update.isPending}
            reason={draft.name.trim() === '' || draft.events.length === 0 ? t('notReady') : null}
            onClick={save}
          >
            {t('save')}
          </ActionButton>
        </>
      }
    >
      <div className="grid gap-3 pt-2">
        <Field label={t('name')} required>
          {ids => (
            <Input
              id={ids.id}
              maxLength={100}
              value={draft.name}
              onChange={event => setDraft({ ...draft, name: event.currentTarget.value })}
            />
          )}
        </Field>
        <fieldset className="flex flex-wrap gap-x-4 gap-y-1">
          <legend className="text-meta font-medium text-text-2">{t('events')}</legend>
          {noticeRuleEvent.options.map(event => (
            <Checkbox
              key={event}
              label={t(`event.${event}`)}
              checked={draft.events.includes(event)}
              onCheckedChange={on => setDraft({ ...draft, events: toggle(draft.events, event, on) })}
            />
          ))}
        </fieldset>
        <Field label={t('topics')} hint={t('patternsHint')}>
          {ids => (
            <Input
              mono
              id={ids.id}
              aria-describedby={ids['aria-describedby']}
              value={topics}
              onChange={event => setTopics(event.currentTarget.value)}
            />
          )}
        </Field>
        <Field label={t('owners')} hint={t('ownersHint')}>
          {ids => (
            <Input
              id={ids.id}
              aria-describedby={ids['aria-describedby']}
              value={owners}
              onChange={event => setOwners(event.currentTarget.value)}
            />
          )}
        </Field>
        <Select
          label={t('severity')}
          prefix={t('severity')}
          value={draft.severity}
          onValueChange={least => setDraft({ ...draft, severity: least })}
          options={severity.options.map(value => ({ value, label: t(`severities.${value}`) }))}
        />
        <div className="grid gap-3 sm:grid-cols-3">
          {number('burst')}
          {number('hours')}
          {number('minutes')}
        </div>
        {channels.length === 0 ? (
          <p className="text-meta text-warn">{t('noChannels')}</p>
        ) : (
          <fieldset className="flex flex-wrap gap-x-4 gap-y-1">
            <legend className="text-meta font-medium text-text-2">{t('channels')}</legend>
            {channels.map(channel => (
              <Checkbox
                key={channel}
                label={channel}
                checked={draft.channels.includes(channel)}
                onCheckedChange={on => setDraft({ ...draft, channels: toggle(draft.channels, channel, on) })}
              />
            ))}
          </fieldset>
        )}
        <Checkbox
          label={t('enabled')}
          checked={draft.enabled}
          onCheckedChange={on => setDraft({ ...draft, enabled: on })}
        />
        {error ? (
          <p className="text-meta text-error" role="alert">
            {words(error.code, error.params).title} {error.fields?.slice(0, 1).map(fieldWords)}
          </p>
        ) : null}
      </div>
    </Dialog>
  )
}
