'use client'

import { RotateCcw, Send } from 'lucide-react'
import Link from 'next/link'
import { useLocale, useTranslations } from 'next-intl'
import { useQueryState } from 'nuqs'
import { useFreshness } from '@/components/api/freshness'
import { usePermission } from '@/components/api/me'
import { QueryError } from '@/components/api/query-error'
import { useApi, useApiMutation } from '@/components/api/use-api'
import { useApiPages } from '@/components/api/use-api-pages'
import { useErrorWords } from '@/components/api/use-error-words'
import { ActionButton, Button } from '@/components/ui/button'
import { type Column, DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { Notice } from '@/components/ui/notice'
import { PageHeader } from '@/components/ui/page-header'
import { ListFooter, Shown } from '@/components/ui/pagination'
import { Segmented } from '@/components/ui/segmented'
import { Status, type StatusKind } from '@/components/ui/status'
import { TimeAgo } from '@/components/ui/time'
import { Toolbar } from '@/components/ui/toolbar'
import { notices, type OutboxMessage } from '@/lib/contracts/notices'
import { NOTICE_STATES, noticesInput, noticesParams } from './notices-query'

const SHAPES: Record<OutboxMessage['state'], StatusKind> = { pending: 'running', sent: 'ok', dead: 'error' }
const POLL_MS = 10_000

/**
 * Messages to Slack, Jira, webhooks and mailboxes: what waits, what was sent, what was given up and can be
 * sent again.
 */
export function NoticesView() {
  const t = useTranslations('notices')
  const [state, setState] = useQueryState('state', noticesParams.state)
  const summary = useApi(notices.summary, {}, { pollMs: POLL_MS })
  const { rows, first, query, loadMore } = useApiPages(notices.list, noticesInput(state))
  useFreshness({
    label: t('title'),
    at: query.dataUpdatedAt > 0 ? new Date(query.dataUpdatedAt).toISOString() : null,
    everyMs: POLL_MS,
    error: query.error,
    fetching: query.isFetching,
  })
  const columns = useNoticeColumns()
  if (query.error?.code === 'DENIED')
    return (
      <>
        <PageHeader title={t('title')} />
        <QueryError error={query.error} />
      </>
    )
  return (
    <>
      <PageHeader title={t('title')} aside={t('subtitle')} />
      {(summary.data?.dead ?? 0) > 0 ? (
        <Notice
          tone="error"
          action={
            state === 'dead' ? null : (
              <Button size="sm" onClick={() => void setState('dead')}>
                {t('showDead')}
              </Button>
            )
          }
        >
          {t('deadAlarm', { n: summary.data?.dead ?? 0 })}
        </Notice>
      ) : null}
      <Channels summary={summary.data} />
      <Toolbar label={t('title')}>
        <Segmented
          size="sm"
          label={t('state')}
          value={state}
          onValueChange={next => void setState(next)}
          options={NOTICE_STATES.map(value => ({ value, label: t(`states.${value}`) }))}
        />
      </Toolbar>
      {first === undefined && query.error ? (
        <QueryError error={query.error} onRetry={() => void query.refetch()} retrying={query.isFetching} />
      ) : (
        <DataTable
          label={t('list')}
          columns={columns}
          rows={rows}
          rowKey={row => row.id}
          rowHref={row => row.path}
          loading={first === undefined}
          onEndReached={loadMore}
          totalRows={first?.matchedIsLeast ? undefined : first?.matched}
          cardHeight={90}
          card={row => <NoticeCard message={row} />}
          empty={
            state === 'all' ? (
              <EmptyState title={t('none')} body={t('noneBody')} />
            ) : (
              <EmptyState
                title={t('noneInState', { state: t(`states.${state}`) })}
                body={t('noneInStateBody')}
                action={<Button onClick={() => void setState('all')}>{t('showAll')}</Button>}
              />
            )
          }
        />
      )}
      <ListFooter
        parts={[
          first === undefined ? null : (
            <Shown
              key="shown"
              from={1}
              shown={rows.length}
              matched={first.matched}
              matchedIsLeast={first.matchedIsLeast}
            />
          ),
          t('newestFirst'),
        ]}
      />
    </>
  )
}

function useNoticeColumns(): Column<OutboxMessage>[] {
  const t = useTranslations('notices')
  const locale = useLocale()
  return [
    { id: 'age', header: t('column.age'), width: 90, render: row => <TimeAgo at={row.createdAt} /> },
    { id: 'channel', header: t('column.channel'), width: 120, render: row => row.channel },
    {
      id: 'title',
      header: t('column.title'),
      rowHeader: true,
      render: row => (
        <Link href={row.path} className="text-text no-underline hover:text-accent">
          {row.title[locale === 'ko' ? 'ko' : 'en']}
        </Link>
      ),
    },
    {
      id: 'event',
      header: t('column.event'),
      width: 190,
      hideBelow: '2xl',
      render: row => <span className="mono-sm">{row.event}</span>,
    },
    {
      id: 'state',
      header: t('column.state'),
      width: 120,
      render: row => <Status kind={SHAPES[row.state]}>{t(`states.${row.state}`)}</Status>,
    },
    { id: 'attempts', header: t('column.attempts'), width: 80, hideBelow: 'md', render: row => row.attempts },
    {
      id: 'error',
      header: t('column.error'),
      width: 170,
      hideBelow: 'md',
      render: row => <Failure code={row.error} />,
    },
    { id: 'resend', header: t('column.resend'), width: 120, render: row => <Resend message={row} /> },
  ]
}

function NoticeCard({ message }: { message: OutboxMessage }) {
  const t = useTranslations('notices')
  const locale = useLocale()
  return (
    <span className="flex min-w-0 flex-col gap-1">
      <span className="flex items-center justify-between gap-2">
        <Link href={message.path} className="min-w-0 truncate text-text no-underline">
          {message.title[locale === 'ko' ? 'ko' : 'en']}
        </Link>
        <Status kind={SHAPES[message.state]}>{t(`states.${message.state}`)}</Status>
      </span>
      <span className="flex items-center justify-between gap-2 text-meta text-text-3">
        <span>
          {message.channel} · <TimeAgo at={message.createdAt} />
          {message.error ? (
            <>
              {' · '}
              <Failure code={message.error} />
            </>
          ) : null}
        </span>
        <Resend message={message} />
      </span>
    </span>
  )
}

function Failure({ code }: { code: string | null }) {
  const t = useTranslations('notices.failure') as unknown as {
    (key: string): string
    has(key: string): boolean
  }
  if (code === null) return '—'
  return t.has(code) ? t(code) : <span className="mono-sm">{code}</span>
}

function Resend({ message }: { message: OutboxMessage }) {
  const t = useTranslations('notices')
  const permission = usePermission('outbox.send')
  const resend = useApiMutation(notices.resend, { invalidates: [notices.list, notices.summary] })
  const words = useErrorWords()
  if (message.state === 'sent') return null
  // Where the button was: somebody else may have sent it, or it got through meanwhile.
  if (resend.error) return <span className="text-meta text-error">{words(resend.error.code, {}).title}</span>
  return (
    <ActionButton
      size="xs"
      icon={<RotateCcw size={12} />}
      reason={permission.reason}
      busy={resend.isPending}
      onClick={event => {
        event.preventDefault()
        event.stopPropagation()
        resend.mutate({ notice: message.id })
      }}
    >
      {t('resend')}
    </ActionButton>
  )
}

type Summary = NonNullable<ReturnType<typeof useApi<typeof notices.summary>>['data']>

function Channels({ summary }: { summary: Summary | undefined }) {
  const t = useTranslations('notices')
  const permission = usePermission('outbox.send')
  const test = useApiMutation(notices.test, { invalidates: [notices.list, notices.summary] })
  if (!summary) return null
  if (summary.channels.length === 0) return <Notice tone="info">{t('noChannels')}</Notice>
  return (
    <ul className="flex flex-wrap gap-2 px-4 py-2" aria-label={t('channels')}>
      {summary.channels.map(channel => (
        <li
          key={channel.name}
          className="flex items-center gap-2 rounded-panel border border-line px-3 py-1.5"
        >
          <b className="font-medium">{channel.name}</b>
          <span className="text-meta text-text-3">
            {channel.kind} · {channel.host} · {channel.events.join(', ')}
          </span>
          <ActionButton
            size="xs"
            icon={<Send size={12} />}
            reason={permission.reason}
            busy={test.isPending}
            onClick={() => test.mutate({ channel: channel.name })}
          >
            {t('test')}
          </ActionButton>
        </li>
      ))}
      {test.error ? <QueryError compact error={test.error} /> : null}
    </ul>
  )
}
