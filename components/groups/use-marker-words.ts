'use client'

import { useTranslations } from 'next-intl'
import type { OutputOf } from '@/lib/contracts/endpoint'
import type { groups } from '@/lib/contracts/groups'
import { useTargetWords } from './use-target-words'

type Marker = OutputOf<typeof groups.lagHistory>['markers'][number]

/** What happened, in a few words beside its line in the chart. */
export function useMarkerWords(): (marker: Marker) => string {
  const t = useTranslations('groups.marker')
  const target = useTargetWords()
  return ({ kind, detail }) => {
    const { joined, left } = detail
    if (kind === 'members')
      return typeof joined === 'number' && typeof left === 'number' && joined > 0 && left > 0
        ? t('deployed', { joined, left })
        : t('members', { from: detail.from ?? '?', to: detail.to ?? '?' })
    if (kind === 'reset' && detail.to === 'undo') return t('undone')
    if (kind === 'reset' && typeof detail.to === 'string') return t('resetTo', { to: target(detail.to) })
    return t(kind)
  }
}
