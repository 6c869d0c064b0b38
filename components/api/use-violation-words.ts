'use client'

import { useLocale, useTranslations } from 'next-intl'
import type { NameViolation } from '@/lib/contracts/topics'
import { formatDuration } from '@/lib/format'

type Params = Record<string, string | number>
type Translator = { (key: string, params?: Params): string; has(key: string): boolean }

/** The words of a broken rule in the reader's language; the server's English sentence where a code has none. */
export function useViolationWords(): (violation: NameViolation) => string {
  const t = useTranslations('naming') as unknown as Translator
  const locale = useLocale()
  return ({ code, params, message }) => {
    const key = `violation.${code}`
    if (!t.has(key)) return message
    const words: Params = { ...params }
    if (typeof words.segment === 'string' && t.has(`segment.${words.segment}`))
      words.segment = t(`segment.${words.segment}`)
    // The -1 that keeps for ever is no duration.
    const durations =
      code === 'retention-range'
        ? ['value', 'min', 'max']
        : code === 'retention-infinite'
          ? ['min', 'max']
          : []
    for (const name of durations) words[name] = formatDuration(Number(words[name]), locale)
    return t(key, words)
  }
}
