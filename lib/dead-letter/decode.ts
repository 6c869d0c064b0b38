import { cloudStream } from './cloud-stream'
import { connect } from './connect'
import { generic, isTellingGeneric } from './generic'
import * as read from './header-values'
import { type HeaderShape, type HeaderTable, tableOf } from './headers'
import { share } from './share'
import { smallrye } from './smallrye'
import { spring, springHops } from './spring'
import { springRetry } from './spring-retry'
import { streams } from './streams'
import {
  type DeadLetterInput,
  type DecodedDeadLetter,
  type FamilyReader,
  type FamilyReading,
  type HeaderBytes,
  NO_FAILURES,
  NO_ORIGIN,
  type Origin,
  type ReplayTrace,
} from './types'
import { watermill } from './watermill'

/**
 * Every convention, strongest prefix first: a Spring record may carry business headers called `original-topic` or
 * `retry-count`, never the other way round. A new family is a file and a line here.
 */
export const FAMILIES: readonly FamilyReader[] = [
  spring,
  springRetry,
  connect,
  streams,
  share,
  cloudStream,
  smallrye,
  watermill,
  generic,
]

/**
 * Reads what the headers of a dead letter say; what they don't say is null. Pure and bounded: no bytes make
 * it throw, and at most 2,000 headers, 100 hops and 256 KiB of a stack trace are looked at. Nothing is ever
 * deserialised from Java.
 */
export function decodeDeadLetter(input: DeadLetterInput): DecodedDeadLetter {
  const headers = tableOf(input.headers)
  const reader = familyOf(headers)
  const hops = hopsOf(headers, reader)
  const reading: Omit<FamilyReading, 'hops' | 'failures'> = reader?.read(headers, input) ?? {
    exception: { class: null, rootCause: null, message: null, stackTrace: null },
    consumerGroup: null,
    attempts: null,
    facts: {},
    notes: [],
  }
  if (headers.cut) reading.notes.push('headers-cut')
  return {
    ...reading,
    hops,
    failures: reader?.failures?.(headers, input) ?? NO_FAILURES,
    family: reader?.family ?? 'unknown',
    origin: hops[0] ?? NO_ORIGIN,
    replay: replayTrace(headers),
  }
}

/** Only whose it is and where it came from, as `decodeDeadLetter` says: texts and traces are not read. */
export function decodeOrigin(list: readonly HeaderBytes[]): Pick<DecodedDeadLetter, 'family' | 'origin'> {
  const headers = tableOf(list)
  const reader = familyOf(headers)
  return { family: reader?.family ?? 'unknown', origin: hopsOf(headers, reader)[0] ?? NO_ORIGIN }
}

/**
 * Do these headers alone make a record a dead letter, whatever its topic is called? Retry topics carry the
 * same headers as their dead-letter topic, so records in them are not told apart by this.
 */
export function looksLikeDeadLetter(list: readonly HeaderBytes[]): boolean {
  const headers = tableOf(list)
  const reader = familyOf(headers)
  return reader !== null && (reader !== generic || isTellingGeneric(headers))
}

/** By the names alone, so the same for all records of a shape. */
const familyOfShape = new WeakMap<HeaderShape, FamilyReader | null>()

function familyOf(headers: HeaderTable): FamilyReader | null {
  let family = familyOfShape.get(headers.shape)
  if (family === undefined) {
    family = findFamily(headers)
    familyOfShape.set(headers.shape, family)
  }
  return family
}

function findFamily(headers: HeaderTable): FamilyReader | null {
  const found = FAMILIES.find(family => family.matches(headers)) ?? null
  // Both of Spring's sets: a retry's dead letter that failed again, or a dead letter sent through retries. Headers are
  // appended, so the set that begins further back is the latest.
  if (found === spring && headers.has('kafka_original-topic') && headers.has('kafka_dlt-original-topic'))
    return headers.position('kafka_original-topic') < headers.position('kafka_dlt-original-topic')
      ? spring
      : springRetry
  // Spring Cloud Stream whose binder sends by Spring Kafka's recoverer under its own names, which it has not for all.
  const named = 'kafka_dlt-original-topic'
  if (found === spring && !headers.has(named) && cloudStream.matches(headers)) return cloudStream
  return found
}

/** Oldest first. Hops of the other Spring set came before those of the family's own. */
function hopsOf(headers: HeaderTable, reader: FamilyReader | null): Origin[] {
  const hops = reader?.hops(headers) ?? []
  if (reader !== spring && reader !== springRetry) return hops
  const earlier = springHops(headers, reader === spring ? 'kafka_' : 'kafka_dlt-')
  return earlier.length === 0 ? hops : [...earlier, ...hops]
}

/** `x-replay-*`: text, the last of a name counts. A count without digits is taken for one replay. */
function replayTrace(headers: HeaderTable): ReplayTrace | null {
  if (!headers.has('x-replay-count') && !headers.has('x-replay-source') && !headers.has('x-replay-id'))
    return null
  const source = /^([A-Za-z0-9._-]{1,249})\/(\d{1,10})\/(\d{1,19})$/.exec(
    read.text(headers.last('x-replay-source'), 300) ?? '',
  )
  return {
    id: read.text(headers.last('x-replay-id'), 100),
    count: read.smallNumber(read.decimal(headers.last('x-replay-count'))) ?? 1,
    source:
      source === null
        ? null
        : { topic: source[1] ?? '', partition: Number(source[2]), offset: BigInt(source[3] ?? '0') },
    at: read.text(headers.last('x-replay-at'), 64),
  }
}
