import type { Random } from './random.ts'

/** kafkajs wants values as buffers; several of one name stay in their order. */
export type Headers = Record<string, Buffer | Buffer[]>

/** W3C trace context, a correlation id, and what the event is. */
export function eventHeaders(random: Random, type: string, orderId: string): Headers {
  return {
    traceparent: Buffer.from(`00-${random.hex(32)}-${random.hex(16)}-01`),
    'correlation-id': Buffer.from(`order-${orderId}`),
    'event-type': Buffer.from(type),
    'content-type': Buffer.from('application/json'),
  }
}

const textOf = (value: unknown): string =>
  value === undefined ? '' : (Array.isArray(value) ? value.at(-1) : value)?.toString()

/** The next event of the same story: the trace goes on with a span of its own. */
export function followingHeaders(
  random: Random,
  before: Readonly<Record<string, unknown>>,
  type: string,
): Headers {
  const [version, trace] = textOf(before.traceparent).split('-')
  return {
    traceparent: Buffer.from(`${version || '00'}-${trace || random.hex(32)}-${random.hex(16)}-01`),
    'correlation-id': Buffer.from(textOf(before['correlation-id'])),
    'event-type': Buffer.from(type),
    'content-type': Buffer.from('application/json'),
  }
}
