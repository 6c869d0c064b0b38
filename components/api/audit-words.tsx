'use client'

import { useTranslations } from 'next-intl'
import { MonoId } from '@/components/ui/mono-id'
import { Status, type StatusKind } from '@/components/ui/status'
import { VisibleText } from '@/components/ui/visible-text'
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

/** What people named themselves; the ids of these were made by Milena and tell nobody which one it was. */
const NAMED = /^(?:schedule|rule):/

/** The name of the schedule or rule that a row is about; null where its resource says it already. */
export function nameInDetails({
  resource,
  details,
}: Pick<AuditEntry, 'resource' | 'details'>): string | null {
  return NAMED.test(resource) && typeof details.name === 'string' && details.name !== '' ? details.name : null
}

/** What was changed: by the name that people gave it, else as the log has it. */
export function AuditResource({ entry }: { entry: Pick<AuditEntry, 'resource' | 'details'> }) {
  const name = nameInDetails(entry)
  if (name === null) return <MonoId id={entry.resource} />
  return (
    <span className="block min-w-0 truncate" title={`${name}\n${entry.resource}`}>
      <VisibleText text={name} />
    </span>
  )
}
