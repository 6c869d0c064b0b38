'use client'

import { useLocale, useTranslations } from 'next-intl'
import { useFromNow, useZone } from '@/components/ui/clock'
import { formatClock, formatInteger } from '@/lib/format'

const HOUR_MS = 3_600_000
const SLOT = 10
const HEIGHT = 48

/**
 * Letters an hour over the last day, from 0 up. The picture is told in one sentence and as a table to those
 * who do not see it.
 */
export function Arrivals({ spark }: { spark: readonly number[] }) {
  const t = useTranslations('dead-letters.issue')
  const locale = useLocale()
  const zone = useZone()
  const lastHour = useFromNow(nowMs => Math.floor(nowMs / HOUR_MS) * HOUR_MS)
  const startOf = (i: number) => lastHour - (spark.length - 1 - i) * HOUR_MS
  const hourOf = (i: number) => formatClock(startOf(i), zone, 'm')
  const max = Math.max(1, ...spark)
  const total = spark.reduce((sum, n) => sum + n, 0)
  const marks = [0, 6, 12, 18].filter(i => i < spark.length)
  return (
    <>
      <svg
        role="img"
        aria-label={t('histogramSummary', { n: total, max: Math.max(0, ...spark) })}
        viewBox={`0 0 ${spark.length * SLOT} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="block h-12 w-full"
      >
        <path
          d={`M0 ${HEIGHT - 0.5}H${spark.length * SLOT}`}
          className="stroke-line"
          vectorEffect="non-scaling-stroke"
        />
        {spark.map((n, i) => {
          const height = n === 0 ? 0 : Math.max(2, (n / max) * (HEIGHT - 2))
          return (
            <g key={startOf(i)}>
              <title>{`${hourOf(i)} · ${formatInteger(n, locale)}`}</title>
              <rect x={i * SLOT} y={0} width={SLOT} height={HEIGHT} fill="transparent" />
              <rect
                x={i * SLOT + 0.75}
                y={HEIGHT - height}
                width={SLOT - 1.5}
                height={height}
                className="fill-text-3"
              />
            </g>
          )
        })}
      </svg>
      <div aria-hidden className="flex text-cap text-text-3">
        {marks.map(i => (
          <span key={i} className="flex-1">
            {hourOf(i)}
          </span>
        ))}
        <span>{t('thisHour')}</span>
      </div>
      <table className="sr-only">
        <caption>{t('histogram')}</caption>
        <tbody>
          {spark.map((n, i) => (
            <tr key={startOf(i)}>
              <th scope="row">{hourOf(i)}</th>
              <td>{formatInteger(n, locale)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}
