/** Receivers that behave as the real ones do, for tests of what is sent. Never imported by the product. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'

export type Received = {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  text: string
  json: unknown
}
export type Reply = { status: number; body?: unknown; headers?: Record<string, string> }

export type Receiver = {
  url: string
  received: Received[]
  /** What it answers; tests change it as they go. */
  reply: (received: Received) => Reply | Promise<Reply>
  close(): Promise<void>
}

/** An HTTP server on loopback that keeps what it got. */
export async function startReceiver(reply: Receiver['reply'] = () => ({ status: 200 })): Promise<Receiver> {
  const received: Received[] = []
  const receiver: Receiver = { url: '', received, reply, close: () => closeServer(server) }
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString('utf8')
    const url = new URL(request.url ?? '/', 'http://receiver')
    const one: Received = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      text,
      json: parse(text),
    }
    received.push(one)
    const { status, body, headers } = await receiver.reply(one)
    response.writeHead(status, headers)
    response.end(body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return receiver
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise(resolve => server.close(() => resolve()))
}

/** What stands at `data.subject` or `blocks.0.type` of a parsed body; undefined where nothing does. */
export function at(body: unknown, path: string): unknown {
  let found = body
  for (const name of path.split('.')) {
    if (typeof found !== 'object' || found === null) return undefined
    found = Reflect.get(found, name)
  }
  return found
}

