'use client'

import { Archive, Check, CheckCheck, RotateCcw, UserRound } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type ReactNode, useState } from 'react'
import { useMe, usePermission } from '@/components/api/me'
import { useApiMutation } from '@/components/api/use-api'
import { ActionButton, Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field, Input } from '@/components/ui/input'
import { useToast } from '@/components/ui/toast'
import { deadLetterTriage, type TriageStatus } from '@/lib/contracts/dead-letter-triage'
import type { DeadLetterIssue } from '@/lib/contracts/dead-letters'
import { ISSUE_QUERIES } from './dead-letters-query'
import { DropButton } from './drop-button'
import { MergeButton } from './merge-button'
import { FailedLine, ReasonDialog } from './reason-dialog'

type Asked = 'resolved' | 'archived' | 'assign' | null
const DECIDED: ReadonlySet<string> = new Set(['resolved', 'archived'])

/** Acknowledge, assign, resolve or archive with a reason, and take it back: for one issue or for several at once. */
export function IssueTriage({
  cluster,
  issues,
  size = 'md',
  onDone,
}: {
  cluster: string
  issues: readonly DeadLetterIssue[]
  size?: 'md' | 'sm'
  onDone?: () => void
}) {
  const t = useTranslations('dead-letters.triage')
  const toast = useToast()
  const [asked, setAsked] = useState<Asked>(null)
  const topic = issues[0]?.topic
  const { reason } = usePermission('deadletter.triage', {
    cluster,
    ...(topic === undefined ? {} : { topic }),
  })
  const done = (words: string) => {
    setAsked(null)
    toast(words)
    onDone?.()
  }
  const setStatus = useApiMutation(deadLetterTriage.setStatus, {
    invalidates: ISSUE_QUERIES,
    onSuccess: ({ changed }, { status }) => done(t(`done.${status}`, { n: changed.length })),
  })
  const assign = useApiMutation(deadLetterTriage.assign, {
    invalidates: ISSUE_QUERIES,
    onSuccess: ({ changed }, { assignee }) =>
      done(
        assignee === null
          ? t('done.unassigned', { n: changed.length })
          : t('done.assigned', { n: changed.length, assignee }),
      ),
  })
  const fingerprints = issues.map(issue => issue.fingerprint)
  const decide = (status: TriageStatus, why?: string) =>
    setStatus.mutate({ cluster, fingerprints, status, ...(why ? { reason: why } : {}) })
  const button = (icon: ReactNode, words: string, run: () => void, busy = false) => (
    <ActionButton size={size} reason={reason} icon={icon} busy={busy} onClick={run}>
      {words}
    </ActionButton>
  )
  const open = issues.some(issue => !DECIDED.has(issue.status))
  const unseen = issues.some(issue => issue.status === 'new' || issue.status === 'refailed')
  const error = setStatus.error ?? assign.error
  return (
    <span className="flex flex-wrap items-center gap-2">
      {unseen
        ? button(
            <Check size={16} />,
            t('acknowledge'),
            () => decide('acknowledged'),
            setStatus.isPending && asked === null,
          )
        : null}
      {button(<UserRound size={16} />, t('assign'), () => setAsked('assign'))}
      {open ? (
        <>
          {button(<CheckCheck size={16} />, t('resolve'), () => setAsked('resolved'))}
          {button(<Archive size={16} />, t('archive'), () => setAsked('archived'))}
        </>
      ) : (
        button(<RotateCcw size={16} />, t('reopen'), () => decide('new'), setStatus.isPending)
      )}
      <DropButton
        size={size}
        cluster={cluster}
        what={{ fingerprints: issues.filter(issue => issue.open > 0).map(issue => issue.fingerprint) }}
        topic={topic}
        count={issues.reduce((sum, issue) => sum + issue.open, 0)}
        onDone={onDone}
      />
      {issues.length > 1 ? (
        <MergeButton size={size} cluster={cluster} issues={issues} onDone={onDone} />
      ) : null}
      {error && asked === null ? <FailedLine code={error.code} /> : null}
      {asked === 'assign' ? (
        <AssignDialog
          n={issues.length}
          assignee={issues.length === 1 ? (issues[0]?.assignee ?? null) : null}
          busy={assign.isPending}
          failure={assign.error ? <FailedLine code={assign.error.code} /> : null}
          onClose={() => setAsked(null)}
          onAssign={assignee => assign.mutate({ cluster, fingerprints, assignee })}
        />
      ) : null}
      {asked === 'resolved' || asked === 'archived' ? (
        <ReasonDialog
          title={t(`${asked}Title`, { n: issues.length })}
          body={t(`${asked}Body`)}
          confirm={t(`${asked}Confirm`, { n: issues.length })}
          busy={setStatus.isPending}
          error={setStatus.error}
          onClose={() => setAsked(null)}
          onConfirm={why => decide(asked, why)}
        />
      ) : null}
    </span>
  )
}

function AssignDialog({
  n,
  assignee,
  busy,
  failure,
  onClose,
  onAssign,
}: {
  n: number
  assignee: string | null
  busy: boolean
  failure: ReactNode
  onClose: () => void
  onAssign: (assignee: string | null) => void
}) {
  const t = useTranslations('dead-letters.triage')
  const common = useTranslations('common')
  const me = useMe()
  const [name, setName] = useState(assignee ?? '')
  const trimmed = name.trim()
  return (
    <Dialog
      open
      onOpenChange={open => (open ? undefined : onClose())}
      size="sm"
      title={t('assignTitle', { n })}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button variant="primary" busy={busy} onClick={() => onAssign(trimmed === '' ? null : trimmed)}>
            {trimmed === '' ? t('unassign') : t('assign')}
          </Button>
        </>
      }
    >
      <Field
        className="mt-3"
        label={t('assignee')}
        hint={t('assigneeHint')}
        aside={
          me ? (
            <Button size="xs" variant="ghost" onClick={() => setName(me.name)}>
              {t('toMe')}
            </Button>
          ) : null
        }
      >
        {ids => (
          <Input
            id={ids.id}
            aria-describedby={ids['aria-describedby']}
            maxLength={100}
            value={name}
            onChange={event => setName(event.currentTarget.value)}
          />
        )}
      </Field>
      {failure}
    </Dialog>
  )
}
