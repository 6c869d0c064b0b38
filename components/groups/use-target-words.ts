'use client'

import { useLocale, useTranslations } from 'next-intl'
import { nameInvisible } from '@/components/ui/split-invisible'
import { formatInteger, formatShift, middleTruncate } from '@/lib/format'

const KINDS = ['earliest', 'latest', 'offset', 'time', 'duration', 'shift', 'group', 'csv'] as const

/** Of a group's name: the words stand over a chart, too. */
const MOST_NAMED = 60

/** `shift:-5` as a person says it; what this version does not know stays as it is. */
export function useTargetWords(): (to: string) => string {
  const t = useTranslations('offsets.words')
  const locale = useLocale()
  const inWords = (kind: string, value: string) =>
    kind === 'shift'
      ? formatShift(value, locale)
      : kind === 'offset'
        ? formatInteger(value, locale)
        : nameInvisible(middleTruncate(value, MOST_NAMED))
  return to => {
    const colon = to.indexOf(':')
    const head = colon < 0 ? to : to.slice(0, colon)
    const kind = KINDS.find(known => known === head)
    return kind ? t(kind, { value: inWords(kind, to.slice(colon + 1)) }) : to
  }
}
