/**
 * The one place that turns Kafka's codes and the clients' errors into ours. A driver's text never goes on:
 * it stays as `cause` for the log; people get a code and safe params.
 */
import { ResponseError, TimeoutError } from '@platformatic/kafka'
import type { Problem } from '@/lib/contracts/common'
import { AppError, type ErrorCode, isErrorCode, toAppError } from '@/lib/errors'
import type { Answer } from '../port'
import { kafkaErrorName } from './error-codes'
import { ForeignBytesError } from './frames'

type Params = Record<string, string | number>

/** By Kafka's error code; what is not here is KAFKA_ERROR with its name. */
const CODES: Record<number, ErrorCode> = {
  1: 'OFFSET_OUT_OF_RANGE',
  3: 'TOPIC_UNKNOWN',
  5: 'LEADER_UNAVAILABLE',
  6: 'LEADER_UNAVAILABLE',
  7: 'TIMED_OUT',
  8: 'BROKER_UNREACHABLE',
  9: 'LEADER_UNAVAILABLE',
  10: 'RECORD_REFUSED',
  14: 'COORDINATOR_UNAVAILABLE',
  15: 'COORDINATOR_UNAVAILABLE',
  16: 'COORDINATOR_UNAVAILABLE',
  17: 'NAME_INVALID',
  18: 'RECORD_REFUSED',
  29: 'CLUSTER_DENIED',
  30: 'CLUSTER_DENIED',
  31: 'CLUSTER_DENIED',
  32: 'RECORD_REFUSED',
  33: 'AUTHENTICATION_FAILED',
  34: 'AUTHENTICATION_FAILED',
  35: 'BROKER_TOO_OLD',
  36: 'TOPIC_EXISTS',
  37: 'PARTITIONS_INVALID',
  38: 'REPLICATION_INVALID',
  40: 'CONFIG_INVALID',
  44: 'BROKER_POLICY_VIOLATION',
  53: 'CLUSTER_DENIED',
  54: 'SECURITY_DISABLED',
  58: 'AUTHENTICATION_FAILED',
  65: 'CLUSTER_DENIED',
  68: 'GROUP_ACTIVE',
  69: 'GROUP_UNKNOWN',
  72: 'LEADER_UNAVAILABLE',
  74: 'LEADER_UNAVAILABLE',
  75: 'LEADER_UNAVAILABLE',
  87: 'RECORD_REFUSED',
  100: 'TOPIC_UNKNOWN',
  103: 'TOPIC_UNKNOWN',
}

/** Codes by which a broker says that our metadata is stale: forget it and ask again. */
export const STALE_METADATA: ReadonlySet<number> = new Set([3, 5, 6, 9, 72, 74, 75, 100, 103])
/** The coordinator is loading, absent or elsewhere. */
export const COORDINATOR_MOVED: ReadonlySet<number> = new Set([14, 15, 16])
export const NOT_CONTROLLER = 41

const MAX_BROKER_TEXT = 300

/** A broker's own words about what we asked for: printable and short, never trusted as more than text. */
export function safeBrokerText(text: string | null | undefined): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  const clean = text?.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim()
  return clean ? clean.slice(0, MAX_BROKER_TEXT) : null
}

/** An AppError for a Kafka error code; `kafka` in its params is Kafka's name of it. */
export function kafkaError(code: number, params: Params = {}, brokerText?: string | null): AppError {
  const text = safeBrokerText(brokerText)
  // One Kafka code for two things that a person mends differently.
  const collides = code === 17 && text !== null && /collides with existing topic/i.test(text)
  return new AppError(collides ? 'TOPIC_COLLIDES' : (CODES[code] ?? 'KAFKA_ERROR'), {
    params: { ...params, kafka: kafkaErrorName(code), ...(text ? { message: text } : {}) },
  })
}

export function problemOf(scope: string, error: unknown): Problem {
  const { code, params } = toAppError(error)
  return params ? { scope, code, params } : { scope, code }
}

/** An Answer's problem as an error, for a caller who asked for that one thing only. */
export function problemError({ code, params }: Pick<Problem, 'code' | 'params'>): AppError {
  return new AppError(isErrorCode(code) ? code : 'KAFKA_ERROR', params ? { params } : {})
}

export function failed<T>(scope: string, error: unknown): Answer<T> {
  return { ok: false, problem: problemOf(scope, error) }
}

export const ok = <T>(value: T): Answer<T> => ({ ok: true, value })

/** Every error in a chain of causes and lists, outermost first; bounded, since causes can form a ring. */
function chain(error: unknown): Error[] {
  const found: Error[] = []
  const queue: unknown[] = [error]
  while (queue.length > 0 && found.length < 20) {
    const next = queue.shift()
    if (!(next instanceof Error) || found.includes(next)) continue
    found.push(next)
    queue.push(next.cause)
    if (next instanceof AggregateError) queue.push(...next.errors)
  }
  return found
}

const codeOf = (error: Error): string => {
  const code = 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : ''
}

const UNTRUSTED =
  /^(UNABLE_TO_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|CERT_|ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH)/
const CLIENT_CERTIFICATE =
  /ALERT_(CERTIFICATE_REQUIRED|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|UNKNOWN_CA|CERTIFICATE_REVOKED|CERTIFICATE_EXPIRED|UNSUPPORTED_CERTIFICATE|ACCESS_DENIED|DECRYPT_ERROR)$/
