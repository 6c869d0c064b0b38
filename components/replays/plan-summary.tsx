'use client'

import { FlaskConical, RotateCcw } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { useClusterSummary } from '@/components/api/clusters'
import { usePermission } from '@/components/api/me'
import { ActionButton } from '@/components/ui/button'
import { useNow } from '@/components/ui/clock'
import { Field, Textarea } from '@/components/ui/input'
import { KeyValueList } from '@/components/ui/key-value'
import { TimeUntil } from '@/components/ui/time'
import { Num } from '@/components/ui/value'
import type { ReplayPlan } from '@/lib/contracts/replays'
import { formatBytes, formatDuration, formatExactRate, middleTruncate } from '@/lib/format'
import { CANARY_WAIT, type ReplayDraft, rateOf } from './selection'

/** Why the run button does nothing yet; null when it may. */
export function useRunRefusal(
  cluster: string,
  topic: string | null,
  plan: ReplayPlan | null,
  reason: string,
): string | null {
  const t = useTranslations('replays.new')
  const now = useNow()
  const prod = useClusterSummary(cluster)?.environment === 'prod'
  const permission = usePermission('replay.run', { cluster, ...(topic ? { topic } : {}) })
  if (permission.reason) return permission.reason
  if (plan === null) return t('needDryRun')
  if (Date.parse(plan.expiresAt) <= now) return t('expired')
  if (plan.replayable === 0) return t('nothing')
  if (plan.guarantee === 'exactly-once' && plan.ledger.state === 'unavailable') return t('ledger.unavailable')
  return prod && reason.trim() === '' ? t('needReason') : null
}

/**
 * What will happen, in numbers, beside the steps; why; and the one button that makes it happen: first the dry
 * run, then the run.
 */
export function PlanSummary({
  cluster,
  sourceTopic,
  plan,
  draft,
  reason,
  onReason,
  refusal,
  dryRunRefusal,
  busy,
  onRun,
}: {
  cluster: string
  sourceTopic: string
  plan: ReplayPlan | null
  draft: ReplayDraft
  reason: string
  onReason: (reason: string) => void
  refusal: string | null
  /** Why it can not even be tried. */
  dryRunRefusal: string | null
  busy: boolean
  onRun: () => void
}) {
  const t = useTranslations('replays.new')
  const prod = useClusterSummary(cluster)?.environment === 'prod'
  const n = plan?.replayable ?? 0
  const refused = plan ? refusal : dryRunRefusal
  const others = plan?.affectedGroups.filter(group => !group.failing).length ?? 0
  return (
    <aside
      aria-label={t('summary')}
      className="flex shrink-0 flex-col border-line bg-canvas max-lg:border-t max-sm:hidden lg:w-80 lg:overflow-auto lg:border-l"
    >
      <h2 className="flex h-12 shrink-0 items-center border-b border-line px-4 font-semibold">
        {t('summary')}
      </h2>
      <div className="border-b border-line px-4 py-3">
        <p className="mb-2 flex items-baseline gap-1.5">
          {plan ? (
            <>
              <Num value={plan.selected} className="text-title font-semibold" />
              <span className="text-text-3">→</span>
              <Num value={plan.replayable} className="text-title font-semibold" />
              <span className="text-text-2">{t('records')}</span>
              <Estimate records={n} rate={rateOf(draft.rate)} />
            </>
          ) : (
            <span className="text-text-3">{t('needDryRun')}</span>
          )}
        </p>
        <Facts sourceTopic={sourceTopic} plan={plan} draft={draft} />
      </div>
      <div className="border-b border-line px-4 py-3">
        <Field
          label={t('reason')}
          required={prod || draft.again !== null}
          hint={t(prod ? 'reasonHintProd' : 'reasonHint')}
        >
          {({ invalid: _, ...ids }) => (
            <Textarea
              {...ids}
              rows={3}
              maxLength={1000}
              value={reason}
              onChange={event => onReason(event.currentTarget.value)}
            />
          )}
        </Field>
      </div>
      <div className="flex-1" />
      <div className="px-4 py-3">
        {plan && n > 0 ? (
          <p className="mb-2 text-meta text-text-2">{t('confirmBody', { groups: others })}</p>
        ) : null}
        {refused || !plan ? <p className="mb-2 text-meta text-text-2">{refused ?? t('dryRunHint')}</p> : null}
        <ActionButton
          variant="primary"
          className="w-full justify-center"
          icon={plan ? <RotateCcw size={16} /> : <FlaskConical size={16} />}
          reason={refused}
          busy={busy}
          onClick={onRun}
        >
          {!plan
            ? t('dryRun')
            : n === 0
              ? t('runNone')
              : plan?.needsApproval
                ? t('confirmApproval', { n })
                : t(prod ? 'runProd' : 'run', { n })}
        </ActionButton>
      </div>
    </aside>
  )
}

