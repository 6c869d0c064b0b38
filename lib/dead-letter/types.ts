import type { DeadLetterNote, Family } from '../contracts/dead-letters'
import type { HeaderTable } from './headers'

/** A header as it stands in the log: ordered, duplicates kept, null is not empty. */
export type HeaderBytes = { name: Uint8Array; value: Uint8Array | null }

export type DeadLetterInput = {
  topic: string
  partition: number
  offset: bigint
  timestampMs: number
  headers: readonly HeaderBytes[]
  key: Uint8Array | null
  value: Uint8Array | null
}

/** Where a record came from, as far as headers say; what they don't say is null. */
export type Origin = {
  topic: string | null
  partition: number | null
  offset: bigint | null
  timestampMs: number | null
}

/**
 * When the record failed first and last, as far as headers say or follow from how the family writes its record;
 * null where nothing does:
 * letters of Connect and Streams keep the time of their source.
 */
export type Failures = { firstMs: number | null; lastMs: number | null }

export const NO_FAILURES: Failures = { firstMs: null, lastMs: null }

export type ExceptionInfo = {
  class: string | null
  rootCause: string | null
  /** The framework's wrappers taken off; null where there was no message behind them. */
  message: string | null
  stackTrace: string | null
}

/**
 * What a reader should know. Closed list:
 * `pointer` no key and no value: a share group's record may only point at its source (or be a copied tombstone);
 * `source-headers-lost` the family never copies the source's headers: fetch the origin for them;
 * `internal-origin` the origin is a Streams repartition topic: never a target;
 * `key-deserialisation`, `value-deserialisation` Spring could not read that part;
 * `exception-serialised` a Java-serialised exception is there and is never deserialised;
 * `headers-cut` too many headers to look at all.
 */
export type Note = DeadLetterNote

/** What a family reads out of its headers. */
export type FamilyReading = {
  /** Oldest first; the last is the latest. Empty where headers name no origin. */
  hops: Origin[]
  exception: ExceptionInfo
  consumerGroup: string | null
  /** Deliveries before the record was given up. */
  attempts: number | null
  failures: Failures
  /** What else the family says, by its own words: connector, task, stage, handler, ... */
  facts: Record<string, string>
  notes: Note[]
}

/** Marks that an earlier replay left (`x-replay-*`). */
export type ReplayTrace = {
  id: string | null
  count: number
  /** The dead letter that was replayed. */
  source: { topic: string; partition: number; offset: bigint } | null
  at: string | null
}

export type DecodedDeadLetter = FamilyReading & {
  family: Family
  /** The true origin: the first hop. All null where headers name none. */
  origin: Origin
  /** null: never replayed. */
  replay: ReplayTrace | null
}

/** One convention of headers. */
export type FamilyReader = {
  family: Family
  /** Do these headers follow it? Their names alone say so. */
  matches(headers: HeaderTable): boolean
  /**
   * Where it stood and failed before, oldest first. Apart from the rest: a replay at full speed asks for
   * nothing else.
   */
  hops(headers: HeaderTable): Origin[]
  read(headers: HeaderTable, record: DeadLetterInput): Omit<FamilyReading, 'hops' | 'failures'>
  /** Absent: nothing is known of them. */
  failures?(headers: HeaderTable, record: DeadLetterInput): Failures
  /** Is this header the family's own state, which a replay must leave behind? */
  owns(name: string): boolean
}

export const NO_ORIGIN: Origin = { topic: null, partition: null, offset: null, timestampMs: null }
