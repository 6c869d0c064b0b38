'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { useZone } from '@/components/ui/clock'
import type { OutputOf } from '@/lib/contracts/endpoint'
import type { groups } from '@/lib/contracts/groups'
import { formatTimestamp } from '@/lib/format'
import { routes } from '@/lib/routes'
import { useMarkerWords } from './use-marker-words'

type Marker = OutputOf<typeof groups.lagHistory>['markers'][number]

const SHOWN = 6

/** The lines of the chart in words, the newest first: with their times, and a way to what they tell of. */
export function MarkerList({
  cluster,
  group,
  markers,
}: {
  cluster: string
  group: string
  markers: readonly Marker[]
}) {
  const t = useTranslations('groups.marker')
  const words = useMarkerWords()
  const zone = useZone()
  if (markers.length === 0) return null
  const newest = [...markers].reverse().slice(0, SHOWN)
  return (
    <ul aria-label={t('list')} className="flex flex-wrap gap-x-4 gap-y-0.5 pb-1 text-meta text-text-2">
      {newest.map(marker => {
        const href = hrefOf(cluster, group, marker)
        return (
          <li key={`${marker.at} ${marker.kind}`} className="wrap-anywhere sm:whitespace-nowrap">
            <span className="text-text-3">{formatTimestamp(Date.parse(marker.at), zone, 's')}</span>{' '}
            {href ? (
              <Link href={href} className="link-quiet">
                {words(marker)}
              </Link>
            ) : (
              words(marker)
            )}
          </li>
        )
      })}
      {markers.length > SHOWN ? (
        <li className="text-text-3">{t('more', { n: markers.length - SHOWN })}</li>
      ) : null}
    </ul>
  )
}

function hrefOf(cluster: string, group: string, { kind, detail }: Marker): string | null {
  if (kind === 'reset' && typeof detail.plan === 'string')
    return `${routes.group(cluster, group)}?tab=offsets&plan=${encodeURIComponent(detail.plan)}`
  if (kind === 'replay' && typeof detail.replay === 'string') return routes.replay(cluster, detail.replay)
  return null
}
