'use client'

import { Check, FilePen, MessageSquareReply, RotateCcw, Undo2, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import type { ApiError } from '@/components/api/api-error'
import { useApiMutation } from '@/components/api/use-api'
import { useErrorWords } from '@/components/api/use-error-words'
import { RequestError } from '@/components/change/request-error'
import { ActionButton, Button, LinkButton } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/input'
import { type RequestDetail, requests } from '@/lib/contracts/requests'
import { routes } from '@/lib/routes'
import { CallingTextarea } from './calling-textarea'
import { DeleteAnyway } from './delete-anyway'

type Asking = 'decline' | 'requestChanges' | null
const INVALIDATES = [requests.get, requests.listAll, requests.list]

/** Approve, give back, decline, withdraw, try again: each says why it cannot. What somebody else did first is told. */
export function RequestActions({ request }: { request: RequestDetail }) {
  const t = useTranslations('requests.actions')
  const errors = useErrorWords()
  const [asking, setAsking] = useState<Asking>(null)
  const invalidates = INVALIDATES
  const approve = useApiMutation(requests.approve, { invalidates })
  const decline = useApiMutation(requests.decline, { invalidates, onSuccess: () => setAsking(null) })
  const giveBack = useApiMutation(requests.requestChanges, { invalidates, onSuccess: () => setAsking(null) })
  const withdraw = useApiMutation(requests.withdraw, { invalidates })
  const retry = useApiMutation(requests.retry, { invalidates })
  const override = useApiMutation(requests.retry, { invalidates })
  const { may, cluster, id, kind, state, version } = request
  const input = { cluster, id, version }
  const reason = (code: string | null) => (code === null ? null : errors(code, {}).title)
  const shown = (code: string | null) => code !== 'STATE_CONFLICT'
  const error = approve.error ?? decline.error ?? giveBack.error ?? withdraw.error ?? retry.error
  return (
    // Of what is over there is nothing to do, and no room to keep for it.
    <div className="flex flex-col gap-2 [&:not(:has(:not(:empty)))]:hidden">
      <div className="flex flex-wrap items-center gap-2">
        {shown(may.approve) ? (
          <ActionButton
            variant="primary"
            icon={<Check size={16} />}
            reason={reason(may.approve)}
            busy={approve.isPending}
            onClick={() => approve.mutate(input)}
          >
            {t('approve')}
          </ActionButton>
        ) : null}
        {shown(may.decide) ? (
          <>
            <ActionButton
              icon={<MessageSquareReply size={16} />}
              reason={reason(may.decide)}
              onClick={() => setAsking('requestChanges')}
            >
              {t('requestChanges')}
            </ActionButton>
            <ActionButton
              icon={<X size={16} />}
              reason={reason(may.decide)}
              onClick={() => setAsking('decline')}
            >
              {t('decline')}
            </ActionButton>
          </>
        ) : null}
        {may.edit === null ? (
          <LinkButton
            {...(state === 'draft' || state === 'changes-requested' ? { variant: 'primary' as const } : {})}
            icon={<FilePen size={16} />}
            href={
              kind === 'create' ? routes.newTopic(cluster, { request: id }) : routes.editRequest(cluster, id)
            }
          >
            {t(state === 'draft' ? 'continue' : 'edit')}
          </LinkButton>
        ) : null}
        {may.retry === null ? (
          <Button
            variant="primary"
            icon={<RotateCcw size={16} />}
            busy={retry.isPending}
            onClick={() => retry.mutate(input)}
          >
            {t('retry')}
          </Button>
        ) : null}
        {shown(may.override) ? (
          <DeleteAnyway
            request={request}
            refusal={reason(may.override)}
            error={override.error}
            busy={override.isPending}
            onOpen={override.reset}
            onConfirm={() => override.mutate({ ...input, override: true, confirm: request.topic })}
          />
        ) : null}
        {may.withdraw === null ? (
          <Button icon={<Undo2 size={16} />} busy={withdraw.isPending} onClick={() => withdraw.mutate(input)}>
            {t('withdraw')}
          </Button>
        ) : null}
      </div>
      {error && asking === null ? <RequestError error={error} /> : null}
      <ReasonDialog
        request={request}
        asking={asking}
        error={decline.error ?? giveBack.error}
        busy={decline.isPending || giveBack.isPending}
        onClose={() => setAsking(null)}
        onSubmit={text => {
          if (asking === 'decline') decline.mutate({ ...input, reason: text })
          else giveBack.mutate({ ...input, reason: text })
        }}
      />
    </div>
  )
}

function ReasonDialog({
  request,
  asking,
  error,
  busy,
  onClose,
  onSubmit,
}: {
  request: RequestDetail
  asking: Asking
  error: ApiError | null
  busy: boolean
  onClose: () => void
  onSubmit: (reason: string) => void
}) {
  const t = useTranslations('requests.actions')
  const common = useTranslations('common')
  const [text, setText] = useState('')
  return (
    <Dialog
      open={asking !== null}
      onOpenChange={open => {
        if (!open) onClose()
      }}
      size="sm"
      title={t(asking ?? 'decline')}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button
            variant={asking === 'decline' ? 'danger' : 'primary'}
            disabled={text.trim() === ''}
            busy={busy}
            onClick={() => onSubmit(text.trim())}
          >
            {t(asking ?? 'decline')}
          </Button>
        </>
      }
    >
      <Field label={t('reason')} required hint={t('mentionHint')}>
        {({ invalid, ...ids }) => (
          <CallingTextarea
            {...ids}
            request={request}
            invalid={invalid}
            rows={4}
            maxLength={2000}
            value={text}
            onValueChange={setText}
          />
        )}
      </Field>
      {error ? <RequestError error={error} /> : null}
    </Dialog>
  )
}