const list = (body: unknown, path: string): unknown[] => {
  const found = at(body, path)
  return Array.isArray(found) ? found : []
}
const text = (body: unknown, path: string): string => {
  const found = at(body, path)
  return typeof found === 'string' ? found : ''
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** As the libraries of standardwebhooks.com verify: id, time within five minutes, any of the signatures. */
export function verifyStandardWebhook({ headers, text }: Received, secret: string, nowMs: number): boolean {
  const id = String(headers['webhook-id'] ?? '')
  const timestamp = Number(headers['webhook-timestamp'])
  if (!id || !Number.isInteger(timestamp) || Math.abs(nowMs / 1000 - timestamp) > 300) return false
  const key = secret.startsWith('whsec_')
    ? Buffer.from(secret.slice(6), 'base64')
    : Buffer.from(secret, 'utf8')
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${text}`).digest()
  return String(headers['webhook-signature'] ?? '')
    .split(' ')
    .some(part => {
      const [version, value = ''] = part.split(',')
      const given = Buffer.from(value, 'base64')
      return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected)
    })
}

/** What Slack refuses in `blocks` (its documented limits); null when it would take the message. */
function slackRefuses(message: unknown): string | null {
  if (text(message, 'text') === '') return 'no_text'
  const blocks = list(message, 'blocks')
  if (blocks.length === 0 || blocks.length > 50) return 'invalid_blocks'
  return blocks.every(takesBlock) ? null : 'invalid_blocks'
}

function takesBlock(block: unknown): boolean {
  const fits = (words: string, most: number) => words !== '' && words.length <= most
  if (at(block, 'type') === 'section') {
    const fields = list(block, 'fields')
    if (at(block, 'text') === undefined ? fields.length === 0 : !fits(text(block, 'text.text'), 3000))
      return false
    return fields.length <= 10 && fields.every(field => fits(text(field, 'text'), 2000))
  }
  if (at(block, 'type') !== 'actions') return at(block, 'type') === 'context'
  const elements = list(block, 'elements')
  return (
    fits(text(block, 'block_id'), 255) &&
    elements.length <= 25 &&
    elements.every(
      element =>
        at(element, 'type') === 'button' &&
        at(element, 'text.type') === 'plain_text' &&
        fits(text(element, 'text.text'), 75) &&
        fits(text(element, 'value'), 2000) &&
        ['primary', 'danger', undefined].includes(at(element, 'style') as string | undefined),
    )
  )
}

/** What Jira Cloud refuses in a description or comment (ADF): another version, an empty text node. */
function jiraRefuses(document: unknown): boolean {
  if (at(document, 'type') !== 'doc' || at(document, 'version') !== 1) return true
  const isBad = (node: unknown): boolean =>
    (at(node, 'type') === 'text' && text(node, 'text') === '') || list(node, 'content').some(isBad)
  return isBad(document)
}

/** A Jira Cloud with issues, comments and transitions in memory. */
export async function startJira(project = 'KAFKA') {
  type Issue = {
    key: string
    status: string
    labels: string[]
    summary: string
    comments: string[]
  }
  const issues: Issue[] = []
  const auth = `Basic ${Buffer.from('bot@example.com:jira-token').toString('base64')}`
  const receiver = await startReceiver(({ headers, method, path, json, query }) => {
    if (headers.authorization !== auth) return { status: 401, body: {} }
    if (method === 'GET' && path === '/rest/api/3/search/jql') {
      const jql = query.get('jql') ?? ''
      const found = issues.filter(issue => issue.labels.some(label => jql.includes(`labels = "${label}"`)))
      return { status: 200, body: { issues: found.map(({ key }) => ({ id: '1', key })), isLast: true } }
    }
    if (method === 'POST' && path === '/rest/api/3/issue') {
      const summary = text(json, 'fields.summary')
      const labels = list(json, 'fields.labels').map(String)
      const isOk =
        at(json, 'fields.project.key') === project &&
        at(json, 'fields.issuetype.name') === 'Task' &&
        summary.length <= 255 &&
        !summary.includes('\n') &&
        labels.every(label => !/\s/.test(label)) &&
        !jiraRefuses(at(json, 'fields.description'))
      if (!isOk) return { status: 400, body: { errors: {} } }
      const key = `${project}-${issues.length + 1}`
      issues.push({ key, status: 'To Do', labels, summary, comments: [] })
      return { status: 201, body: { id: String(10_000 + issues.length), key, self: `http://jira/${key}` } }
    }
    const [, key, rest] = /^\/rest\/api\/3\/issue\/([^/]+)\/(comment|transitions)$/.exec(path) ?? []
    const issue = issues.find(one => one.key === key)
    if (!issue) return { status: 404, body: {} }
    const offered = ['Approved', 'Done', 'Declined'].filter(name => name !== issue.status)
    if (rest === 'comment') {
      if (jiraRefuses(at(json, 'body'))) return { status: 400, body: {} }
      issue.comments.push(JSON.stringify(at(json, 'body')))
      return { status: 201, body: { id: String(issue.comments.length) } }
    }
    if (method === 'GET') {
      const transitions = offered.map((name, i) => ({ id: String(i + 11), name, to: { name } }))
      return { status: 200, body: { transitions } }
    }
    const chosen = offered[Number(at(json, 'transition.id')) - 11]
    if (!chosen) return { status: 400, body: {} }
    issue.status = chosen
    return { status: 204 }
  })
  return { ...receiver, receiver, issues }
}

/** What Slack refuses in a modal (its documented limits): null when it would open it. */
function slackRefusesView(view: unknown): string | null {
  const isPlain = (path: string, most: number) => {
    const words = text(view, `${path}.text`)
    return text(view, `${path}.type`) === 'plain_text' && words !== '' && words.length <= most
  }
  const blocks = list(view, 'blocks')
  const isInput = (block: unknown) =>
    text(block, 'type') === 'input' &&
    text(block, 'label.type') === 'plain_text' &&
    text(block, 'label.text').length <= 2000 &&
    text(block, 'element.type') === 'plain_text_input' &&
    text(block, 'element.action_id') !== '' &&
    Number(at(block, 'element.max_length') ?? 3000) <= 3000
  const isOk =
    text(view, 'type') === 'modal' &&
    isPlain('title', 24) &&
    isPlain('close', 24) &&
    isPlain('submit', 24) &&
    text(view, 'callback_id').length <= 255 &&
    text(view, 'private_metadata').length <= 3000 &&
    blocks.length > 0 &&
    blocks.length <= 100 &&
    blocks.every(isInput)
  return isOk ? null : 'invalid_arguments'
}

