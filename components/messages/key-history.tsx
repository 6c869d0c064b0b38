'use client'

import { useTranslations } from 'next-intl'
import { toApiError } from '@/components/api/api-error'
import { QueryError } from '@/components/api/query-error'
import type { RecordAddress } from '@/components/record/record-copies'
import { LinkButton } from '@/components/ui/button'
import { SkeletonLines } from '@/components/ui/skeleton'
import type { Message } from '@/lib/contracts/messages'
import { routes } from '@/lib/routes'
import { RecordRow } from './record-row'
import { useKeyHistory } from './use-key-history'

const LENGTH = { older: 10, newer: 5 }

/** What else was written with this key into this partition: ten records before, five after, the newest first. */
export function KeyHistory({ address, message }: { address: RecordAddress; message: Message }) {
  const t = useTranslations('messages.record')
  const { data, error, refetch } = useKeyHistory(address, message, LENGTH)
  if (error) return <QueryError compact error={toApiError(error)} onRetry={() => void refetch()} />
  if (!data) return <SkeletonLines lines={6} className="px-4" />
  if (data.condition === null) return <p className="px-4 py-2 text-text-3">{t('historyNoKey')}</p>
  const all = routes.topic(address.cluster, address.topic, 'messages', { ...data.condition })
  return (
    <>
      {data.rows.length === 0 ? (
        <p className="px-4 py-2 text-text-3">{t('historyNone')}</p>
      ) : (
        <ol>
          {data.rows.map(row => (
            <RecordRow key={row.offset} row={row} beside={address} />
          ))}
        </ol>
      )}
      <p className="px-4 py-2">
        <LinkButton size="sm" href={all}>
          {t('historyMore')}
        </LinkButton>
      </p>
    </>
  )
}
