'use client'

import { useTranslations } from 'next-intl'
import { Tag } from '@/components/ui/badge'
import type { Message } from '@/lib/contracts/messages'

/** What became of a record's transaction, where committed readers don't see it: aborted, or not decided yet. */
export function TransactionTag({ message }: { message: Pick<Message, 'aborted' | 'undecided'> }) {
  const t = useTranslations('messages')
  if (message.aborted) return <Tag title={t('abortedHelp')}>{t('aborted')}</Tag>
  if (message.undecided) return <Tag title={t('undecidedHelp')}>{t('undecided')}</Tag>
  return null
}
