'use client'

import { useLocale, useTranslations } from 'next-intl'
import { FactId } from '@/components/ui/fact-id'
import { KeyValueList } from '@/components/ui/key-value'
import { Timestamp } from '@/components/ui/time'
import type { Replay } from '@/lib/contracts/replays'
import { formatBytes, formatDuration, formatExactRate, formatInteger } from '@/lib/format'
import { routes } from '@/lib/routes'

const STOPS = {
  failures: 'stopFailures',
  failurePercent: 'stopPercent',
  targetLag: 'stopLag',
  newLetters: 'stopLetters',
} as const

/** What it was told to do: where from and to, how surely, how fast, what stops it, by whom and why. */
export function ReplayFacts({ cluster, replay }: { cluster: string; replay: Replay }) {
  const t = useTranslations('replays')
  const edits = useTranslations('replay-edits')
  const locale = useLocale()
  const { ratePerSecond, bytesPerSecond, stopWhen } = replay
  const rates = [
    ratePerSecond === null ? null : `${formatExactRate(ratePerSecond, locale)} /s`,
    bytesPerSecond === null ? null : `${formatBytes(bytesPerSecond)}/s`,
  ].filter(rate => rate !== null)
  const stops = Object.entries(STOPS).flatMap(([rule, field]) => {
    const limit = stopWhen?.[rule as keyof typeof STOPS]
    return limit === undefined
      ? []
      : [
          `${t(`new.number.${field}`)} ≥ ${rule === 'failurePercent' ? `${limit} %` : formatInteger(limit, locale)}`,
        ]
  })
  return (
    <div className="grid shrink-0 gap-x-8 gap-y-1 border-t border-line px-4 py-3 md:grid-cols-2">
      <KeyValueList
        className="min-w-0"
        items={[
          {
            label: t(replay.kind === 'copy' ? 'detail.copySource' : 'detail.source'),
            value: (
              <FactId id={replay.sourceTopic} href={routes.topic(cluster, replay.sourceTopic, 'messages')} />
            ),
          },
          {
            label: t('detail.targets'),
            value:
              replay.targets.length === 0 ? (
                '—'
              ) : (
                <span className="flex flex-col">
                  {replay.targets.slice(0, 3).map(target => (
                    <span key={target.topic} className="flex min-w-0 flex-wrap items-center gap-x-2">
                      <FactId id={target.topic} href={routes.topic(cluster, target.topic, 'messages')} />
                      <span className="shrink-0 text-text-3">
                        {t('new.targetRecords', { records: target.records })}
                      </span>
                    </span>
                  ))}
                  {replay.targets.length > 3 ? t('new.more', { n: replay.targets.length - 3 }) : null}
                </span>
              ),
          },
          { label: t('detail.guarantee'), value: t(`new.guarantee.${replay.guarantee}`) },
          replay.targetCluster === null
            ? null
            : { label: t('new.targetCluster'), value: replay.targetCluster },
          replay.edited ? { label: edits('title'), value: t('detail.edited') } : null,
          replay.canary === null
            ? null
            : {
                label: t('new.number.canary'),
                value: [
                  t('new.canaryOf', { n: replay.canary.records }),
                  t('new.canaryWaits', { time: formatDuration(replay.canary.waitSeconds * 1000, locale) }),
                  t(`detail.canary.${replay.canary.state}`),
                  t(`new.canaryThen.${replay.canary.after}`),
                ].join(' · '),
              },
        ]}
      />
      <KeyValueList
        className="min-w-0"
        items={[
          {
            label: t('detail.by'),
            value:
              replay.approvedBy === null
                ? replay.by
                : t('detail.byApproved', { by: replay.by, approver: replay.approvedBy }),
          },
          {
            // What waits for an approval, or for a free place, has not begun.
            label: t(replay.startedAt === null ? 'detail.created' : 'detail.started'),
            value: (
              <>
                <Timestamp at={replay.startedAt ?? replay.createdAt} precision="s" withZone />
                {replay.finishedAt === null ? null : (
                  <>
                    {' → '}
                    <Timestamp at={replay.finishedAt} precision="s" withZone />
                  </>
                )}
              </>
            ),
          },
          {
            label: t('detail.rate'),
            value: rates.join(' · ') || t('detail.unlimited'),
          },
          stops.length === 0 ? null : { label: t('new.stops'), value: stops.join(' · ') },
          {
            label: t('detail.reason'),
            value: replay.reason ?? <span className="text-text-3">{t('detail.noReason')}</span>,
          },
        ]}
      />
    </div>
  )
}
