'use client'

import { useQueryClient } from '@tanstack/react-query'
import { Pause, Play, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { useFreshness } from '@/components/api/freshness'
import { usePermission } from '@/components/api/me'
import { QueryError, StaleNotice } from '@/components/api/query-error'
import { queryKey } from '@/components/api/query-key'
import { useApi, useApiMutation } from '@/components/api/use-api'
import { useStream } from '@/components/api/use-stream'
import { ActionButton } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/dialog'
import { Fact, PageHeader, StatStrip } from '@/components/ui/page-header'
import { Timestamp } from '@/components/ui/time'
import { Num } from '@/components/ui/value'
import { type Replay, replays } from '@/lib/contracts/replays'
import { isOpen, ReplayProgress, ReplayStateMark } from './replay-cells'
import { ReplayRecords } from './replay-records'

/** One replay while it runs and afterwards: counts, controls, and what became of each record. */
export function ReplayView({ cluster, replay }: { cluster: string; replay: string }) {
  const t = useTranslations('replays')
  const queries = useQueryClient()
  const input = { cluster, replay }
  const { data, error, isFetching, refetch } = useApi(replays.get, input, { pollMs: 5_000 })
  useStream(replays.events, input, {
    enabled: data?.state === 'running' || data?.state === 'paused',
    onEvents: events => {
      for (const event of events)
        if (event.event === 'replay') queries.setQueryData(queryKey(replays.get, input), event.data)
      if (events.some(event => event.event === 'done')) void refetch()
    },
  })
  useFreshness({ label: t('title'), at: null, everyMs: 5_000, error, fetching: isFetching })
  if (error && !data) return <QueryError error={error} onRetry={() => void refetch()} retrying={isFetching} />
  return (
    <>
      <PageHeader
        mono
        title={replay}
        chips={data ? <ReplayStateMark state={data.state} /> : null}
        aside={data ? <ReplayProgress replay={data} /> : null}
        facts={data ? <Facts replay={data} /> : <span>&nbsp;</span>}
        actions={data ? <Controls cluster={cluster} replay={data} /> : null}
      />
      <StaleNotice error={error} onRetry={() => void refetch()} />
      {data ? (
        <>
          <p className="sr-only" role="status">
            {t(`state.${data.state}`)}{' '}
            {t('detail.done', { ok: data.replayed, failed: data.failed, unknown: data.unknown })}
          </p>
          <StatStrip
            className="px-4 pb-3"
            items={(['replayed', 'refused', 'failed', 'cancelled', 'unknown', 'remaining'] as const).map(
              outcome => ({
                label: t(`outcome.${outcome}`),
                value: <Num value={data[outcome]} />,
              }),
            )}
          />
        </>
      ) : null}
      <ReplayRecords cluster={cluster} replay={replay} live={data ? isOpen(data.state) : false} />
    </>
  )
}

function Facts({ replay }: { replay: Replay }) {
  const t = useTranslations('replays')
  return (
    <>
      <Fact label={t('detail.source')}>
        <span className="mono-sm">{replay.sourceTopic}</span>
      </Fact>
      <Fact label={t('detail.targets')}>
        <span className="mono-sm">{replay.targets.map(target => target.topic).join(', ') || '—'}</span>
      </Fact>
      <span>{t(`new.guarantee.${replay.guarantee}`)}</span>
      <Fact label={t('detail.by')}>{replay.by}</Fact>
      <Fact label={t('detail.started')}>
        <Timestamp at={replay.startedAt ?? replay.createdAt} precision="s" withZone />
      </Fact>
      {replay.stateReason ? (
        <Fact label={t('detail.stateReason')}>
          <span className="mono-sm">{replay.stateReason}</span>
        </Fact>
      ) : null}
      {replay.reason ? <Fact label={t('detail.reason')}>{replay.reason}</Fact> : null}
    </>
  )
}

function Controls({ cluster, replay }: { cluster: string; replay: Replay }) {
  const t = useTranslations('replays.detail')
  const input = { cluster, replay: replay.id }
  const invalidates = [replays.get, replays.list]
  const pause = useApiMutation(replays.pause, { invalidates })
  const resume = useApiMutation(replays.resume, { invalidates })
  const cancel = useApiMutation(replays.cancel, { invalidates })
  const [confirming, setConfirming] = useState(false)
  const permission = usePermission('replay.run', { cluster, topic: replay.sourceTopic })
  if (!isOpen(replay.state) || permission.readOnly) return null
  const error = pause.error ?? resume.error ?? cancel.error
  return (
    <>
      {error ? <QueryError compact error={error} /> : null}
      {replay.state === 'running' ? (
        <ActionButton
          reason={permission.reason}
          icon={<Pause size={16} />}
          busy={pause.isPending}
          onClick={() => pause.mutate(input)}
        >
          {t('pause')}
        </ActionButton>
      ) : (
        <ActionButton
          reason={permission.reason}
          icon={<Play size={16} />}
          busy={resume.isPending}
          onClick={() => resume.mutate(input)}
        >
          {t('resume')}
        </ActionButton>
      )}
      <ActionButton
        reason={permission.reason}
        icon={<X size={16} />}
        busy={cancel.isPending}
        onClick={() => setConfirming(true)}
      >
        {t('cancel')}
      </ActionButton>
      <ConfirmDialog
        open={confirming}
        onOpenChange={setConfirming}
        danger
        title={t('cancelTitle', { n: replay.remaining })}
        body={t('cancelBody')}
        confirm={t('cancelConfirm', { n: replay.remaining })}
        onConfirm={() => {
          setConfirming(false)
          cancel.mutate(input)
        }}
      />
    </>
  )
}
