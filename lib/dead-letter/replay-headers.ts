import type { Family } from '../contracts/dead-letters'
import { FAMILIES } from './decode'
import { generic } from './generic'
import { headerNameAt } from './headers'
import type { HeaderBytes } from './types'

export type HeaderRole = 'strip' | 'keep' | 'replace'

/** What Milena adds to a replayed record, replaced at each replay. */
const REPLAY = new Set([
  'x-replay-id',
  'x-replay-count',
  'x-replay-source',
  'x-replay-at',
  'x-replay-original-timestamp',
  'x-replay-by',
])

/**
 * What a replay does with each header, by position. The retry state and dead-letter headers of every
 * framework go: left in, they make the next failure skip its retries. Names that anybody may use
 * (`original-topic`, `retry-count`) go only where they are the record's convention; in a Spring record they
 * are business. Everything else stays: tracing, `ce_*`, `__TypeId__`, `content-type`.
 */
export function headerRoles(family: Family, headers: readonly HeaderBytes[]): HeaderRole[] {
  return headers.map((header, at) => roleOf(family, headerNameAt(at, header.name)))
}

/** As `headerRoles`, for one name. */
export function roleOf(family: Family, name: string): HeaderRole {
  const known = remembered.get(family)?.get(name)
  if (known !== undefined) return known
  const role = findRole(family, name)
  // The names of a topic's records repeat; hostile ones, all different, are not kept for long.
  let names = remembered.get(family)
  if (!names || names.size >= REMEMBERED_MAX) {
    names = new Map()
    remembered.set(family, names)
  }
  if (name.length <= 200) names.set(name, role)
  return role
}

const REMEMBERED_MAX = 1_000
const remembered = new Map<Family, Map<string, HeaderRole>>()

function findRole(family: Family, name: string): HeaderRole {
  if (REPLAY.has(name)) return 'replace'
  const owned = FAMILIES.some(reader => (reader !== generic || family === 'generic') && reader.owns(name))
  return owned ? 'strip' : 'keep'
}

/**
 * The headers of a replayed record: those kept, in their order, with duplicates and nulls as they were, then
 * those added.
 */
export function replayHeaders<H extends HeaderBytes>(
  headers: readonly H[],
  family: Family,
  added: readonly H[],
): H[] {
  const sent = headers.filter((header, at) => roleOf(family, headerNameAt(at, header.name)) === 'keep')
  for (const header of added) sent.push(header)
  return sent
}
