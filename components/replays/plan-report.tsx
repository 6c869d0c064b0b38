'use client'

import Link from 'next/link'
import { useLocale, useTranslations } from 'next-intl'
import { useErrorWords } from '@/components/api/use-error-words'
import { useFailureWords } from '@/components/record/use-failure-words'
import { useZone } from '@/components/ui/clock'
import { Notice } from '@/components/ui/notice'
import { Status } from '@/components/ui/status'
import { Num } from '@/components/ui/value'
import { decodeFailureCode } from '@/lib/contracts/decode-failure'
import { editProblem, type ReplayPlan } from '@/lib/contracts/replays'
import { formatBytes, formatInteger, formatTimestamp, middleTruncate } from '@/lib/format'
import { routes } from '@/lib/routes'
import { AffectedGroups } from './affected-groups'
import { EditDiffs } from './edit-diffs'
import { HeaderDiffs } from './header-diffs'
import { SegmentBar } from './segment-bar'

type Refusal = ReplayPlan['refusals'][number]
type Params = Record<string, string | number>

const SAMPLES = 6
/** What a person may have sent once more. */
const SENT = new Set<Refusal['reason']>(['already-replayed', 'replayed-at-least-once', 'outcome-unknown'])

/**
 * What the dry run found: what can go where, what is refused and why, who else will read it again, how
 * headers change.
 */
export function PlanReport({
  plan,
  cluster,
  onAgain,
}: {
  plan: ReplayPlan
  cluster: string
  /** Lets a person include what was replayed already; null when it is included. */
  onAgain: (() => void) | null
}) {
  const t = useTranslations('replays')
  const words = useErrorWords()
  const warnings = Map.groupBy(plan.warnings, warning => warning.code)
  return (
    <div className="border-t border-line" aria-live="polite">
      <div className="flex flex-wrap items-start gap-x-8 gap-y-2 px-4 pt-3">
        <Count
          label={<Status kind={plan.replayable > 0 ? 'ok' : 'empty'}>{t('new.can')}</Status>}
          value={plan.replayable}
        >
          {t('new.replayable', { n: plan.replayable })}
        </Count>
        <Count
          label={<Status kind={plan.refused > 0 ? 'stop' : 'empty'}>{t('outcome.refused')}</Status>}
          value={plan.refused}
        >
          {t('new.refused', { n: plan.refused })}
        </Count>
        <Count
          label={<Status kind={warnings.size > 0 ? 'warn' : 'empty'}>{t('new.warnings')}</Status>}
          value={warnings.size}
        >
          {t('new.warningKinds', { n: warnings.size })}
        </Count>
      </div>
      <div className="px-4 pt-2 pb-3">
        <SegmentBar
          className="w-full"
          label={`${t('new.replayable', { n: plan.replayable })}, ${t('new.refused', { n: plan.refused })}`}
          segments={[
            { tone: 'ok', value: plan.replayable },
            { tone: 'error', value: plan.refused },
          ]}
        />
      </div>
      {plan.ledger.state === 'unavailable' ? (
        <Notice tone="error">
          {t('new.ledger.unavailable')}
          {plan.ledger.reason ? (
            <>
              {' '}
              {words(plan.ledger.reason).title} <span className="mono-sm">{plan.ledger.reason}</span>
            </>
          ) : null}
        </Notice>
      ) : null}
      {plan.warnings.map(({ code, params }) => (
        <Notice key={code + JSON.stringify(params)} tone="warn">
          <b className="mr-2 font-semibold">{t(`warningKind.${code}`)}</b>
          {t(`warning.${code}`, params)}
        </Notice>
      ))}
      <div className="grid border-t border-line lg:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
        <div className="flex min-w-0 flex-col border-line lg:border-r">
          {plan.refusals.length > 0 ? (
            <Section title={t('new.refused', { n: plan.refused })} aside={t('new.refusedNote')}>
              <ul className="flex flex-col gap-2">
                {plan.refusals.map(refusal => (
                  <RefusalRow
                    key={refusal.reason}
                    refusal={refusal}
                    topic={plan.sourceTopic}
                    cluster={cluster}
                    onAgain={SENT.has(refusal.reason) ? onAgain : null}
                  />
                ))}
              </ul>
            </Section>
          ) : null}
          <Targets plan={plan} />
          <Section title={t('new.groups')}>
            <AffectedGroups groups={plan.affectedGroups} cluster={cluster} />
          </Section>
        </div>
        <div className="flex min-w-0 flex-col border-line pb-3 max-lg:border-t">
          {plan.edits ? <EditDiffs edits={plan.edits} /> : null}
          <HeaderDiffs key={plan.planId} diffs={plan.headerDiffs} />
          {plan.replayable > 0 ? (
            <p className="border-t border-line px-4 pt-2 text-meta text-text-2">
              <Status kind="ok">{t(plan.edits ? 'new.bytesEdited' : 'new.bytesKept')}</Status>{' '}
              <span>{formatBytes(plan.bytes)}</span>
            </p>
          ) : null}
        </div>
      </div>
    </div>
  )
}

function Count({ label, value, children }: { label: React.ReactNode; value: number; children: string }) {
  return (
    <div>
      <div className="text-meta">{label}</div>
      <div aria-hidden className="text-title font-semibold">
        <Num value={value} />
      </div>
      <span className="sr-only">{children}</span>
    </div>
  )
}

function Section({
  title,
  aside,
  children,
}: {
  title: React.ReactNode
  aside?: React.ReactNode
  children: React.ReactNode
}) {
  return (
    <section className="border-t border-line px-4 py-3 first:border-t-0">
      <div className="mb-1.5 flex flex-wrap items-baseline gap-x-2">
        <h3 className="font-semibold">{title}</h3>
        {aside ? <span className="text-meta text-text-3">{aside}</span> : null}
      </div>
      {children}
    </section>
  )
}

