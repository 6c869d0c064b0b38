import { protocolErrors, protocolErrorsCodesById } from '@platformatic/kafka'

/** Kafka 4.3's codes that the library's table (up to 127) lacks. */
const NEWER: Record<number, string> = {
  128: 'INVALID_REGULAR_EXPRESSION',
  129: 'REBOOTSTRAP_REQUIRED',
  130: 'STREAMS_INVALID_TOPOLOGY',
  131: 'STREAMS_INVALID_TOPOLOGY_EPOCH',
  132: 'STREAMS_TOPOLOGY_FENCED',
  133: 'SHARE_SESSION_LIMIT_REACHED',
}

const LAST_CODE = 1023

// A code that the table lacks makes the library throw a TypeError that hides the answer: so every code has a name.
for (let code = 0; code <= LAST_CODE; code++) {
  if (Object.hasOwn(protocolErrorsCodesById, code)) continue
  const id = NEWER[code] ?? `ERROR_${code}`
  protocolErrorsCodesById[code] = id
  protocolErrors[id] = { id, code, canRetry: code === 133, message: id }
}

/** Kafka's own name of a code, e.g. 36 → TOPIC_ALREADY_EXISTS. */
export function kafkaErrorName(code: number): string {
  return protocolErrorsCodesById[code] ?? `ERROR_${code}`
}
