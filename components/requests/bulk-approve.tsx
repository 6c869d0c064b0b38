'use client'

import { useQueries } from '@tanstack/react-query'
import { Check } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import type { ApiError } from '@/components/api/api-error'
import { call } from '@/components/api/call'
import { queryKey } from '@/components/api/query-key'
import { useErrorWords } from '@/components/api/use-error-words'
import { useViolationWords } from '@/components/api/use-violation-words'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/dialog'
import { Status } from '@/components/ui/status'
import { VisibleText } from '@/components/ui/visible-text'
import { type RequestDetail, type RequestRow, requests } from '@/lib/contracts/requests'

/** Asks before several requests are approved: which they are, and what speaks against each now. */
export function BulkApprove({
  chosen,
  busy,
  onApprove,
}: {
  chosen: readonly RequestRow[]
  busy: boolean
  onApprove: () => void
}) {
  const t = useTranslations('requests')
  const [asking, setAsking] = useState(false)
  const checks = useQueries({
    queries: chosen.map(({ cluster, id }) => ({
      queryKey: queryKey(requests.get, { cluster, id }),
      queryFn: ({ signal }: { signal: AbortSignal }) => call(requests.get, { cluster, id }, { signal }),
      enabled: asking,
    })),
  })
  const refused = checks.filter(({ data }) => data && isRefused(data)).length
  const title = t('approveMany', { n: chosen.length })
  return (
    <>
      {chosen.length > 0 ? (
        <Button
          size="sm"
          variant="primary"
          icon={<Check size={14} />}
          busy={busy}
          onClick={() => setAsking(true)}
        >
          {title}
        </Button>
      ) : null}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={title}
        body={t('approveManyBody')}
        confirm={title}
        onConfirm={() => {
          setAsking(false)
          onApprove()
        }}
      >
        {refused > 0 ? (
          <p role="status" className="mt-2 text-warn">
            {t('bulk.against', { n: refused })}
          </p>
        ) : null}
        <ul className="mt-2 flex flex-col gap-2">
          {chosen.map((row, i) => (
            <li key={row.id} className="border-l-2 border-line pl-3">
              <RequestName request={row} /> · {row.by}
              <Findings data={checks[i]?.data} error={(checks[i]?.error ?? null) as ApiError | null} />
            </li>
          ))}
        </ul>
      </ConfirmDialog>
    </>
  )
}

/** Number, kind and topic of a request, as a line of a list says it. */
export function RequestName({ request }: { request: Pick<RequestRow, 'id' | 'kind' | 'topic'> }) {
  const t = useTranslations('requests')
  const kinds = useTranslations('requests.kinds')
  return (
    <>
      #{request.id} {kinds(request.kind)}{' '}
      <bdi translate="no" className="mono-sm wrap-anywhere">
        {request.topic === '' ? t('noName') : <VisibleText text={request.topic} />}
      </bdi>
    </>
  )
}

const isRefused = ({ review }: RequestDetail) =>
  review !== null && (review.violations.length > 0 || review.broker?.ok === false)

function Findings({ data, error }: { data: RequestDetail | undefined; error: ApiError | null }) {
  const t = useTranslations('requests')
  const words = useViolationWords()
  const errors = useErrorWords()
  const untold = error?.code ?? data?.problems[0]?.code
  if (untold !== undefined)
    return (
      <span className="block text-text-3">
        {t('bulk.unchecked', { reason: errors(untold, error?.params ?? {}).title })}
      </span>
    )
  if (data === undefined) return <span className="block text-text-3">{t('bulk.checking')}</span>
  const { review } = data
  if (review === null) return null
  const { broker } = review
  return (
    <span className="flex flex-col">
      {review.violations.map(one => (
        <Status key={`${one.field} ${one.code}`} kind="error">
          {words(one)}
        </Status>
      ))}
      {broker?.ok === false ? (
        <Status kind="error">
          {t('review.brokerRefused', {
            reason: broker.message ?? errors(broker.code ?? 'KAFKA_ERROR', {}).title,
          })}
        </Status>
      ) : null}
      {review.warnings.map(one => (
        <Status key={`${one.field} ${one.code}`} kind="warn">
          {words(one)}
        </Status>
      ))}
      {isRefused(data) || review.warnings.length > 0 ? null : <Status kind="ok">{t('bulk.fine')}</Status>}
    </span>
  )
}
