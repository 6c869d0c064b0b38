'use client'

import { Pause, Play, RotateCcw, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { usePermission } from '@/components/api/me'
import { QueryError } from '@/components/api/query-error'
import { useApi, useApiMutation } from '@/components/api/use-api'
import { ActionButton, LinkButton } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/dialog'
import { type Replay, replays } from '@/lib/contracts/replays'
import { routes } from '@/lib/routes'
import { ReplayApproval, useApprovalRefusal } from './replay-approval'
import { isOpen } from './replay-cells'
import { packRecords } from './selection'

/** Pause, go on, cancel; and for what failed, a new plan. Each says why it cannot. Not on phones. */
export function ReplayControls({ cluster, replay }: { cluster: string; replay: Replay }) {
  const t = useTranslations('replays.detail')
  const input = { cluster, replay: replay.id }
  const invalidates = [replays.get, replays.list, replays.records]
  const pause = useApiMutation(replays.pause, { invalidates })
  const resume = useApiMutation(replays.resume, { invalidates })
  const cancel = useApiMutation(replays.cancel, { invalidates })
  const [confirming, setConfirming] = useState(false)
  const permission = usePermission('replay.run', { cluster, topic: replay.sourceTopic })
  const refusal = useApprovalRefusal(cluster, replay)
  if (permission.readOnly) return null
  if (replay.state === 'awaiting-approval')
    return (
      <span className="flex flex-col gap-1 sm:items-end">
        <span className="flex flex-wrap items-center gap-2 max-sm:hidden">
          <ReplayApproval cluster={cluster} replay={replay} />
          <ActionButton
            variant="ghost"
            reason={permission.reason}
            busy={cancel.isPending}
            onClick={() => cancel.mutate(input)}
          >
            {t('withdraw')}
          </ActionButton>
        </span>
        {refusal ? <span className="text-meta text-text-2">{refusal}</span> : null}
        <NotOnPhones />
      </span>
    )
  if (!isOpen(replay.state)) return <RetryFailed cluster={cluster} replay={replay} />
  const error = pause.error ?? resume.error ?? cancel.error
  return (
    <>
      <span className="flex flex-wrap items-center gap-2 max-sm:hidden">
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
            variant="primary"
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
          {t('cancelRest', { n: replay.remaining })}
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
      </span>
      <NotOnPhones />
    </>
  )
}

/** A phone only reads: it says so where the buttons would stand. */
function NotOnPhones() {
  const t = useTranslations('replays.detail')
  return <span className="text-meta text-text-3 sm:hidden">{t('controlsNotOnPhones')}</span>
}

/** More do not fit into an address. */
const MOST_IN_A_LINK = 500

/** What failed or was cancelled is safe to plan again; what is unknown is not, until it was compared. */
function RetryFailed({ cluster, replay }: { cluster: string; replay: Replay }) {
  const t = useTranslations('replays.detail')
  const input = { cluster, replay: replay.id, limit: MOST_IN_A_LINK }
  const failed = useApi(replays.records, { ...input, outcome: 'failed' }, { enabled: replay.failed > 0 })
  const cancelled = useApi(
    replays.records,
    { ...input, outcome: 'cancelled' },
    { enabled: replay.cancelled > 0 },
  )
  const records = [...(failed.data?.items ?? []), ...(cancelled.data?.items ?? [])].slice(0, MOST_IN_A_LINK)
  if (records.length === 0) return null
  return (
    <LinkButton
      className="max-sm:hidden"
      icon={<RotateCcw size={16} />}
      href={routes.newReplay(cluster, { topic: replay.sourceTopic, records: packRecords(records) })}
    >
      {t('retryFailed', { n: records.length })}
    </LinkButton>
  )
}
