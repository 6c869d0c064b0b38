'use client'

import { useTranslations } from 'next-intl'
import { MonoId } from '@/components/ui/mono-id'
import { Status, type StatusKind } from '@/components/ui/status'
import type { RequestRow, RequestState } from '@/lib/contracts/requests'

const SHAPES: Record<RequestState, StatusKind> = {
  draft: 'empty',
  pending: 'stall',
  'changes-requested': 'warn',
  approved: 'running',
  applying: 'running',
  applied: 'ok',
  failed: 'error',
  declined: 'error',
  withdrawn: 'empty',
  expired: 'unknown',
}

/** Where a request stands; approved is not applied, and failed says why on its page. */
export function RequestStatus({ state }: { state: RequestState }) {
  const t = useTranslations('requests.states')
  return <Status kind={SHAPES[state]}>{t(state)}</Status>
}

/** The topic that it is about; a draft may have no name yet. */
export function RequestTopic({ topic, href }: { topic: string; href?: string }) {
  const t = useTranslations('requests')
  return (
    <MonoId
      id={topic}
      {...(topic === '' ? { short: t('noName') } : {})}
      {...(href === undefined ? {} : { href, rowLink: true })}
    />
  )
}

/** How many approved of how many that must. */
export function Approvals({ request }: { request: RequestRow }) {
  const t = useTranslations('requests')
  return (
    <span title={request.approvals.map(one => one.by).join(', ') || undefined}>
      {t('approvalCount', { n: request.approvals.length, of: request.approvalsNeeded })}
    </span>
  )
}
