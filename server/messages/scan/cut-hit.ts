import type { LogRecord } from '@/server/kafka/port'
import type { Hit } from './scan-types'

/** About what it holds in memory; nothing is nothing. */
export function hitBytes(hit: Hit | undefined): number {
  if (hit === undefined) return 0
  let sum = 300 + (hit.key?.length ?? 0) + (hit.value?.length ?? 0)
  for (const { name, value } of hit.headers) sum += 200 + name.length + (value?.length ?? 0)
  return sum
}

/** The same of all from `from` on. */
export function weightOf(hits: readonly Hit[], from = 0): number {
  let sum = 0
  for (let i = from; i < hits.length; i++) sum += hitBytes(hits[i])
  return sum
}

/** Copies: a view would keep megabytes of what was fetched alive, and could not cross to another thread. */
export function toHit(topic: string, record: LogRecord): Hit {
  const { partition, offset, timestampMs, timestampType, batch, key, value } = record
  return {
    topic,
    partition,
    offset,
    timestampMs,
    timestampType,
    key: key && new Uint8Array(key),
    value: value && new Uint8Array(value),
    headers: record.headers.map(header => ({
      name: new Uint8Array(header.name),
      value: header.value && new Uint8Array(header.value),
    })),
    batch,
  }
}
