import {
  AuthenticationError,
  NetworkError,
  ProtocolError,
  ResponseError,
  TimeoutError,
} from '@platformatic/kafka'
import { describe, expect, it } from 'vitest'
import { AppError } from '@/lib/errors'
import './error-codes'
import { driverError, isConnectionLost, kafkaError, mostTelling, problemOf, safeBrokerText } from './errors'
import { ForeignBytesError } from './frames'

const system = (code: string) => Object.assign(new Error(`connect ${code} 10.0.0.1:9092`), { code })
const where = { host: 'kafka', port: 9092 }
const told = (error: unknown, remembered?: unknown, place: object = where) => {
  const { code, params } = driverError(error, place, remembered)
  return { code, reason: params?.reason }
}

describe('Kafka codes', () => {
  it('keep their name beside ours', () => {
    expect(kafkaError(36, { topic: 'a' })).toMatchObject({
      code: 'TOPIC_EXISTS',
      params: { topic: 'a', kafka: 'TOPIC_ALREADY_EXISTS' },
    })
    expect(kafkaError(133)).toMatchObject({
      code: 'KAFKA_ERROR',
      params: { kafka: 'SHARE_SESSION_LIMIT_REACHED' },
    })
    expect(kafkaError(999).params).toEqual({ kafka: 'ERROR_999' })
    expect(kafkaError(17, {}, "Topic 'a.b' collides with existing topics: a_b").code).toBe('TOPIC_COLLIDES')
    expect(kafkaError(17, {}, 'Topic name is illegal').code).toBe('NAME_INVALID')
  })

  it('beyond the library’s table do not break its errors', () => {
    for (const code of [128, 133, 134, 700]) expect(new ProtocolError(code).apiCode).toBe(code)
  })

  it('take a broker’s words as short printable text', () => {
    expect(safeBrokerText('a\u0000b\n\u001b[31mc\u2028d')).toBe('a b [31mc d')
    expect(safeBrokerText('x'.repeat(5_000))).toHaveLength(300)
    expect(safeBrokerText('')).toBeNull()
    expect(safeBrokerText(null)).toBeNull()
  })
})

describe('what drivers throw', () => {
  it.each([
    ['ECONNREFUSED', 'refused'],
    ['ENOTFOUND', 'dns'],
    ['EHOSTUNREACH', 'unreachable'],
    ['ETIMEDOUT', 'timeout'],
    ['ECONNRESET', 'closed'],
  ])('%s is unreachable: %s', (code, reason) => {
    const error = new NetworkError('Connection failed.', { cause: system(code) })
    expect(told(error)).toEqual({ code: 'CLUSTER_UNREACHABLE', reason })
    expect(told(error, undefined, { ...where, broker: 3 }).code).toBe('BROKER_UNREACHABLE')
  })

  it('the reason may have gone by as an event', () => {
    const closed = new NetworkError('Connection closed')
    expect(told(closed)).toEqual({ code: 'CLUSTER_UNREACHABLE', reason: 'closed' })
    expect(isConnectionLost(driverError(closed, where))).toBe(true)
    const alert = system('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED')
    expect(told(closed, new NetworkError('Connection error', { cause: alert }))).toEqual({
      code: 'AUTHENTICATION_FAILED',
      reason: 'client-certificate',
    })
    expect(told(closed, new ForeignBytesError('tls')).code).toBe('TLS_REQUIRED')
    expect(told(closed, new ForeignBytesError('http')).code).toBe('NOT_KAFKA')
  })

  it('a wrong password is one; a socket that died while asking is not', () => {
    const wrong = new NetworkError('failed', {
      cause: new AuthenticationError('SASL authentication failed.'),
    })
    expect(told(wrong, wrong)).toEqual({ code: 'AUTHENTICATION_FAILED', reason: 'sasl' })
    const died = new NetworkError('failed', {
      cause: new AuthenticationError('SASL authentication failed.', {
        cause: new NetworkError('Connection closed'),
      }),
    })
    expect(told(died)).toEqual({ code: 'CLUSTER_UNREACHABLE', reason: 'closed' })
  })

  it('untrusted certificates say which rule failed', () => {
    for (const code of ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'SELF_SIGNED_CERT_IN_CHAIN', 'CERT_HAS_EXPIRED'])
      expect(told(new NetworkError('x', { cause: system(code) }))).toEqual({
        code: 'TLS_UNTRUSTED',
        reason: code,
      })
  })

  it('error answers, time-outs, unreadable answers, rings of causes', () => {
    expect(told(new ResponseError(3, 12, { '': [29, 'no'] }, {})).code).toBe('CLUSTER_DENIED')
    expect(told(new TimeoutError('Request timed out'))).toEqual({
      code: 'CLUSTER_UNREACHABLE',
      reason: 'timeout',
    })
    expect(driverError(new RangeError('Out of bounds'), where).params?.kafka).toBe('ANSWER_UNREADABLE')
    const ring = new Error('a')
    ring.cause = new Error('b', { cause: ring })
    expect(driverError(ring, where).code).toBe('KAFKA_ERROR')
  })

  it('never carry their text', () => {
    const error = driverError(new NetworkError('secret words', { cause: system('ECONNREFUSED') }), where)
    expect(error.detail).toBeUndefined()
    expect(error.message).toBe('CLUSTER_UNREACHABLE')
    expect(problemOf('cluster', error)).toEqual({
      scope: 'cluster',
      code: 'CLUSTER_UNREACHABLE',
      params: { reason: 'refused', host: 'kafka', port: 9092 },
    })
  })

  it('of several addresses the most telling one counts', () => {
    const refused = new AppError('CLUSTER_UNREACHABLE')
    expect(mostTelling([refused, new AppError('NOT_KAFKA'), new AppError('TLS_UNTRUSTED')]).code).toBe(
      'TLS_UNTRUSTED',
    )
    expect(mostTelling([refused]).code).toBe('CLUSTER_UNREACHABLE')
    expect(mostTelling([]).code).toBe('CLUSTER_UNREACHABLE')
  })
})
