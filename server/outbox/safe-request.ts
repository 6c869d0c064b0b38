import { lookup as dnsLookup, type LookupAddress } from 'node:dns'
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { matchesAny } from '@/lib/permissions'
import { DeliveryError } from './delivery-error'
import { isPrivateAddress } from './private-address'

const LIMIT_MS = 10_000
const MOST_ANSWER_BYTES = 64 * 1024

export type Outgoing = {
  method: 'GET' | 'POST' | 'PUT'
  url: string
  headers: Record<string, string>
  body: string | null
  signal?: AbortSignal
  limitMs?: number
}
export type Answered = { status: number; headers: IncomingMessage['headers']; text: string }
/** Sends one request and answers whatever status came. Throws DeliveryError. */
export type SafeRequest = (outgoing: Outgoing) => Promise<Answered>

/**
 * The only way by which messages leave: an address stands in a configuration or in somebody's message. Hosts
 * may hold `*` as a wildcard; an address inside a private network is called only where `allow` names its host
 * in full. What a name resolves to is judged in the connection's own look-up, so that no second answer of a
 * DNS server slips in. Redirects are answers like others: none is followed.
 */
export function createSafeRequest(options: {
  /** Of the configuration's allow-list. */
  allow: readonly string[]
  /** Hosts that are called because a channel stands there. */
  channels: readonly string[]
}): SafeRequest {
  const named = options.allow.map(host => host.toLowerCase())
  const hosts = [...named, ...options.channels.map(host => host.toLowerCase())]
  return async outgoing => {
    if (!URL.canParse(outgoing.url)) throw new DeliveryError('URL_INVALID')
    const url = new URL(outgoing.url)
    if (!/^https?:$/.test(url.protocol) || url.username || url.password)
      throw new DeliveryError('URL_INVALID')
    const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
    if (!matchesAny(hosts, host)) throw new DeliveryError('HOST_NOT_ALLOWED')
    const isNamed = named.includes(host)
    if (!isNamed && isIP(host) !== 0 && isPrivateAddress(host)) throw new DeliveryError('ADDRESS_PRIVATE')
    return exchange(url, outgoing, isNamed ? undefined : publicLookup)
  }
}

/** node's look-up, refusing a name with any private address: which of them is dialled is not ours to choose. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  dnsLookup(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
    const [first] = found ?? []
    if (error || !first) return callback(error ?? new DeliveryError('UNREACHABLE'), '', 0)
    if (found.some(({ address }) => isPrivateAddress(address))) {
      return callback(new DeliveryError('ADDRESS_PRIVATE'), '', 0)
    }
    if (options.all) callback(null, found)
    else callback(null, first.address, first.family)
  })
}

function exchange(url: URL, outgoing: Outgoing, lookup: LookupFunction | undefined): Promise<Answered> {
  const timeout = AbortSignal.timeout(outgoing.limitMs ?? LIMIT_MS)
  const signal = outgoing.signal ? AbortSignal.any([outgoing.signal, timeout]) : timeout
  const body = outgoing.body === null ? null : Buffer.from(outgoing.body, 'utf8')
  const options: RequestOptions = {
    method: outgoing.method,
    headers: {
      'user-agent': 'milena',
      ...outgoing.headers,
      ...(body ? { 'content-length': String(body.length) } : {}),
    },
    // No pooled connection: its address would have been judged for another request.
    agent: false,
    signal,
    ...(lookup ? { lookup } : {}),
  }
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest
    const fail = (error: unknown) => {
      if (error instanceof DeliveryError) reject(error)
      else reject(new DeliveryError(timeout.aborted ? 'TIMED_OUT' : 'UNREACHABLE', { cause: error }))
    }
    const request = send(url, options, response => {
      const chunks: Buffer[] = []
      let size = 0
      response.on('error', fail)
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > MOST_ANSWER_BYTES) request.destroy(new DeliveryError('ANSWER_TOO_LARGE'))
        else chunks.push(chunk)
      })
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
      })
    })
    request.on('error', fail)
    request.end(body ?? undefined)
  })
}
