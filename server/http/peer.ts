import { subscribe } from 'node:diagnostics_channel'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

/** Set by us on every request, whatever the client sent: Next shows route handlers no socket. */
const HEADER = 'x-milena-peer'

/**
 * Notes on every HTTP request of this process, before Next sees it, who asks: the socket's address. A request
 * that came through a proxy is `forwarded`, since its socket's address says nothing; through a proxy that is
 * trusted it is the last address of X-Forwarded-For that is none of theirs. Answers how to say which are:
 * addresses or CIDR blocks.
 */
export function notePeers(): (trusted: readonly string[]) => void {
  let proxies = new BlockList()
  subscribe('http.server.request.start', message => {
    if (!isRequestStart(message)) return
    const { headers, socket } = message.request
    const address = plainAddress(socket.remoteAddress ?? 'unknown')
    if (!isForwarded(headers)) headers[HEADER] = address
    else headers[HEADER] = isIn(proxies, address) ? behind(proxies, headers) : 'forwarded'
  })
  return trusted => {
    proxies = blockListOf(trusted)
  }
}

/** An IPv4 address as IPv6 sockets tell it is that IPv4 address. */
const plainAddress = (address: string) => address.replace(/^::ffff:(?=\d+\.)/i, '')

function blockListOf(trusted: readonly string[]): BlockList {
  const list = new BlockList()
  for (const entry of trusted) {
    const [address = '', prefix] = entry.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    list.addSubnet(address, Number(prefix ?? (family === 'ipv6' ? 128 : 32)), family)
  }
  return list
}

const isIn = (list: BlockList, address: string) =>
  isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

/** From the right: each proxy appends whom it saw, and what stands before our own may be anybody's invention. */
function behind(proxies: BlockList, headers: IncomingHttpHeaders): string {
  const hops = String(headers['x-forwarded-for'] ?? '')
    .slice(-2000)
    .split(',')
    .map(hop => plainAddress(hop.trim()))
  const client = hops.findLast(hop => !isIn(proxies, hop))
  return client !== undefined && isIP(client) !== 0 && !isLoopbackAddress(client) ? client : 'forwarded'
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
  return isLoopbackAddress(plainAddress(peerOf(headers)))
}

const isLoopbackAddress = (address: string) => address === '::1' || /^127(\.\d{1,3}){3}$/.test(address)
