import * as read from './header-values'

/** How a header's bytes are shown. `int32` ... say how a number was stored. */
export type HeaderText = {
  kind: 'text' | 'int32' | 'int64' | 'big-integer' | 'byte' | 'bytes'
  text: string
}

const INT32 = new Set([
  'kafka_dlt-original-partition',
  'kafka_original-partition',
  'kafka_deliveryAttempt',
  'x-original-partition',
])
const INT64 = new Set([
  'kafka_dlt-original-offset',
  'kafka_dlt-original-timestamp',
  'kafka_original-offset',
  'kafka_original-timestamp',
  'x-original-offset',
  'x-original-timestamp',
])
const BIG_INTEGER = new Set(['retry_topic-original-timestamp', 'retry_topic-backoff-timestamp'])

/**
 * A header's value for people: by the name's encoding where a framework fixed it, else as it looks.
 * Java-serialised objects are bytes and stay bytes. What does not fit its encoding falls back to what it
 * looks like.
 */
export function headerText(name: string, value: Uint8Array): HeaderText {
  if (name.startsWith('springDeserializerException')) return { kind: 'bytes', text: read.hex(value) }
  if (name === 'retry_topic-attempts' && value.length === 1)
    return { kind: 'byte', text: String(value[0] ?? 0) }
  if ((INT32.has(name) || name === 'retry_topic-attempts') && value.length === 4)
    return { kind: 'int32', text: String(read.int32(value)) }
  if (INT64.has(name) && value.length === 8) return { kind: 'int64', text: String(read.int64(value)) }
  if (BIG_INTEGER.has(name)) {
    const number = read.bigInteger(value)
    if (number !== null) return { kind: 'big-integer', text: String(number) }
  }
  return read.guess(value)
}
