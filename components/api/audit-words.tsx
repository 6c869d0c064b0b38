'use client'

import { useTranslations } from 'next-intl'
import { Status, type StatusKind } from '@/components/ui/status'
import type { AuditEntry } from '@/lib/contracts/audit'

const SHAPES: Record<AuditEntry['outcome'], StatusKind> = {
  pending: 'running',
  succeeded: 'ok',
  denied: 'error',
  failed: 'error',
  unknown: 'unknown',
}

/** `topic.create` in words; an action that this version does not know stays as it is. */
export function ActionWords({ action }: { action: string }) {
  // Actions come from the log, older and newer versions included: the key can't be typed.
  const t = useTranslations('audit.actions') as unknown as {
    (key: string): string
    has(key: string): boolean
  }
  // Keys of messages are paths: a dot would be a level.
  const key = action.replaceAll('.', '_')
  return t.has(key) ? t(key) : <span className="mono-sm">{action}</span>
}

export function AuditOutcome({ entry }: { entry: Pick<AuditEntry, 'outcome' | 'code'> }) {
  const t = useTranslations('audit.outcomes')
  return (
    <Status kind={SHAPES[entry.outcome]} reason={entry.code ?? undefined}>
      {t(entry.outcome)}
    </Status>
  )
}
