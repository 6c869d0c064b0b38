'use client'

import { useLocale, useTranslations } from 'next-intl'
import { TimeChart } from '@/components/ui/chart'
import type { drift } from '@/lib/contracts/drift'
import type { OutputOf } from '@/lib/contracts/endpoint'
import { formatInteger } from '@/lib/format'

type Point = OutputOf<typeof drift.trend>['items'][number]

/** Topics with open findings over the last days; a line needs two points, until then there is none. */
export function DriftTrend({ items }: { items: readonly Point[] }) {
  const t = useTranslations('drift.trend')
  const locale = useLocale()
  const format = (value: number) => formatInteger(Math.round(value), locale)
  const last = items.at(-1)
  if (items.length < 2 || !last) return null
  return (
    <section aria-label={t('title')} className="shrink-0 border-t border-line-soft px-4 pt-2">
      <h2 className="text-meta font-semibold">{t('title')}</h2>
      <TimeChart
        size="xs"
        summary={t('summary', { n: items.length, now: last.drifting })}
        times={items.map(point => Date.parse(point.at))}
        series={[
          { id: 'drifting', label: t('drifting'), values: items.map(point => point.drifting) },
          { id: 'waived', label: t('waived'), values: items.map(point => point.waived), colour: 3 },
        ]}
        whole
        formatShort={format}
        formatExact={format}
      />
    </section>
  )
}
