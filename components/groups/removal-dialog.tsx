'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { ApiError } from '@/components/api/api-error'
import { useClusterSummary } from '@/components/api/clusters'
import { ProblemMark } from '@/components/api/problem-mark'
import { EnvChip } from '@/components/ui/badge'
import { ConfirmDialog } from '@/components/ui/dialog'
import { Num } from '@/components/ui/value'
import type { Removal } from '@/lib/contracts/offset-plans'
import { partitionKey } from '@/lib/partition-key'
import { ErrorLine, ProblemWords } from './removal-words'

const SHOWN = 200

/**
 * Asks before something is removed, after a dry run said what would go and what stands against it; reports
 * what did not go.
 */
export function RemovalDialog({
  cluster,
  title,
  body,
  confirm,
  typeName,
  dry,
  report,
  error,
  busy,
  onClose,
  onConfirm,
  children,
}: {
  cluster: string
  title: ReactNode
  body: ReactNode
  confirm: ReactNode
  typeName?: string
  /** undefined: still looking. */
  dry: Removal | undefined
  /** What came of it; the dialog stays only where something is left. */
  report?: Removal | undefined
  error: ApiError | null
  busy: boolean
  onClose: () => void
  onConfirm: () => void
  /** Chosen before the dry run. */
  children?: ReactNode
}) {
  const t = useTranslations('offsets.remove')
  const environment = useClusterSummary(cluster)?.environment
  const free = dry !== undefined && dry.problem === null
  const partitions = [...((report ?? dry)?.partitions ?? [])].sort(
    (a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition,
  )
  const looking = !dry && !error
  return (
    <ConfirmDialog
      open
      onOpenChange={open => {
        if (!open) onClose()
      }}
      danger
      title={title}
      chip={environment ? <EnvChip environment={environment} /> : null}
      body={dry ? body : looking ? t('checking') : null}
      confirm={confirm}
      busy={busy}
      refusal={free ? null : t(looking ? 'checking' : 'refused')}
      {...(typeName && free ? { typeName } : {})}
      onConfirm={onConfirm}
    >
      {children}
      {partitions.length > 0 ? (
        <ul
          aria-label={t('goes')}
          className="mono-sm mt-3 max-h-40 overflow-auto rounded-panel bg-sunken px-3 py-1.5 text-text-2"
        >
          {partitions.slice(0, SHOWN).map(one => (
            <li key={partitionKey(one)} className="flex items-center gap-2">
              <span className="min-w-0 flex-1 truncate" title={one.topic}>
                {one.topic} P{one.partition}
              </span>
              <ProblemMark problem={one.problem} />
              <Num value={one.offset} reason={t('gone')} />
            </li>
          ))}
          {partitions.length > SHOWN ? <li>{t('more', { n: partitions.length - SHOWN })}</li> : null}
        </ul>
      ) : null}
      {dry?.problem ? <ProblemWords problem={dry.problem} /> : null}
      {report && !report.done ? (
        <p role="alert" className="mt-3 text-error">
          {t('left', { n: report.partitions.filter(one => !one.ok).length, all: report.partitions.length })}
        </p>
      ) : null}
      {error ? <ErrorLine error={error} /> : null}
    </ConfirmDialog>
  )
}
