import { createLoader, parseAsString, parseAsStringLiteral } from 'nuqs/server'
import { deadLetterTriage } from '@/lib/contracts/dead-letter-triage'
import { deadLetters, issueStatus } from '@/lib/contracts/dead-letters'
import type { RawInputOf } from '@/lib/contracts/endpoint'

export const ISSUE_SORTS = ['lastSeen', 'recent', 'count', 'firstSeen', 'expires'] as const
/** What the inbox shows: what waits for somebody, everything, or one status. */
export const ISSUE_VIEWS = ['unresolved', 'all', ...issueStatus.options] as const
export type IssueView = (typeof ISSUE_VIEWS)[number]

/** The inbox's state in the address; `d` is the issue that is open. */
export const deadLettersParams = {
  q: parseAsString.withDefault(''),
  topic: parseAsString,
  state: parseAsStringLiteral(ISSUE_VIEWS).withDefault('unresolved'),
  sort: parseAsStringLiteral(ISSUE_SORTS).withDefault('lastSeen'),
  d: parseAsString,
}
export const loadDeadLettersParams = createLoader(deadLettersParams)
export type DeadLettersParams = Awaited<ReturnType<typeof loadDeadLettersParams>>

/** What the inbox asks the API for. */
export function issuesInput(
  cluster: string,
  { q, topic, state, sort }: DeadLettersParams,
): RawInputOf<typeof deadLetters.groups> {
  return {
    cluster,
    ...(q ? { query: q } : {}),
    ...(topic ? { topic } : {}),
    ...(state === 'unresolved' ? { unresolved: true } : state === 'all' ? {} : { status: state }),
    sort,
    limit: 100,
  }
}

/** One issue by its fingerprint. */
export const issueInput = (cluster: string, fingerprint: string): RawInputOf<typeof deadLetters.groups> => ({
  cluster,
  fingerprint,
  limit: 1,
})

export const RECORD_VIEWS = ['new', 'refailed', 'replayed'] as const

/** Letters of one issue, newest first. */
export const recordsInput = (
  cluster: string,
  fingerprint: string,
  status: (typeof RECORD_VIEWS)[number] | null,
): RawInputOf<typeof deadLetters.records> => ({
  cluster,
  fingerprint,
  ...(status === null ? {} : { status }),
  limit: 100,
})

/** What changes when somebody does something about an issue. */
export const ISSUE_QUERIES = [
  deadLetters.groups,
  deadLetters.records,
  deadLetters.record,
  deadLetterTriage.issue,
]
