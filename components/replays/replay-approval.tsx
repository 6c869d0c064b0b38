'use client'

import { Check, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { useMe, usePermission } from '@/components/api/me'
import { QueryError } from '@/components/api/query-error'
import { useApiMutation } from '@/components/api/use-api'
import { ActionButton } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/dialog'
import { Field, Textarea } from '@/components/ui/input'
import { type Replay, replays } from '@/lib/contracts/replays'

/** Why the one who looks can't decide; null: they can. */
export function useApprovalRefusal(cluster: string, replay: Replay): string | null {
  const t = useTranslations('replays.approval')
  const permission = usePermission('request.approve', { cluster, topic: replay.sourceTopic })
  const me = useMe()
  return permission.reason ?? (me?.name === replay.by ? t('own') : null)
}

/** A second person lets it run, or declines with a reason; the server knows who asked for it and refuses their own. */
export function ReplayApproval({ cluster, replay }: { cluster: string; replay: Replay }) {
  const t = useTranslations('replays.approval')
  const invalidates = [replays.get, replays.list, replays.records]
  const approve = useApiMutation(replays.approve, { invalidates })
  const decline = useApiMutation(replays.decline, { invalidates })
  const [declining, setDeclining] = useState(false)
  const [reason, setReason] = useState('')
  const refusal = useApprovalRefusal(cluster, replay)
  const input = { cluster, replay: replay.id }
  const error = approve.error ?? decline.error
  return (
    <span className="flex flex-wrap items-center gap-2 max-sm:hidden">
      {error ? <QueryError compact error={error} /> : null}
      <ActionButton
        variant="primary"
        reason={refusal}
        icon={<Check size={16} />}
        busy={approve.isPending}
        onClick={() => approve.mutate(input)}
      >
        {t('approve', { n: replay.remaining })}
      </ActionButton>
      <ActionButton
        reason={refusal}
        icon={<X size={16} />}
        busy={decline.isPending}
        onClick={() => setDeclining(true)}
      >
        {t('decline')}
      </ActionButton>
      <ConfirmDialog
        open={declining}
        onOpenChange={setDeclining}
        danger
        title={t('declineTitle', { by: replay.by })}
        body={t('declineBody')}
        confirm={t('decline')}
        busy={reason.trim() === ''}
        onConfirm={() => {
          setDeclining(false)
          decline.mutate({ ...input, reason: reason.trim() })
        }}
      >
        <Field label={t('reason')} required className="mt-3">
          {({ invalid: _, ...ids }) => (
            <Textarea
              {...ids}
              rows={2}
              maxLength={1000}
              value={reason}
              onChange={event => setReason(event.currentTarget.value)}
            />
          )}
        </Field>
      </ConfirmDialog>
    </span>
  )
}
