import { name } from './header-values'
import type { HeaderTable } from './headers'
import type { Origin } from './types'

type Bytes = Uint8Array | null

/** How a family writes one hop: the names, and how their bytes are read. */
export type HopHeaders = {
  topic: string
  partition?: { name: string; read: (value: Bytes) => number | null }
  offset?: { name: string; read: (value: Bytes) => bigint | null }
  timestamp?: { name: string; read: (value: Bytes) => number | null }
}

const MAX_HOPS = 100

/**
 * Hops, oldest first. Frameworks append a set of headers at each hop, so the n-th topic belongs to the n-th
 * offset; where the numbers of them differ nobody can tell which belongs to which, and what is uncertain
 * stays null. Of more than 100 hops the first and the last are kept.
 */
export function readHops(
  table: HeaderTable,
  headers: HopHeaders,
  order: 'last-is-latest' | 'first-is-latest',
): Origin[] {
  const topics = table.all(headers.topic)
  const count = Math.max(
    topics.length,
    headers.offset ? table.all(headers.offset.name).length : 0,
    headers.partition ? table.all(headers.partition.name).length : 0,
  )
  const hops: Origin[] = []
  for (const i of kept(count)) {
    hops.push({
      topic: topics.length === count ? name(topics[i]) : null,
      partition: at(table, headers.partition, i, count),
      offset: at(table, headers.offset, i, count),
      timestampMs: at(table, headers.timestamp, i, count),
    })
  }
  return order === 'last-is-latest' ? hops : hops.reverse()
}

function at<T>(
  table: HeaderTable,
  header: { name: string; read: (value: Bytes) => T | null } | undefined,
  index: number,
  count: number,
): T | null {
  if (!header) return null
  const values = table.all(header.name)
  return values.length === count ? header.read(values[index] ?? null) : null
}

const NONE: readonly number[] = []
const ONE = [0]

function kept(count: number): readonly number[] {
  // Of most records none or one: a letter is decoded for every replayed record.
  if (count === 0) return NONE
  if (count === 1) return ONE
  const all = Array.from({ length: Math.min(count, MAX_HOPS) }, (_, i) => i)
  return count <= MAX_HOPS ? all : [0, ...all.slice(1).map(i => count - MAX_HOPS + i)]
}
