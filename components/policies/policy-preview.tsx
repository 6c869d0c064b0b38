'use client'

import Link from 'next/link'
import { useLocale, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { QueryError } from '@/components/api/query-error'
import { useViolationWords } from '@/components/api/use-violation-words'
import { Skeleton } from '@/components/ui/skeleton'
import { Status } from '@/components/ui/status'
import type { PolicyImpact } from '@/lib/contracts/policies'
import { formatInteger } from '@/lib/format'
import { routes } from '@/lib/routes'
import { ChangeList } from './change-list'
import { TryNames } from './try-names'
import type { PolicyDraft } from './use-policy-draft'
import { useFaultWords } from './use-policy-words'

/**
 * Beside the editor: what the draft would do to the topics that are there, what it changes, and a box to try
 * names in.
 */
export function PolicyPreview({
  cluster,
  environment,
  draft,
}: {
  cluster: string
  environment: 'prod' | 'stg' | 'dev'
  draft: PolicyDraft
}) {
  const t = useTranslations('policies')
  const { preview, isCurrent } = draft
  const data = preview?.error ? undefined : preview?.data
  return (
    <aside
      aria-label={t('preview.title')}
      className="flex shrink-0 flex-col bg-canvas max-lg:border-t lg:w-92 lg:overflow-auto lg:border-l"
    >
      <Part title={t('preview.title')}>
        <div aria-live="polite" className="min-h-14">
          {preview === null ? (
            <p className="text-meta/5 text-text-3">{t('preview.untouched')}</p>
          ) : preview.error && isCurrent ? (
            <Faults draft={draft} />
          ) : data ? (
            <div className={isCurrent && !preview.isFetching ? '' : 'opacity-60'}>
              <Impact cluster={cluster} impact={data.impact} />
            </div>
          ) : (
            <Skeleton className="my-1 w-60" />
          )}
        </div>
      </Part>
      {data ? (
        <Part title={t('preview.changes', { n: data.changes.length })}>
          <ChangeList changes={data.changes} />
        </Part>
      ) : null}
      <Part title={t('try.title')}>
        <TryNames spec={draft.spec} environment={environment} />
      </Part>
    </aside>
  )
}

function Part({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <section className="border-b border-line px-4 py-3">
      <h2 className="mb-1.5 text-meta font-semibold">{title}</h2>
      {children}
    </section>
  )
}

const SHOWN = 12

function Impact({ cluster, impact }: { cluster: string; impact: PolicyImpact }) {
  const t = useTranslations('policies.preview')
  const locale = useLocale()
  const words = useViolationWords()
  const n = (value: number) => formatInteger(value, locale)
  const shown = impact.items.slice(0, SHOWN)
  return (
    <>
      <p className="font-medium">{t('breaking', { topics: impact.topics, breaking: impact.breaking })}</p>
      <p className="mt-0.5 flex flex-wrap gap-x-3 text-meta text-text-2">
        <Status kind={impact.newlyBreaking > 0 ? 'warn' : 'ok'}>
          {t('newly', { n: impact.newlyBreaking })}
        </Status>
        {impact.fixed > 0 ? <span>{t('fixed', { n: impact.fixed })}</span> : null}
      </p>
      {impact.settingsKnown ? null : <p className="mt-1 text-meta text-warn">{t('settingsUnknown')}</p>}
      <ul className="mt-2 flex flex-col divide-y divide-line-soft">
        {shown.map(item => {
          const [first] = item.violations
          return (
            <li key={item.topic} className="flex flex-col gap-0.5 py-1.5 text-meta">
              <span className="flex min-w-0 items-center gap-2">
                <Link
                  href={routes.topic(cluster, item.topic, 'configs')}
                  className="mono-sm min-w-0 flex-1 truncate text-accent"
                  title={item.topic}
                >
                  <bdi translate="no">{item.topic}</bdi>
                </Link>
                {item.isNew ? <span className="shrink-0 font-medium text-warn">{t('new')}</span> : null}
              </span>
              {first ? <span className="text-text-2">{words(first)}</span> : null}
            </li>
          )
        })}
      </ul>
      {impact.breaking > shown.length ? (
        <p className="mt-1 text-meta text-text-3">{t('more', { n: n(impact.breaking - shown.length) })}</p>
      ) : null}
    </>
  )
}

/** A draft that cannot hold: every fault with its place. */
function Faults({ draft }: { draft: PolicyDraft }) {
  const t = useTranslations('policies.preview')
  const words = useFaultWords()
  const { preview, faults } = draft
  if (faults.length === 0 && preview?.error)
    return <QueryError compact error={preview.error} onRetry={() => void preview.refetch()} />
  return (
    <>
      <Status kind="error">{t('faults', { n: faults.length })}</Status>
      <ul className="mt-1 flex flex-col divide-y divide-line-soft text-meta">
        {faults.map((fault, i) => (
          <li key={i} className="py-1.5">
            <span className="mono-sm block break-all text-text-2">{fault.path}</span>
            <span className="text-error">{words(fault)}</span>
          </li>
        ))}
      </ul>
    </>
  )
}
