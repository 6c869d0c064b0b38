import type { LogRecord } from '@/server/kafka/port'
import type { SchemaAnswer, SchemaRef } from '@/server/serde/schema/schema-ref'
import type { Transparency } from './needle'

export type Part = 'key' | 'value'

/**
 * How the records of one topic become data: the serdes, as a search needs them. Never throws but `value`, for
 * bytes that can't be read.
 */
export type PartReader = {
  readonly transparency: Transparency
  /** The schema that must be handed in before the record can be read; null when it can be read now. */
  wanted(part: Part, record: LogRecord): SchemaRef | null
  learn(answers: Iterable<SchemaAnswer>): void
  /** As data: integers bigint, fractions number, bytes Uint8Array. Of an object at the top at least `fields`. */
  value(part: Part, record: LogRecord, fields: ReadonlySet<string> | null): unknown
  /** As a person reads it, where that isn't the raw text itself; else null. */
  text(part: Part, record: LogRecord): string | null
  header(name: string, value: Buffer): { text: string; raw: boolean }
}
