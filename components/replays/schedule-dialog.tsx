'use client'

import { useTranslations } from 'next-intl'
import { type ReactNode, useState } from 'react'
import { useApiMutation } from '@/components/api/use-api'
import { useErrorWords } from '@/components/api/use-error-words'
import { useFieldWords } from '@/components/api/use-field-words'
import { ActionButton, Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { Dialog } from '@/components/ui/dialog'
import { Field, Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Timestamp } from '@/components/ui/time'
import { type ReplaySchedule, replaySchedules } from '@/lib/contracts/replay-schedules'
import { IssueName } from './issue-name'

type Kind = ReplaySchedule['kind']
const HOUR_MS = 3_600_000

/** `YYYY-MM-DDTHH:mm` in the browser's own zone, as its field for times has it. */
function toLocal(iso: string): string {
  const at = new Date(iso)
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

/** One schedule: an issue at a time, or letters by rule. */
export function ScheduleDialog({
  cluster,
  schedule,
  issue,
  onClose,
}: {
  cluster: string
  schedule: ReplaySchedule | null
  /** The issue that a new one is for. */
  issue: string | null
  onClose: () => void
}) {
  const t = useTranslations('schedules')
  const common = useTranslations('common')
  const words = useErrorWords()
  const fieldWords = useFieldWords()
  const [kind, setKind] = useState<Kind>(schedule?.kind ?? (issue === null ? 'rule' : 'once'))
  const [enabled, setEnabled] = useState(schedule?.enabled ?? false)
  const [draft, setDraft] = useState({
    name: schedule?.name ?? '',
    fingerprint: schedule?.fingerprint ?? issue ?? '',
    at: toLocal(schedule?.at ?? new Date(Date.now() + HOUR_MS).toISOString()),
    exceptionClass: schedule?.exceptionClass ?? '',
    topics: (schedule?.topics ?? []).join(', '),
    perMinute: String(schedule?.perMinute ?? 10),
    attempts: String(schedule?.attempts ?? 1),
    delayMinutes: String(schedule?.delayMinutes ?? 5),
  })
  const options = { invalidates: [replaySchedules.list], onSuccess: onClose }
  const create = useApiMutation(replaySchedules.create, options)
  const update = useApiMutation(replaySchedules.update, options)
  const error = create.error ?? update.error
  // `topics.3` is said at the topics. What has no field here, and what is no field's, stands below them all.
  const refused = error?.fields ?? []
  const fieldOf = (path: string) => path.split('.')[0] ?? path
  const shown: readonly string[] =
    kind === 'once'
      ? ['name', 'fingerprint', 'at']
      : ['name', 'exceptionClass', 'topics', 'perMinute', 'attempts', 'delayMinutes']
  const others = refused.filter(field => !shown.includes(fieldOf(field.path)))
  const at = new Date(draft.at)
  const isReady =
    draft.name.trim() !== '' &&
    (kind === 'rule'
      ? draft.exceptionClass.trim() !== ''
      : draft.fingerprint.trim() !== '' && Number.isFinite(at.getTime()))
  const save = () => {
    const body = {
      cluster,
      name: draft.name.trim(),
      enabled,
      kind,
      topics: draft.topics
        .split(',')
        .map(topic => topic.trim())
        .filter(topic => topic !== ''),
      perMinute: Number(draft.perMinute) || 1,
      attempts: Number(draft.attempts) || 1,
      delayMinutes: Number(draft.delayMinutes) || 0,
      ...(kind === 'rule'
        ? { exceptionClass: draft.exceptionClass.trim() }
        : { fingerprint: draft.fingerprint.trim(), at: at.toISOString() }),
    }
    if (schedule) update.mutate({ ...body, schedule: schedule.id })
    else create.mutate(body)
  }
  const text = (
    key: keyof typeof draft,
    more: { hint?: ReactNode; mono?: boolean; numeric?: boolean } = {},
  ) => (
    <Field
      label={t(`label.${key}`)}
      hint={more.hint}
      error={refused
        .filter(field => fieldOf(field.path) === key)
        .slice(0, 1)
        .map(fieldWords)
        .join()}
    >
      {({ invalid, ...ids }) => (
        <Input
          {...ids}
          invalid={invalid}
          mono={more.mono}
          type={key === 'at' ? 'datetime-local' : 'text'}
          inputMode={more.numeric ? 'numeric' : undefined}
          maxLength={500}
          value={draft[key]}
          onChange={event => {
            const { value } = event.currentTarget
            setDraft({ ...draft, [key]: more.numeric ? value.replace(/\D/g, '').slice(0, 5) : value })
          }}
        />
      )}
    </Field>
  )
  return (
    <Dialog
      open
      onOpenChange={open => (open ? undefined : onClose())}
      title={t(schedule ? 'edit' : 'add')}
      description={t('rights')}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <ActionButton
            variant="primary"
            busy={create.isPending || update.isPending}
            reason={isReady ? null : t('notReady', { kind })}
            onClick={save}
          >
            {t('save')}
          </ActionButton>
        </>
      }
    >
      <div className="flex flex-col gap-3 pt-3">
        {text('name')}
        <Select
          label={t('label.kind')}
          prefix={t('label.kind')}
          value={kind}
          onValueChange={setKind}
          options={[
            { value: 'rule', label: t('kind.rule') },
            { value: 'once', label: t('kind.once') },
          ]}
        />
        {kind === 'once' ? (
          <>
            {text('fingerprint', {
              mono: true,
              hint: <IssueName cluster={cluster} fingerprint={draft.fingerprint.trim()} otherwise={null} />,
            })}
            {text('at', {
              hint: Number.isFinite(at.getTime()) ? (
                <Timestamp at={at.getTime()} precision="s" withZone />
              ) : null,
            })}
          </>
        ) : (
          <>
            {text('exceptionClass', { mono: true, hint: t('hint.exceptionClass') })}
            {text('topics', { mono: true, hint: t('hint.topics') })}
            <div className="grid gap-3 sm:grid-cols-3">
              {text('perMinute', { numeric: true })}
              {text('attempts', { numeric: true })}
              {text('delayMinutes', { numeric: true })}
            </div>
          </>
        )}
        <Checkbox checked={enabled} onCheckedChange={setEnabled} label={t('label.enabled')} />
        {error ? (
          <p className="text-meta text-error" role="alert">
            {words(error.code, error.params).title} {others.slice(0, 1).map(fieldWords)}
          </p>
        ) : null}
      </div>
    </Dialog>
  )
}
