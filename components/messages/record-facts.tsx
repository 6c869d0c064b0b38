'use client'

import { useTranslations } from 'next-intl'
import { Tag } from '@/components/ui/badge'
import { TimeAgo, Timestamp } from '@/components/ui/time'
import { Bytes } from '@/components/ui/value'
import type { Message } from '@/lib/contracts/messages'
import { TransactionTag } from './transaction-tag'

/** The line under a record's address: when, how old, how large, and what its transaction came to. */
export function RecordFacts({ message }: { message: Message }) {
  const t = useTranslations('messages')
  return (
    <>
      {message.timestamp === null ? (
        <span>{t('noTimestamp')}</span>
      ) : (
        <>
          <Timestamp at={message.timestamp} withZone />
          <TimeAgo at={message.timestamp} />
        </>
      )}
      <Bytes value={message.size} />
      {message.compression === 'none' ? null : <span>{message.compression}</span>}
      {message.transactional && !message.aborted && !message.undecided ? (
        <Tag>{t('record.meta_.transactional')}</Tag>
      ) : null}
      <TransactionTag message={message} />
    </>
  )
}
