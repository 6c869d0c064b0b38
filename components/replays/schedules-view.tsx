'use client'

import { CalendarClock, Plus } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { parseAsString, useQueryState } from 'nuqs'
import { useState } from 'react'
import { usePermission } from '@/components/api/me'
import { StaleNotice } from '@/components/api/query-error'
import { QueryWait } from '@/components/api/query-wait'
import { useApi, useApiMutation } from '@/components/api/use-api'
import { useErrorWords } from '@/components/api/use-error-words'
import { useFieldWords } from '@/components/api/use-field-words'
import { ActionButton, LinkButton } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/dialog'
import { EmptyState } from '@/components/ui/empty-state'
import { Notice } from '@/components/ui/notice'
import { PageHeader } from '@/components/ui/page-header'
import { Status } from '@/components/ui/status'
import { TimeAgo, Timestamp } from '@/components/ui/time'
import { type ReplaySchedule, replaySchedules } from '@/lib/contracts/replay-schedules'
import { routes } from '@/lib/routes'
import { IssueName } from './issue-name'
import { ScheduleDialog } from './schedule-dialog'

const NEW = 'new'

/** Replays at a time and by rule: one row a schedule. `?issue=` opens a new one for that issue. */
export function SchedulesView({ cluster }: { cluster: string }) {
  const t = useTranslations('schedules')
  const [issue, setIssue] = useQueryState('issue', parseAsString)
  const [editing, setEditing] = useState<ReplaySchedule | typeof NEW | null>(issue === null ? null : NEW)
  const query = useApi(replaySchedules.list, { cluster }, { pollMs: 10_000 })
  const { data, error, refetch } = query
  const { reason } = usePermission('replay.run', { cluster })
  const close = () => {
    setEditing(null)
    void setIssue(null)
  }
  return (
    <>
      <PageHeader
        title={t('title')}
        actions={
          <>
            <LinkButton href={routes.replays(cluster)}>{t('back')}</LinkButton>
            <ActionButton
              variant="primary"
              className="max-sm:hidden"
              icon={<Plus size={16} />}
              reason={reason}
              onClick={() => setEditing(NEW)}
            >
              {t('add')}
            </ActionButton>
          </>
        }
      />
      <Notice tone="info" className="sm:hidden">
        {t('notOnPhones')}
      </Notice>
      {data ? <StaleNotice error={error} onRetry={() => void refetch()} /> : null}
      {!data ? (
        <QueryWait query={query} lines={6} />
      ) : data.items.length === 0 ? (
        <EmptyState icon={<CalendarClock />} title={t('empty')} body={t('emptyBody')} />
      ) : (
        <ul className="min-h-0 flex-1 overflow-auto border-t border-line">
          {data.items.map(schedule => (
            <Schedule
              key={schedule.id}
              cluster={cluster}
              schedule={schedule}
              reason={reason}
              onEdit={() => setEditing(schedule)}
            />
          ))}
        </ul>
      )}
      {editing === null ? null : (
        <ScheduleDialog
          cluster={cluster}
          schedule={editing === NEW ? null : editing}
          issue={issue}
          onClose={close}
        />
      )}
    </>
  )
}

function Schedule({
  cluster,
  schedule,
  reason,
  onEdit,
}: {
  cluster: string
  schedule: ReplaySchedule
  reason: string | null
  onEdit: () => void
}) {
  const t = useTranslations('schedules')
  const words = useErrorWords()
  const [removing, setRemoving] = useState(false)
  const options = { invalidates: [replaySchedules.list] }
  const remove = useApiMutation(replaySchedules.remove, options)
  const update = useApiMutation(replaySchedules.update, options)
  const { id, name, enabled, problem } = schedule
  const flip = () => {
    const {
      by: _,
      changedAt: __,
      lastRunAt: ___,
      lastReplay: ____,
      problem: _____,
      id: ______,
      ...fields
    } = schedule
    update.mutate({ cluster, schedule: id, ...fields, enabled: !enabled })
  }
  const fieldWords = useFieldWords()
  const failure = update.error ?? remove.error
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-1 border-b border-line-soft px-4 py-2">
      <span className="min-w-48 flex-1">
        <b className="font-semibold">{name}</b>{' '}
        <Status kind={problem !== null ? 'error' : enabled ? 'ok' : 'empty'}>
          {t(enabled ? 'on' : 'off')}
        </Status>
        <span className="block text-meta text-text-2">
          {schedule.kind === 'rule' ? (
            t('ruleLine', {
              n: schedule.perMinute,
              attempts: schedule.attempts,
              minutes: schedule.delayMinutes,
            })
          ) : (
            <>
              {t('onceLine')} <Timestamp at={schedule.at ?? null} withZone />
            </>
          )}
        </span>
      </span>
      <span className="mono-sm min-w-48 flex-1 wrap-anywhere text-text-2">
        {schedule.kind === 'rule' ? (
          <>
            {schedule.exceptionClass}
            <span
              className={schedule.topics.length === 0 ? 'block font-sans text-text-3' : 'block text-text-3'}
            >
              {schedule.topics.length === 0 ? t('allTopics') : schedule.topics.join(', ')}
            </span>
          </>
        ) : (
          <Link
            className="font-sans text-accent"
            title={schedule.fingerprint}
            href={routes.deadLetterIssue(cluster, schedule.fingerprint ?? '')}
          >
            <IssueName cluster={cluster} fingerprint={schedule.fingerprint ?? ''} />
          </Link>
        )}
      </span>
      <span className="min-w-40 text-meta text-text-2 sm:w-44">
        {t('by', { by: schedule.by })}
        <span className="block">
          {schedule.lastReplay === null ? (
            t('neverRun')
          ) : (
            <Link className="text-accent" href={routes.replay(cluster, schedule.lastReplay)}>
              <TimeAgo at={schedule.lastRunAt ?? schedule.changedAt} />
            </Link>
          )}
        </span>
        {problem === null ? null : <span className="block text-error">{words(problem).title}</span>}
      </span>
      <span className="flex gap-2 sm:min-w-48 sm:justify-end">
        <ActionButton
          size="sm"
          // On a phone what runs away can be stopped; nothing is begun or changed there.
          className={enabled ? undefined : 'max-sm:hidden'}
          reason={reason}
          busy={update.isPending}
          onClick={flip}
        >
          {t(enabled ? 'turnOff' : 'turnOn')}
        </ActionButton>
        <ActionButton size="sm" className="max-sm:hidden" reason={reason} onClick={onEdit}>
          {t('edit')}
        </ActionButton>
        <ActionButton
          size="sm"
          className="max-sm:hidden"
          reason={reason}
          busy={remove.isPending}
          onClick={() => setRemoving(true)}
        >
          {t('remove')}
        </ActionButton>
      </span>
      {failure ? (
        <p className="w-full text-meta text-error">
          {words(failure.code).title} {failure.fields?.slice(0, 1).map(fieldWords)}
        </p>
      ) : null}
      <ConfirmDialog
        open={removing}
        onOpenChange={setRemoving}
        danger
        title={t('removeTitle', { name })}
        body={t('removeBody')}
        confirm={t('remove')}
        onConfirm={() => {
          setRemoving(false)
          remove.mutate({ cluster, schedule: id })
        }}
      />
    </li>
  )
}
