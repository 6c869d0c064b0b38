'use client'

import { useLocale, useTranslations } from 'next-intl'
import { useZone } from '@/components/ui/clock'
import { nameInvisible } from '@/components/ui/split-invisible'
import {
  formatDuration,
  formatInteger,
  formatShift,
  formatTimestamp,
  middleTruncate,
  zoneLabel,
} from '@/lib/format'
import { parseDuration } from '@/lib/lag/offset-target'
import { parseInstant } from '@/lib/parse-time'

const KINDS = ['earliest', 'latest', 'offset', 'time', 'duration', 'shift', 'group', 'csv'] as const

/** Of a group's name: the words stand over a chart, too. */
const MOST_NAMED = 60

/** `shift:-5` as a person says it; what this version does not know stays as it is. */
export function useTargetWords(): (to: string) => string {
  const t = useTranslations('offsets.words')
  const locale = useLocale()
  const zone = useZone()
  const inWords = (kind: string, value: string): string => {
    if (kind === 'shift') return formatShift(value, locale)
    if (kind === 'offset') return formatInteger(value, locale)
    const ms = kind === 'duration' ? parseDuration(value) : kind === 'time' ? parseInstant(value) : null
    if (ms === null) return nameInvisible(middleTruncate(value, MOST_NAMED))
    if (kind === 'duration') return formatDuration(ms, locale)
    return `${formatTimestamp(ms, zone, ms % 1000 === 0 ? 's' : 'ms')} ${zoneLabel(zone, ms)}`
  }
  return to => {
    const colon = to.indexOf(':')
    const head = colon < 0 ? to : to.slice(0, colon)
    const kind = KINDS.find(known => known === head)
    return kind ? t(kind, { value: inWords(kind, to.slice(colon + 1)) }) : to
  }
}
