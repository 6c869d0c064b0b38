import { subscribe } from 'node:diagnostics_channel'
import { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Set by us on every request, whatever the client sent: Next shows route handlers no socket. */
const HEADER = 'x-milena-socket'

const sockets = new Map<string, Socket>()
let last = 0

/**
 * Remembers the socket of every request that is being answered, so that one whose client does not read can be
 * cut off.
 */
export function noteSockets(): void {
  subscribe('http.server.request.start', message => {
    if (typeof message !== 'object' || message === null) return
    if (!('request' in message && message.request instanceof IncomingMessage)) return
    if (!('response' in message && message.response instanceof ServerResponse)) return
    const { request, response } = message
    const id = String(++last)
    request.headers[HEADER] = id
    sockets.set(id, request.socket)
    response.once('close', () => sockets.delete(id))
  })
}

/** Cuts off the client of this request: what waits for its socket to drain would wait for ever. */
export function cutOff(headers: Pick<Headers, 'get'>): void {
  sockets.get(headers.get(HEADER) ?? '')?.destroy()
}