/** `재처리 한도 도달 4`, why, and the letters it is about. */
function RefusalRow({
  refusal,
  topic,
  cluster,
  onAgain,
}: {
  refusal: Refusal
  topic: string
  cluster: string
  onAgain: (() => void) | null
}) {
  const t = useTranslations('replays')
  const help = useRefusalHelp()
  const { reason, count, samples } = refusal
  const shown = samples.slice(0, SAMPLES)
  // One reason may speak of several targets: each says so of its own letters.
  const targets = Map.groupBy(shown, ({ params }) => params.target)
  return (
    <li className="text-meta/5">
      <div className="flex items-baseline gap-2 text-body">
        <span className="min-w-0 flex-1">{t(`refusal.${reason}`)}</span>
        <Num value={count} className="font-medium" />
      </div>
      {[...targets].map(([target, of]) => (
        <div key={String(target)}>
          <p className="text-text-2 wrap-anywhere">{help(reason, of[0]?.params ?? {})}</p>
          <p className="flex flex-wrap gap-x-2">
            {of.map(({ partition, offset }) => (
              <Link
                key={`${partition}/${offset}`}
                href={routes.deadLetter(cluster, topic, partition, offset)}
                className="mono-sm text-accent"
              >
                P{partition}/{formatInteger(offset)}
              </Link>
            ))}
          </p>
        </div>
      ))}
      {count > shown.length ? (
        <p className="text-text-3">{t('new.more', { n: count - shown.length })}</p>
      ) : null}
      {onAgain ? (
        <button type="button" className="text-accent underline-offset-2 hover:underline" onClick={onAgain}>
          {t('new.includeReplayed')}
        </button>
      ) : null}
    </li>
  )
}

/** A refusal in a sentence, with the numbers of its first record in the reader's form. */
function useRefusalHelp(): (reason: Refusal['reason'], params: Params) => string {
  const t = useTranslations('replays.refusalHelp')
  const problems = useTranslations('replay-edits.problem')
  const failure = useFailureWords()
  const locale = useLocale()
  const zone = useZone()
  return (reason, params) => {
    const text = (name: string) => String(params[name] ?? '…')
    const bytes = (name: string) => (/^\d+$/.test(text(name)) ? formatBytes(text(name)) : '…')
    if (reason === 'edit-failed') {
      const problem = editProblem.safeParse(params.problem).data
      const detail = failure(failureOf(params)) ?? text('detail')
      return problem ? problems(problem, { at: text('at'), detail }) : t(reason)
    }
    const at = (name: string) => (params[name] === undefined ? '…' : formatTimestamp(text(name), zone, 's'))
    return t(reason, {
      target: middleTruncate(text('target'), 60),
      replay: text('replay'),
      at: at('at'),
      partition: text('partition'),
      offset: /^\d+$/.test(text('offset')) ? formatInteger(text('offset'), locale) : '…',
      count: Number(params.count ?? 0),
      max: reason === 'too-large' ? bytes('max') : text('max'),
      bytes: bytes('bytes'),
      timestamp: at('timestamp'),
      origin: middleTruncate(text('origin'), 60),
    })
  }
}

/** Why its schema does not read a record, as payloads have it: behind `failure.` of the refusal's parameters. */
function failureOf(params: Params): Parameters<ReturnType<typeof useFailureWords>>[0] {
  const code = decodeFailureCode.safeParse(params.failure).data
  if (code === undefined) return {}
  const said = Object.entries(params).filter(([name]) => name.startsWith('failure.'))
  return {
    error: String(params.detail),
    errorCode: code,
    errorParams: Object.fromEntries(said.map(([name, value]) => [name.slice('failure.'.length), value])),
  }
}

const BARS = 24

/** How many go to which partition. */
function Targets({ plan }: { plan: ReplayPlan }) {
  const t = useTranslations('replays.new')
  if (plan.targets.length === 0) return null
  return (
    <Section title={t('targetPartitions')}>
      {plan.targets.map(target => {
        const partitions = [...target.partitions].sort((a, b) => a.partition - b.partition)
        const max = Math.max(1, ...partitions.map(one => one.records))
        return (
          <div key={target.topic} className="mb-2 last:mb-0">
            <p className="flex items-baseline gap-2 text-meta/5">
              <bdi translate="no" className="mono-sm min-w-0 wrap-anywhere" title={target.topic}>
                {middleTruncate(target.topic, 100)}
              </bdi>
              <span className="ml-auto shrink-0 text-text-2">
                {t('targetRecords', { records: target.records })}
              </span>
            </p>
            <ul className="text-meta/5">
              {partitions.slice(0, BARS).map(({ partition, records }) => (
                <li key={partition} className="flex items-center gap-2">
                  <span className="w-9 shrink-0 text-text-2">P{partition}</span>
                  <svg
                    aria-hidden
                    viewBox="0 0 100 8"
                    preserveAspectRatio="none"
                    className="h-2 min-w-0 flex-1"
                  >
                    <rect width={Math.max(0.5, (records / max) * 100)} height="8" className="fill-ramp-4" />
                  </svg>
                  <Num value={records} className="w-12 shrink-0 text-right" />
                </li>
              ))}
            </ul>
            {partitions.length > BARS ? (
              <p className="text-meta text-text-3">
                {t('morePartitions', {
                  n: partitions.length - BARS,
                  records: partitions.slice(BARS).reduce((sum, one) => sum + one.records, 0),
                })}
              </p>
            ) : null}
          </div>
        )
      })}
    </Section>
  )
}
