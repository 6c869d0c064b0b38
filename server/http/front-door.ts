import { subscribe } from 'node:diagnostics_channel'
import { type IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import { api } from '@/lib/contracts'
import { AppError, type ErrorCode } from '@/lib/errors'
import { problemResponse } from './problem'

/** Set by us alone: a client's own is taken away. */
const HEADER = 'x-milena-refused'
/** The catch-all route of the API answers there. */
const ANSWERED_AT = '/api/v1/refused'

/** Why a request is turned away. `open`: it is told to anybody, since what it knocked at needs no session. */
export type Refusal = { code: 'METHOD_NOT_ALLOWED' | 'INPUT_INVALID'; allow?: string; open: boolean }

type Knock = Pick<IncomingMessage, 'headers'> & { method?: string | undefined; url?: string | undefined }

/**
 * Looks at every HTTP request of this process before Next does. Next answers a method that a route lacks with
 * an empty 405, one that it does not know (TRACE, PROPFIND) with a bare 400 or 500, and a path whose escapes
 * are broken with text: such a request is led to a route of ours, which answers a problem document.
 */
export function keepTheDoor(): void {
  const known = new WeakSet<Server>()
  subscribe('http.server.request.start', message => {
    if (typeof message !== 'object' || message === null) return
    if ('request' in message) turnAway(message.request as Knock)
    if ('server' in message && message.server instanceof Server && !known.has(message.server)) {
      known.add(message.server)
      message.server.on('clientError', answerNoHttp)
    }
  })
}

/** Leads a request that nothing of ours can take to where it is refused; leaves all others as they are. */
export function turnAway(request: Knock): void {
  delete request.headers[HEADER]
  const refusal = refusalOf(request.method ?? '', request.url ?? '')
  if (refusal === null) return
  request.headers[HEADER] = JSON.stringify(refusal)
  // The session is looked at as with any read; the body is nobody's.
  request.method = 'GET'
  request.url = ANSWERED_AT
}

/** What the route was told by `turnAway`, or null for a request that came there by itself. */
export function readRefusal(headers: Pick<Headers, 'get'>): Refusal | null {
  const text = headers.get(HEADER)
  return text === null ? null : (JSON.parse(text) as Refusal)
}

const READS = ['GET', 'HEAD']
const READ = READS.join(', ')
/** Next answers HEAD by what GET does and throws the body away unread: nobody would ever end the making of it. */
const MADE_WHILE_READ: ReadonlySet<string> = new Set(['stream', 'download'])

/** null: let it in. Whether something is there, and who asks, is not decided here. */
export function refusalOf(method: string, url: string): Refusal | null {
  const path = pathOf(url)
  if (path === null) return { code: 'INPUT_INVALID', open: true }
  const [allow, open] = methodsOf(path)
  if (allow === null || allow.split(', ').includes(method)) return null
  return { code: 'METHOD_NOT_ALLOWED', allow, open }
}

/** The path of a request's target; null when its escapes are broken or no UTF-8, or when it is no path at all. */
function pathOf(url: string): string | null {
  const target = /^https?:\/\/[^/?#]*/i.exec(url)
  const path = (target ? url.slice(target[0].length) : url).replace(/[?#].*$/s, '')
  if (!path.startsWith('/')) return null
  try {
    decodeURIComponent(path)
    return path
  } catch {
    return null
  }
}

/**
 * Which methods a path takes, as its `Allow` header says it, and whether that is told to strangers. null:
 * any, as far as we know.
 */
function methodsOf(path: string): [allow: string | null, open: boolean] {
  if (path.startsWith('/_next/') || path.startsWith('/__next')) return [null, true]
  if (path === '/api/v1/openapi.json') return [READ, true]
  if (path.startsWith('/api/auth/')) return [`${READ}, POST`, true]
  if (path.startsWith('/api/hooks/')) return ['POST', true]
  if (!path.startsWith('/api/v1/')) return [READ, true]
  const segments = path.split('/').slice(3)
  const found = templates.find(
    ({ parts }) =>
      parts.length === segments.length &&
      parts.every((part, i) => (part === null ? segments[i] !== '' : part === segments[i])),
  )
  return [found?.allow ?? ANY, false]
}

/** What is no endpoint is 404 by any method that Next knows. */
const ANY = 'GET, HEAD, POST, PUT, PATCH, DELETE'

const literalness = (parts: readonly (string | null)[]) => parts.map(part => (part === null ? 0 : 1)).join('')

/** Paths of the API by segment (null: a parameter), the most literal first, as Next chooses among them. */
const templates = [...Map.groupBy(api, contract => contract.path)]
  .map(([path, contracts]) => ({
    parts: path
      .split('/')
      .slice(1)
      .map(part => (part.startsWith('{') ? null : part)),
    allow: contracts
      .flatMap(({ method, kind }) => (method === 'GET' && !MADE_WHILE_READ.has(kind) ? READS : [method]))
      .join(', '),
  }))
  .sort((a, b) => literalness(b.parts).localeCompare(literalness(a.parts)))

const NO_HTTP: Readonly<Record<string, [line: string, code: ErrorCode]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'INPUT_INVALID'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'TIMED_OUT'],
}

/**
 * What is not HTTP as Node reads it (an invented method, a broken header) gets Node's status with a document
 * of ours.
 */
function answerNoHttp(error: Error & { code?: string }, socket: Socket): void {
  const answering: unknown = Reflect.get(socket, '_httpMessage')
  const hasBegun =
    typeof answering === 'object' && answering !== null && Reflect.get(answering, 'headersSent')
  if (!socket.writable || error.code === 'ECONNRESET' || hasBegun === true) {
    socket.destroy()
    return
  }
  const [line, code] = NO_HTTP[error.code ?? ''] ?? ['400 Bad Request', 'INPUT_INVALID']
  const status = Number.parseInt(line, 10)
  const response = problemResponse(new AppError(code), crypto.randomUUID(), 'ko')
  response
    .json()
    .then((problem: object) => {
      const body = JSON.stringify({ ...problem, status })
      const headers = [...response.headers].map(([name, value]) => `${name}: ${value}\r\n`).join('')
      socket.end(
        `HTTP/1.1 ${line}\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
      )
    })
    .catch(() => socket.destroy())
}
