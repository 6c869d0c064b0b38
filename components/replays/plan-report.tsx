'use client'

import { useTranslations } from 'next-intl'
import { Notice } from '@/components/ui/notice'
import { Status } from '@/components/ui/status'
import { Bytes } from '@/components/ui/value'
import type { ReplayPlan } from '@/lib/contracts/replays'
import { HeaderDiffs } from './header-diffs'

type Loose = { (key: string, params?: Record<string, string | number>): string; has(key: string): boolean }

/** What the dry run found: what can go where, what is refused and why, who else will read it again, how headers change. */
export function PlanReport({ plan }: { plan: ReplayPlan }) {
  const t = useTranslations('replays')
  const loose = t as unknown as Loose
  return (
    <div className="flex flex-col gap-4" aria-live="polite">
      <div className="flex flex-wrap items-center gap-4">
        <Status kind={plan.replayable > 0 ? 'ok' : 'empty'}>
          {t('new.replayable', { n: plan.replayable })}
        </Status>
        {plan.refused > 0 ? <Status kind="warn">{t('new.refused', { n: plan.refused })}</Status> : null}
        <span className="text-meta text-text-3">
          <Bytes value={plan.bytes} /> · {t(`new.guarantee.${plan.guarantee}`)} ·{' '}
          {t(`new.ledger.${plan.ledger.state}`)}
        </span>
      </div>
      {plan.refusals.length > 0 ? (
        <ul className="flex flex-col gap-1">
          {plan.refusals.map(({ reason, count, samples }) => (
            <li key={reason} className="flex flex-wrap items-baseline gap-2">
              <b className="font-medium">{t(`refusal.${reason}`)}</b>
              <span>{count}</span>
              <span className="mono-sm text-text-3">
                {samples.map(s => `P${s.partition}/${s.offset}`).join(', ')}
              </span>
            </li>
          ))}
        </ul>
      ) : null}
      {plan.warnings.map(({ code, params }) => (
        <Notice key={code + JSON.stringify(params)} tone="warn" className="rounded-control">
          {loose.has(`warning.${code}`) ? loose(`warning.${code}`, params) : t('warning.other', { code })}
        </Notice>
      ))}
      <Section title={t('new.targets')}>
        <ul>
          {plan.targets.map(target => (
            <li key={target.topic} className="flex flex-wrap items-baseline gap-2">
              <span className="mono-sm">{target.topic}</span>
              <span className="text-text-2">{t('new.targetRecords', { records: target.records })}</span>
              <span className="text-meta text-text-3">
                {target.partitions.map(p => `P${p.partition} ${p.records}`).join(' · ')}
              </span>
            </li>
          ))}
        </ul>
      </Section>
      <Section title={t('new.groups')}>
        {plan.affectedGroups.length === 0 ? (
          <p className="text-text-3">{t('new.noGroups')}</p>
        ) : (
          <ul>
            {plan.affectedGroups.map(group => (
              <li key={`${group.group} ${group.topic}`} className="flex flex-wrap items-baseline gap-2">
                <span className="mono-sm">{group.group}</span>
                <span className={group.failing ? 'text-text-3' : 'text-warn'}>
                  {t(group.failing ? 'new.failing' : 'new.other')}
                </span>
                <span className="text-meta text-text-3">{group.state}</span>
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title={t('new.headers')}>
        <HeaderDiffs diffs={plan.headerDiffs} />
      </Section>
    </div>
  )
}

function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section>
      <h3 className="mb-1 text-meta font-semibold text-text-2">{title}</h3>
      {children}
    </section>
  )
}
