'use client'

import { useTranslations } from 'next-intl'
import { parseAsString, useQueryState } from 'nuqs'
import { type ReactNode, useEffect, useState } from 'react'
import { toApiError } from '@/components/api/api-error'
import { apiUrl, call, errorOf } from '@/components/api/call'
import { useErrorWords } from '@/components/api/use-error-words'
import { Notice } from '@/components/ui/notice'
import { messages } from '@/lib/contracts/messages'
import { base64OfBytes, draftOf, type ProduceDraft } from './draft'

/** `?like=0/42` fills the form with that record, byte for byte. The notice says so, or why it could not be. */
export function useLikeRecord(
  cluster: string,
  topic: string,
  fill: (draft: ProduceDraft) => void,
): { notice: ReactNode } {
  const t = useTranslations('produce')
  const words = useErrorWords()
  const [like] = useQueryState('like', parseAsString)
  const [notice, setNotice] = useState<{ tone: 'info' | 'warn' | 'error'; text: string } | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a record is filled in once, not at every render
  useEffect(() => {
    const match = /^(\d{1,10})\/(\d{1,19})$/.exec(like ?? '')
    if (!match) return
    const address = { cluster, topic, partition: Number(match[1]), offset: match[2] ?? '0' }
    const stop = new AbortController()
    const raw = async (part: 'key' | 'value') => {
      const response = await fetch(apiUrl(messages.raw, { ...address, part }), { signal: stop.signal })
      if (!response.ok) throw await errorOf(response)
      return base64OfBytes(new Uint8Array(await response.arrayBuffer()))
    }
    call(messages.get, address, { signal: stop.signal })
      .then(message => draftOf(topic, message, raw))
      .then(({ draft, cutHeaders }) => {
        if (stop.signal.aborted) return
        fill(draft)
        setNotice(
          cutHeaders > 0
            ? { tone: 'warn', text: t('likeCut', { n: cutHeaders }) }
            : { tone: 'info', text: t('like', { place: `P${address.partition} / ${address.offset}` }) },
        )
      })
      .catch(thrown => {
        if (stop.signal.aborted) return
        const error = toApiError(thrown)
        setNotice({ tone: 'error', text: words(error.code, error.params).title })
      })
    return () => stop.abort()
  }, [like, cluster, topic])
  return { notice: notice ? <Notice tone={notice.tone}>{notice.text}</Notice> : null }
}
