'use client'

import { useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { ClusterName, useClusterSummary } from '@/components/api/clusters'
import { usePermission } from '@/components/api/me'
import { ProblemsNotice, QueryError, StaleNotice } from '@/components/api/query-error'
import { QueryWait } from '@/components/api/query-wait'
import { useApi, useApiMutation } from '@/components/api/use-api'
import { useErrorWords } from '@/components/api/use-error-words'
import { Review } from '@/components/change/request-review'
import { EnvChip } from '@/components/ui/badge'
import { ActionButton } from '@/components/ui/button'
import { Field } from '@/components/ui/input'
import { KeyValueList } from '@/components/ui/key-value'
import { Notice } from '@/components/ui/notice'
import { PageHeader } from '@/components/ui/page-header'
import { Panel } from '@/components/ui/panel'
import { Status } from '@/components/ui/status'
import { Timestamp } from '@/components/ui/time'
import { type RequestDetail, requests } from '@/lib/contracts/requests'
import { AskedChange } from './asked-change'
import { CallingTextarea } from './calling-textarea'
import { KeptUsers } from './kept-users'
import { RequestActions } from './request-actions'
import { Approvals, RequestStatus, RequestTopic } from './request-cells'
import { Timeline } from './request-timeline'

const POLL_MS = 5_000

/** One request: what is asked, how it stands now, what happened, and what the reader may do about it. */
export function RequestPage({ cluster, request }: { cluster: string; request: string }) {
  const t = useTranslations('requests')
  const kinds = useTranslations('requests.kinds')
  const query = useApi(requests.get, { cluster, id: request }, { pollMs: POLL_MS })
  const { data, error, refetch } = query
  const summary = useClusterSummary(cluster)
  if (!data)
    return (
      <>
        <PageHeader title={`#${request}`} />
        <QueryWait query={query} lines={8} />
      </>
    )
  return (
    <>
      <PageHeader
        title={
          <span className="wrap-anywhere">
            #{data.id} {kinds(data.kind)}{' '}
            <bdi translate="no" className="mono font-normal">
              {data.topic || t('noName')}
            </bdi>
          </span>
        }
        chips={
          <>
            {summary ? <EnvChip environment={summary.environment} /> : null}
            <RequestStatus state={data.state} />
          </>
        }
      />
      <StaleNotice error={error} onRetry={() => void refetch()} />
      <ProblemsNotice problems={data.problems} />
      <Outcome request={data} />
      <div className="min-h-0 flex-1 overflow-auto">
        <div className="grid max-w-280 gap-4 px-4 py-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
          <div className="flex min-w-0 flex-col gap-4">
            <RequestActions request={data} />
            {data.review ? <Review review={data.review} /> : null}
            <Panel title={t('facts')}>
              <div className="flex flex-col gap-3 px-4 py-3">
                {isReviewed(data.review) ? null : <AskedChange request={data} />}
                <KeyValueList items={factsOf(data, t)} />
              </div>
            </Panel>
          </div>
          <div className="flex min-w-0 flex-col gap-4">
            <Timeline events={data.events} topic={data.topic} />
            {data.state === 'draft' ? null : <Comment request={data} />}
          </div>
        </div>
      </div>
    </>
  )
}

/** Does the review above tell the change already? */
const isReviewed = (review: RequestDetail['review']) =>
  review !== null && review.diff.length + review.configs.length > 0

function factsOf(request: RequestDetail, t: ReturnType<typeof useTranslations<'requests'>>) {
  const { change, users } = request
  return [
    { label: t('column.topic'), value: <RequestTopic topic={request.topic} /> },
    { label: t('column.cluster'), value: <ClusterName id={request.cluster} /> },
    { label: t('column.by'), value: request.by },
    change.override && !OPEN.has(request.state)
      ? { label: t('notice.override'), value: <Status kind="warn">{t('notice.overrides')}</Status> }
      : null,
    request.owner ? { label: t('column.owner'), value: request.owner } : null,
    request.purpose
      ? { label: t('notice.purpose'), value: <span className="whitespace-pre-wrap">{request.purpose}</span> }
      : null,
    users.filed ? { label: t('notice.usersFiled'), value: <KeptUsers users={users.filed} /> } : null,
    users.applied ? { label: t('notice.usersApplied'), value: <KeptUsers users={users.applied} /> } : null,
    change.description ? { label: t('description'), value: change.description } : null,
    {
      label: t('column.approvals'),
      value: (
        <>
          <Approvals request={request} />
          {request.approvals.map(one => (
            <span key={one.by} className="block">
              {one.by} · {t(`via.${viaOf(one.via)}`)} · <Timestamp at={one.at} precision="s" withZone />
            </span>
          ))}
        </>
      ),
    },
    request.expiresAt && request.state === 'pending'
      ? { label: t('expires'), value: <Timestamp at={request.expiresAt} precision="m" withZone /> }
      : null,
    ...request.links.map(href => ({
      label: t('link'),
      value: (
        <a href={href} rel="noreferrer noopener" target="_blank" className="text-accent wrap-anywhere">
          {href}
        </a>
      ),
    })),
    ...request.outside.map(one => ({
      label: one.channel,
      value: one.url ? (
        <a href={one.url} rel="noreferrer noopener" target="_blank" className="text-accent">
          {one.key}
        </a>
      ) : (
        one.key
      ),
    })),
  ]
}

const viaOf = (via: string) => (via === 'slack' || via === 'jira' || via === 'api' ? via : 'console')

/** Somebody may still decide otherwise. */
const OPEN: ReadonlySet<RequestDetail['state']> = new Set(['pending', 'changes-requested', 'approved'])

/** What became of it, where that is more than the state; of what waits, what a decision must not miss. */
function Outcome({ request }: { request: RequestDetail }) {
  const t = useTranslations('requests')
  const words = useErrorWords()
  const { failure, outcome, state } = request
  if (state === 'failed' && failure) {
    const { title, hint } = words(failure.code, failure.params)
    const { field } = failure.params
    const named = field === 'partitions' || field === 'replicationFactor' ? t(`notice.${field}`) : field
    return (
      <Notice tone="error">
        {t('failed')} {title}
        {named ? ` (${named})` : ''}. {hint} {t('failedNext')}
      </Notice>
    )
  }
  if (request.change.override && OPEN.has(state)) return <Notice tone="warn">{t('notice.overrides')}</Notice>
  if (state === 'draft' && request.review === null && request.problems.length === 0)
    return <Notice tone="info">{t('unfinished')}</Notice>
  if (state === 'applied' && outcome !== null && outcome !== 'done')
    return <Notice tone="info">{t(`outcome.${outcome}`)}</Notice>
  return null
}

function Comment({ request }: { request: RequestDetail }) {
  const t = useTranslations('requests')
  const [text, setText] = useState('')
  const { cluster, topic, id } = request
  const permission = usePermission('request.file', { cluster, topic })
  const comment = useApiMutation(requests.comment, {
    invalidates: [requests.get],
    onSuccess: () => setText(''),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (text.trim() !== '' && permission.reason === null && !comment.isPending)
      comment.mutate({ cluster, id, text: text.trim() })
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-2">
      <Field label={t('comment')} hint={t('actions.mentionHint')}>
        {({ invalid, ...ids }) => (
          <CallingTextarea
            {...ids}
            request={request}
            invalid={invalid}
            rows={3}
            maxLength={2000}
            value={text}
            onValueChange={setText}
          />
        )}
      </Field>
      {comment.error ? <QueryError compact error={comment.error} /> : null}
      <span className="self-end">
        <ActionButton
          type="submit"
          reason={permission.reason ?? (text.trim() === '' ? t('commentEmpty') : null)}
          busy={comment.isPending}
        >
          {t('addComment')}
        </ActionButton>
      </span>
    </form>
  )
}
