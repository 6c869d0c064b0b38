import type { LogRecord } from '@/server/kafka/port'
import type { Hit } from './scan-types'

/** About what it holds in memory. */
export function hitBytes({ key, value }: Hit): number {
  return 300 + (key?.length ?? 0) + (value?.length ?? 0)
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