const NO_TLS_THERE =
  /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNEXPECTED_MESSAGE|HTTP_REQUEST|TLS_HANDSHAKE/

const SOCKET_REASONS: Record<string, string> = {
  ECONNREFUSED: 'refused',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_FAIL: 'dns',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
}

/** Where it happened: with a broker id it is that broker, without the cluster. */
export type Where = { broker?: number; host?: string; port?: number }

/**
 * No way to a broker, or to the cluster when no broker is named; `reason` is refused, dns, timeout,
 * unreachable, closed, tls-handshake or unregistered.
 */
export function unreachable(where: Where, reason: string, cause: unknown): AppError {
  const { broker, host, port } = where
  const params: Params = {
    reason,
    ...(broker === undefined ? {} : { broker }),
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
  }
  return new AppError(broker === undefined ? 'CLUSTER_UNREACHABLE' : 'BROKER_UNREACHABLE', { params, cause })
}

/** TLS's and SASL's own errors, wherever they are in the chain. */
function securityError(errors: Error[], params: Params, cause: unknown): AppError | null {
  for (const one of errors) {
    const code = codeOf(one)
    if (UNTRUSTED.test(code))
      return new AppError('TLS_UNTRUSTED', { params: { ...params, reason: code }, cause })
    if (CLIENT_CERTIFICATE.test(code)) {
      const reason = 'client-certificate'
      return new AppError('AUTHENTICATION_FAILED', { params: { ...params, reason }, cause })
    }
  }
  const authentication = errors.find(one => codeOf(one) === 'PLT_KFK_AUTHENTICATION')
  if (!authentication) return null
  // A socket that died during the SASL exchange is wrapped as an authentication error too; it isn't one.
  if (chain(authentication).some(one => codeOf(one) === 'PLT_KFK_NETWORK')) return null
  return new AppError('AUTHENTICATION_FAILED', { params: { ...params, reason: 'sasl' }, cause })
}

/**
 * What a client threw as an AppError. `remembered` is the last error of the socket: the library answers a
 * pending request with "Connection closed" only, and the reason went by as an event.
 */
export function driverError(error: unknown, where: Where, remembered?: unknown): AppError {
  if (error instanceof AppError) return error
  const errors = [...chain(error), ...chain(remembered)]
  const params: Params = where.host === undefined ? {} : { host: where.host, port: where.port ?? 0 }
  const known = errors.find(one => one instanceof AppError)
  if (known instanceof AppError) return known

  const foreign = errors.find(one => one instanceof ForeignBytesError)
  if (foreign instanceof ForeignBytesError) {
    const code = foreign.kind === 'tls' ? 'TLS_REQUIRED' : 'NOT_KAFKA'
    return new AppError(code, { params: { ...params, speaks: foreign.kind }, cause: error })
  }
  const security = securityError(errors, params, error)
  if (security) return security

  const response = errors.find(one => one instanceof ResponseError)
  if (response instanceof ResponseError) {
    const first = response.errors[0]
    const code: unknown = first && 'apiCode' in first ? first.apiCode : undefined
    if (typeof code === 'number') return kafkaError(code, params)
  }
  for (const one of errors) {
    if (codeOf(one) === 'PLT_KFK_UNEXPECTED_CORRELATION_ID')
      return new AppError('NOT_KAFKA', { params: { ...params, speaks: 'garbage' }, cause: error })
    const text = `${codeOf(one)} ${one.message}`
    if (NO_TLS_THERE.test(text) || /secure TLS connection was established|TLS handshake failed/.test(text))
      return unreachable(where, 'tls-handshake', error)
    const reason = SOCKET_REASONS[codeOf(one)]
    if (reason) return unreachable(where, reason, error)
  }
  if (errors.some(one => one instanceof TimeoutError || /timed out/.test(one.message)))
    return unreachable(where, 'timeout', error)
  if (errors.some(one => /^(PLT_KFK_NETWORK|ECONNRESET|EPIPE)$/.test(codeOf(one))))
    return unreachable(where, 'closed', error)
  // A parser that ran out of bytes or met nonsense: the frame was whole, so its content is not what Kafka sends.
  return new AppError('KAFKA_ERROR', { params: { ...params, kafka: 'ANSWER_UNREADABLE' }, cause: error })
}

/** The connection went away under a request; asking again on a fresh one may well work. */
export function isConnectionLost(error: unknown): boolean {
  return (
    error instanceof AppError &&
    (error.code === 'BROKER_UNREACHABLE' || error.code === 'CLUSTER_UNREACHABLE') &&
    error.params?.reason === 'closed'
  )
}

const TELLING: ErrorCode[] = [
  'AUTHENTICATION_FAILED',
  'TLS_UNTRUSTED',
  'TLS_REQUIRED',
  'BROKER_TOO_OLD',
  'NOT_KAFKA',
  'CLUSTER_DENIED',
]

/** Of several addresses' failures the one that tells a person most about what to mend. */
export function mostTelling(errors: readonly unknown[]): AppError {
  const ours = errors.map(toAppError)
  for (const code of TELLING) {
    const found = ours.find(one => one.code === code)
    if (found) return found
  }
  return ours[0] ?? new AppError('CLUSTER_UNREACHABLE')
}
