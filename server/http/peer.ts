import { subscribe } from 'node:diagnostics_channel'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'

/** Set by us on every request, whatever the client sent: Next shows route handlers no socket. */
const HEADER = 'x-milena-peer'

/**
 * Notes the socket's address on every HTTP request of this process before Next sees it. A request that came through a proxy is
 * `forwarded`: its socket's address says nothing about who asks.
 */
export function notePeers(): void {
  subscribe('http.server.request.start', message => {
    if (!isRequestStart(message)) return
    const { headers, socket } = message.request
    headers[HEADER] = isForwarded(headers) ? 'forwarded' : (socket.remoteAddress ?? 'unknown')
  })
}

/** By what any proxy of ours would add; not all of them say for whom. */
function isForwarded(headers: IncomingHttpHeaders): boolean {
  return Object.keys(headers).some(name => name.startsWith('x-forwarded-') || FORWARDERS.has(name))
}

const FORWARDERS: ReadonlySet<string> = new Set(['forwarded', 'via', 'x-real-ip'])

function isRequestStart(message: unknown): message is { request: IncomingMessage } {
  return typeof message === 'object' && message !== null && 'request' in message
}

/** The address behind a request, `forwarded`, or `unknown`. */
export function peerOf(headers: Pick<Headers, 'get'>): string {
  return headers.get(HEADER) ?? 'unknown'
}

export function isLoopback(headers: Pick<Headers, 'get'>): boolean {
  const peer = peerOf(headers).replace(/^::ffff:/, '')
  return peer === '::1' || /^127(\.\d{1,3}){3}$/.test(peer)
}
