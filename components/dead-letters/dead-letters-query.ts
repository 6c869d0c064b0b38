import { createLoader, parseAsString, parseAsStringLiteral } from 'nuqs/server'
import { type deadLetters, issueStatus } from '@/lib/contracts/dead-letters'
import type { RawInputOf } from '@/lib/contracts/endpoint'

export const ISSUE_SORTS = ['lastSeen', 'count', 'firstSeen', 'expires'] as const

/** The inbox's state in the address; `d` is the issue that is open. */
export const deadLettersParams = {
  q: parseAsString.withDefault(''),
  topic: parseAsString,
  state: parseAsStringLiteral(issueStatus.options),
  sort: parseAsStringLiteral(ISSUE_SORTS).withDefault('lastSeen'),
  d: parseAsString,
}
export const loadDeadLettersParams = createLoader(deadLettersParams)
export type DeadLettersParams = Awaited<ReturnType<typeof loadDeadLettersParams>>

/** What the inbox asks the API for. */
export function issuesInput(
  cluster: string,
  params: DeadLettersParams,
): RawInputOf<typeof deadLetters.groups> {
  return {
    cluster,
    ...(params.q ? { query: params.q } : {}),
    ...(params.topic ? { topic: params.topic } : {}),
    ...(params.state ? { status: params.state } : {}),
    sort: params.sort,
    limit: 100,
  }
}
