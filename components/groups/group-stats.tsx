'use client'

import { Info } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { cn } from '@/components/ui/cn'
import { Skeleton } from '@/components/ui/skeleton'
import { Num, Rate } from '@/components/ui/value'
import type { GroupDetail } from '@/lib/contracts/groups'
import { formatPercent, shortTopic } from '@/lib/format'
import { CatchUp, neverCatchesUp, TimeLagValue, TrendValue } from './group-cells'
import { largestShare } from './largest-share'

/** The numbers that answer "is it keeping up", each as wide as it may get: they tick without moving each other. */
export function GroupStats({ group }: { group: GroupDetail | undefined }) {
  const t = useTranslations('groups')
  const value = (draw: (g: GroupDetail) => ReactNode) =>
    group ? draw(group) : <Skeleton className="my-2 w-16" />
  return (
    <div className="flex shrink-0 flex-wrap items-end gap-y-2 px-4 pb-2">
      <Stat label={t('detail.stat.lag')} className="min-w-30">
        {value(g => (
          <Num value={g.lag} reason={t('noCommit')} />
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
      <span className="flex-1" />
      {group ? <Skew group={group} /> : null}
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

/** Said when one partition holds at least half of the lag: it is then a key or a member, not the group. */
function Skew({ group }: { group: GroupDetail }) {
  const t = useTranslations('groups.detail')
  const most = largestShare(group.partitions)
  if (most === null) return null
  const severalTopics = group.topics.length > 1
  return (
    <span className="flex items-center gap-1.5 self-center text-meta text-text-2">
      <Info aria-hidden size={14} className="shrink-0 text-text-3" />
      {t('skew', {
        percent: formatPercent(most.share),
        where: severalTopics ? `${shortTopic(most.topic)} P${most.partition}` : `P${most.partition}`,
      })}
    </span>
  )
}
