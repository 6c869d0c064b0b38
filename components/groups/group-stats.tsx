'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { cn } from '@/components/ui/cn'
import { Skeleton } from '@/components/ui/skeleton'
import { Num, Rate } from '@/components/ui/value'
import type { GroupDetail } from '@/lib/contracts/groups'
import { neverCatchesUp } from './catch-up'
import { CatchUp, TimeLagValue, TrendValue } from './group-cells'

/** The numbers that answer "is it keeping up", each as wide as it may get: they tick without moving each other. */
export function GroupStats({ group }: { group: GroupDetail | undefined }) {
  const t = useTranslations('groups')
  const value = (draw: (g: GroupDetail) => ReactNode) =>
    group ? draw(group) : <Skeleton className="my-2 w-16" />
  return (
    <div className="flex shrink-0 flex-wrap items-end gap-y-2 px-4 pb-2">
      <Stat label={t('detail.stat.lag')} className="min-w-30">
        {value(g => (
          <>
            <Num value={g.lag} reason={t('noCommit')} />
            {g.type === 'share' && Number(g.lag) > 0 ? (
              <span className="ml-1.5 text-meta font-normal text-text-2" title={t('help.shareLag')}>
                {t('detail.withInFlight')}
              </span>
            ) : null}
          </>
        ))}
      </Stat>
      <Stat label={t('detail.stat.timeLag')} className="min-w-34">
        {value(g => (
          <TimeLagValue ms={g.timeLagMs} />
        ))}
      </Stat>
      <Stat label={t('detail.stat.consume')} className="min-w-26">
        {value(g => (
          <Rate perSecond={g.consumePerSecond} reason={t('notMeasured')} />
        ))}
      </Stat>
      <Stat label={t('detail.stat.produce')} className="min-w-26">
        {value(g => (
          <Rate perSecond={g.producePerSecond} reason={t('notMeasured')} />
        ))}
      </Stat>
      <Stat label={t('detail.stat.trend')} className="min-w-28">
        {value(g => (
          <TrendValue perSecond={g.trendPerSecond} />
        ))}
      </Stat>
      <Stat label={t('detail.stat.eta')} className="min-w-44">
        {value(g => (
          <>
            <CatchUp group={g} />
            {neverCatchesUp(g) ? (
              <span className="ml-1.5 text-meta font-normal text-text-2">{t('detail.atThisRate')}</span>
            ) : null}
          </>
        ))}
      </Stat>
    </div>
  )
}

function Stat({ label, className, children }: { label: string; className: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls; this groups a name with its number
    <div
      role="group"
      aria-label={label}
      className={cn(
        'mr-4 border-r border-line pr-4 last-of-type:border-r-0 max-sm:mr-0 max-sm:w-1/2 max-sm:min-w-0 max-sm:border-r-0',
        className,
      )}
    >
      <div className="text-meta text-text-3">{label}</div>
      <div className="text-title font-semibold whitespace-nowrap">{children}</div>
    </div>
  )
}