/** A Slack workspace with a bot: messages by `ts`, forms by trigger, refusing what Slack refuses. */
export async function startSlack() {
  const messages = new Map<string, unknown>()
  const views: unknown[] = []
  const triggers = new Set<string>()
  let count = 0
  const receiver = await startReceiver(({ headers, path, json }) => {
    if (path.startsWith('/services/')) {
      return slackRefuses(json) ? { status: 400, body: 'invalid_blocks' } : { status: 200, body: 'ok' }
    }
    if (path === '/respond') return { status: 200, body: { ok: true } }
    const fail = (error: string) => ({ status: 200, body: { ok: false, error } })
    if (headers.authorization !== 'Bearer xoxb-test') return fail('invalid_auth')
    if (path === '/api/views.open') {
      const trigger = text(json, 'trigger_id')
      // A trigger is of one click, and opens one form.
      if (!/^\d+\.\d+\.[0-9a-f]+$/.test(trigger)) return fail('invalid_trigger_id')
      if (triggers.has(trigger)) return fail('exchanged_trigger_id')
      triggers.add(trigger)
      const wrong = slackRefusesView(at(json, 'view'))
      if (wrong) return fail(wrong)
      views.push(at(json, 'view'))
      return { status: 200, body: { ok: true, view: { id: `V${views.length}` } } }
    }
    const refused = slackRefuses(json)
    if (refused) return fail(refused)
    if (path === '/api/chat.postMessage') {
      const ts = `1700000000.${String(++count).padStart(6, '0')}`
      messages.set(ts, json)
      return { status: 200, body: { ok: true, channel: 'C042', ts } }
    }
    if (path === '/api/chat.update') {
      if (at(json, 'channel') !== 'C042' || !messages.has(text(json, 'ts'))) return fail('message_not_found')
      messages.set(text(json, 'ts'), json)
      return { status: 200, body: { ok: true, channel: 'C042', ts: text(json, 'ts') } }
    }
    return { status: 404 }
  })
  return { ...receiver, receiver, messages, views }
}

/** A mailbox: enough of SMTP (RFC 5321) for one message a connection, without TLS. */
export async function startMailbox() {
  const mails: { from: string; to: string[]; data: string }[] = []
  const server = createTcpServer(socket => {
    let mail = { from: '', to: [] as string[], data: '' }
    let inData = false
    let rest = ''
    socket.write('220 test ESMTP\r\n')
    socket.on('error', () => undefined)
    socket.on('data', chunk => {
      rest += chunk.toString('utf8')
      for (;;) {
        const end = inData ? rest.indexOf('\r\n.\r\n') : rest.indexOf('\r\n')
        if (end < 0) return
        const line = rest.slice(0, end)
        rest = rest.slice(end + (inData ? 5 : 2))
        if (inData) {
          inData = false
          mails.push({ ...mail, data: line })
          mail = { from: '', to: [], data: '' }
          socket.write('250 kept\r\n')
        } else if (/^(EHLO|HELO)/i.test(line)) socket.write('250 test\r\n')
        else if (/^MAIL FROM:/i.test(line)) {
          mail.from = line
          socket.write('250 ok\r\n')
        } else if (/^RCPT TO:/i.test(line)) {
          mail.to.push(/<([^>]*)>/.exec(line)?.[1] ?? '')
          socket.write('250 ok\r\n')
        } else if (/^DATA/i.test(line)) {
          inData = true
          socket.write('354 go on\r\n')
        } else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n')
        else socket.write('500 what\r\n')
      }
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    mails,
    port: (server.address() as AddressInfo).port,
    close: () => new Promise<void>(resolve => server.close(() => resolve())),
  }
}
