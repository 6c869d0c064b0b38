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

const PLACE = /^(\d{1,10})\/(\d{1,19})$/

/**
 * `?like=0/42` fills the form with that record, byte for byte. The notice says so, or why it could not be.
 * While `loading`, what the form shows is not what was asked for.
 */
export function useLikeRecord(
  cluster: string,
  topic: string,
  fill: (draft: ProduceDraft) => void,
): { notice: ReactNode; loading: boolean } {
  const t = useTranslations('produce')
  const words = useErrorWords()
  const [like] = useQueryState('like', parseAsString)
  const [settled, setSettled] = useState<string | null>(null)
  const [notice, setNotice] = useState<{ tone: 'info' | 'warn' | 'error'; text: string } | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a record is filled in once, not at every render
  useEffect(() => {
    const match = PLACE.exec(like ?? '')
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
      .finally(() => {
        if (!stop.signal.aborted) setSettled(like)
      })
    return () => stop.abort()
  }, [like, cluster, topic])
  const loading = like !== null && PLACE.test(like) && settled !== like
  const shown = loading ? { tone: 'info' as const, text: t('likeLoading', { place: like }) } : notice
  return { loading, notice: shown ? <Notice tone={shown.tone}>{shown.text}</Notice> : null }
}
