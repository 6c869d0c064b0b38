'use client'

import { useLocale, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { ApiError } from '@/components/api/api-error'
import { useErrorWords } from '@/components/api/use-error-words'
import { KeyValueList } from '@/components/ui/key-value'
import { Status } from '@/components/ui/status'
import { TimeAgo } from '@/components/ui/time'
import { configMeaning } from '@/lib/config-meaning'
import type { OutputOf } from '@/lib/contracts/endpoint'
import type { topics } from '@/lib/contracts/topics'
import type { TopicDraft } from './create-topic-form'

type Result = OutputOf<typeof topics.create>

/** Beside the form: what the broker says to it, what would hold, and what it costs. */
export function CreateTopicReport({
  draft,
  result,
  error,
  pending,
  atMs,
}: {
  draft: TopicDraft
  result: Result | undefined
  error: ApiError | null
  pending: boolean
  /** When the dry run was answered. */
  atMs: number
}) {
  const t = useTranslations('topics.new')
  const words = useErrorWords()
  return (
    <aside
      aria-label={t('report')}
      className="flex shrink-0 flex-col bg-canvas max-lg:border-t lg:w-84 lg:overflow-auto lg:border-l"
    >
      <Part title={t('dryRun')} aside="validateOnly">
        <div aria-live="polite" className="flex min-h-16 flex-col gap-1">
          {pending ? (
            <Status kind="unknown">{t('dryRunning')}</Status>
          ) : result ? (
            <>
              <Status kind="ok">{t('dryRunOk')}</Status>
              <span className="text-meta text-text-3">
                <TimeAgo at={atMs} />
              </span>
            </>
          ) : error ? (
            <>
              <Status kind="error">{t('dryRunRefused')}</Status>
              <span className="text-meta text-text-2">{words(error.code, error.params).title}</span>
              <span className="mono-sm text-text-3">{error.code}</span>
            </>
          ) : (
            <p className="text-meta/5 text-text-3">{t('dryRunIdle')}</p>
          )}
        </div>
      </Part>
      <Part title={t('resulting')}>
        <Resulting draft={draft} result={result} />
      </Part>
      <Part title={t('effect')}>
        <Effect result={result} />
      </Part>
    </aside>
  )
}

function Part({ title, aside, children }: { title: ReactNode; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className="border-b border-line px-4 py-3">
      <div className="mb-1.5 flex items-baseline justify-between gap-2">
        <h2 className="text-meta font-semibold">{title}</h2>
        {aside ? <span className="mono-sm text-text-3">{aside}</span> : null}
      </div>
      {children}
    </section>
  )
}

const SHOWN_CONFIGS = [
  'cleanup.policy',
  'retention.ms',
  'min.insync.replicas',
  'max.message.bytes',
  'compression.type',
]

/** As the broker resolved it; before that what was typed, and "broker default" where nothing was. */
function Resulting({ draft, result }: { draft: TopicDraft; result: Result | undefined }) {
  const t = useTranslations('topics.new')
  const source = useTranslations('topics.config.sources')
  const locale = useLocale()
  const later = <span className="text-text-3">{t('brokerDefault')}</span>
  if (!result)
    return (
      <KeyValueList
        labelWidth="w-36"
        items={[
          { label: t('partitions'), value: draft.partitions.trim() || later },
          { label: t('replication'), value: draft.replicationFactor.trim() || later },
          { label: <Key name="cleanup.policy" />, value: draft.cleanup, mono: true },
          { label: <Key name="retention.ms" />, value: draft.retention.trim() || later },
          { label: <Key name="min.insync.replicas" />, value: draft.minInsyncReplicas.trim() || later },
        ]}
      />
    )
  const chosen = result.configs.filter(c => c.source === 'topic' || SHOWN_CONFIGS.includes(c.name))
  return (
    <KeyValueList
      labelWidth="w-36"
      items={[
        { label: t('partitions'), value: result.partitions },
        { label: t('replication'), value: result.replicationFactor },
        ...chosen.map(c => ({
          label: <Key name={c.name} />,
          value: (
            <span className="flex flex-wrap items-baseline gap-x-2">
              <span className="mono-sm">{c.value ?? '—'}</span>
              <span className="text-text-2">{configMeaning(c.name, c.value ?? '', locale)}</span>
              <span className="text-cap text-text-3">{isSource(c.source) ? source(c.source) : c.source}</span>
            </span>
          ),
        })),
      ]}
    />
  )
}

const SOURCES = [
  'topic',
  'dynamic-broker',
  'dynamic-default',
  'static-broker',
  'default',
  'group',
  'unknown',
] as const

function isSource(source: string): source is (typeof SOURCES)[number] {
  return SOURCES.some(known => known === source)
}

function Key({ name }: { name: string }) {
  return (
    <span className="mono-sm" translate="no">
      {name}
    </span>
  )
}

function Effect({ result }: { result: Result | undefined }) {
  const t = useTranslations('topics.new')
  if (!result) return <p className="text-meta/5 text-text-3">{t('effectLater')}</p>
  return (
    <KeyValueList
      labelWidth="w-36"
      items={[
        {
          label: t('replicas'),
          value: t('replicasSum', {
            n: result.partitions * result.replicationFactor,
            partitions: result.partitions,
            replication: result.replicationFactor,
          }),
        },
      ]}
    />
  )
}
