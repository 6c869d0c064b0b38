import { readTraceparent } from './link-template'

/**
 * The trace a record belongs to, by its headers: W3C's `traceparent`, else B3 (single or multiple headers).
 * null: none that is well-formed.
 */
export function traceOf(
  headers: readonly { name: string; text: string | null }[],
): { traceId: string; spanId: string | null } | null {
  const find = (name: string) => headers.findLast(header => header.name.toLowerCase() === name)?.text ?? null
  const w3c = readTraceparent(find('traceparent'))
  if (w3c) return w3c
  // https://github.com/openzipkin/b3-propagation: ids of 64 or 128 bits.
  const single = /^([0-9a-f]{16}|[0-9a-f]{32})-([0-9a-f]{16})(?:-|$)/.exec(find('b3') ?? '')
  const traceId = single?.[1] ?? find('x-b3-traceid') ?? ''
  if (!/^(?:[0-9a-f]{16}|[0-9a-f]{32})$/.test(traceId) || /^0+$/.test(traceId)) return null
  const spanId = single?.[2] ?? find('x-b3-spanid') ?? ''
  return { traceId, spanId: /^[0-9a-f]{16}$/.test(spanId) ? spanId : null }
}
