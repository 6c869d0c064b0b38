import { createLoader, parseAsString, parseAsStringLiteral } from 'nuqs/server'
import { auditOutcome } from '@/lib/contracts/audit'

const OUTCOMES = auditOutcome.options

/** The audit page's address: what is filtered, and which entry is open (`d`). */
export const auditParams = {
  q: parseAsString.withDefault(''),
  cluster: parseAsString,
  outcome: parseAsStringLiteral(OUTCOMES),
  d: parseAsString,
}

export const loadAuditParams = createLoader(auditParams)

export function auditInput(params: {
  q: string
  cluster: string | null
  outcome: (typeof OUTCOMES)[number] | null
}) {
  return {
    ...(params.q ? { resource: params.q.slice(0, 300) } : {}),
    ...(params.cluster ? { cluster: params.cluster } : {}),
    ...(params.outcome ? { outcome: params.outcome } : {}),
    limit: 100,
  }
}
