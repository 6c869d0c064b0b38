'use client'

import { useTranslations } from 'next-intl'
import type { OutputOf } from '@/lib/contracts/endpoint'
import type { groups } from '@/lib/contracts/groups'

type Marker = OutputOf<typeof groups.lagHistory>['markers'][number]

/** What happened, in a few words beside its line in the chart. */
export function useMarkerWords(): (marker: Marker) => string {
  const t = useTranslations('groups.marker')
  return ({ kind, detail }) => {
    if (kind === 'members') return t('members', { from: detail.from ?? '?', to: detail.to ?? '?' })
    return t(kind)
  }
}