function Estimate({ records, rate }: { records: number; rate: ReturnType<typeof rateOf> }) {
  const t = useTranslations('replays.new')
  const locale = useLocale()
  if (typeof rate !== 'number') return null
  return (
    <span className="ml-auto text-meta text-text-2">
      {t('estimate', { time: formatDuration(Math.max(1000, (records / rate) * 1000), locale) })}
    </span>
  )
}

const STOPS = ['stopFailures', 'stopPercent', 'stopLag', 'stopLetters'] as const

function Facts({
  sourceTopic,
  plan,
  draft,
}: {
  sourceTopic: string
  plan: ReplayPlan | null
  draft: ReplayDraft
}) {
  const t = useTranslations('replays.new')
  const locale = useLocale()
  const rate = rateOf(draft.rate)
  const stops = STOPS.filter(field => draft[field] !== '').map(
    field => `${t(`number.${field}`)} ≥ ${draft[field]}${field === 'stopPercent' ? ' %' : ''}`,
  )
  const targets = plan?.targets.map(target => target.topic) ?? []
  return (
    <KeyValueList
      labelWidth="w-20"
      items={[
        { label: t('source'), mono: true, value: <Topic name={sourceTopic} /> },
        {
          label: t('targetLabel'),
          value:
            targets.length > 0 ? (
              <span className="mono-sm">
                {targets.slice(0, 3).map(name => (
                  <Topic key={name} name={name} />
                ))}
                {targets.length > 3 ? t('more', { n: targets.length - 3 }) : null}
              </span>
            ) : draft.target === null ? (
              t(draft.retry === null ? 'targetOrigin' : 'targetRetry')
            ) : (
              <Topic name={draft.target || '—'} />
            ),
        },
        {
          label: t('partitioning'),
          value: t(draft.partitioning === 'origin' ? 'partitionOrigin' : 'partitionKey'),
        },
        { label: t('timestamp'), value: t(draft.timestamp === 'now' ? 'timestampNow' : 'timestampKeep') },
        {
          label: t('rate'),
          value:
            [
              typeof rate === 'number' ? `${formatExactRate(rate, locale)} /s` : null,
              draft.bytes ? `${draft.bytes} KiB/s` : null,
            ]
              .filter(one => one !== null)
              .join(' · ') || t('none'),
        },
        stops.length > 0 ? { label: t('stops'), value: stops.join(' · ') } : null,
        draft.canary
          ? {
              label: t('number.canary'),
              value: [
                t('canaryOf', { n: Number(draft.canary) || 0 }),
                t('canaryWaits', {
                  time: formatDuration((Number(draft.canaryWait) || Number(CANARY_WAIT)) * 60_000, locale),
                }),
                t(`canaryThen.${draft.canaryAfter}`),
              ].join(' · '),
            }
          : null,
        plan?.needsApproval ? { label: t('approvalLabel'), value: t('needsApproval') } : null,
        plan ? { label: t('bytes'), value: formatBytes(plan.bytes) } : null,
        plan ? { label: t('guaranteeLabel'), value: t(`guarantee.${plan.guarantee}`) } : null,
        plan ? { label: t('ledgerLabel'), value: t(`ledger.${plan.ledger.state}`) } : null,
        plan ? { label: t('expires'), value: <TimeUntil at={plan.expiresAt} /> } : null,
      ]}
    />
  )
}

function Topic({ name }: { name: string }) {
  return (
    <bdi translate="no" className="block wrap-anywhere" title={name}>
      {middleTruncate(name, 100)}
    </bdi>
  )
}
