/**
 * Between Milena and real brokers, for tests: passes everything on, but for answers that a test changes or loses,
 * and counts what was asked and over which connections.
 */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** API keys of requests that tests count, and whose answers they change. */
export const API = {
  fetch: 1,
  listOffsets: 2,
  offsetCommit: 8,
  offsetFetch: 9,
  findCoordinator: 10,
  listGroups: 16,
} as const

/** Changes an answer (length prefix included) in place; its size stays. */
export type Change = (answer: Buffer) => void

export interface BrokerProxy {
  bootstrap: string
  /** Changes the next `times` answers to this API. */
  change(api: number, change: Change, times?: number): void
  /** The broker does what it is asked, and the connection breaks before the answer, the next `times`. */
  lose(api: number, times?: number): void
  /** Nothing is changed or lost any more. */
  rest(): void
  /** Requests of this API until now; of all without one. */
  asked(api?: number): number
  /** Bytes of the answers to this API until now. */
  answeredBytes(api: number): number
  /** Connections over which this API was asked, by broker in the order of the addresses: those that are open now. */
  open(api: number): number[]
  /** The same, all that there ever were. */
  opened(api: number): number[]
  close(): Promise<void>
}

/** One connection of Milena's to one broker. */
type Way = { broker: number; asked: Set<number>; isOpen: boolean }

/**
 * In front of brokers (`host:port`, separated by commas) by the name 127.0.0.1; answers that tell a broker's
 * port tell the proxy's instead, so that nobody goes past it.
 */
export async function openProxy(bootstrap: string): Promise<BrokerProxy> {
  const realPorts = bootstrap.split(',').map(address => Number(address.split(':').at(-1)))
  const changes = new Map<number, { change: Change | 'lose'; left: number }>()
  const asked = new Map<number, number>()
  const answeredBytes = new Map<number, number>()
  const sockets = new Set<Socket>()
  const ways: Way[] = []
  const ports = new Map<number, number>()
  const add = (counts: Map<number, number>, api: number, count: number) =>
    void counts.set(api, (counts.get(api) ?? 0) + count)

  const pass = (socket: Socket, broker: number, realPort: number) => {
    const way: Way = { broker, asked: new Set(), isOpen: true }
    ways.push(way)
    const upstream = connect(realPort, '127.0.0.1')
    const apis = new Map<number, number>()
    for (const one of [socket, upstream]) {
      sockets.add(one)
      one.on('error', () => undefined)
      one.on('close', () => sockets.delete(one))
    }
    const ofRequests = frames(request => {
      const api = request.readInt16BE(4)
      apis.set(request.readInt32BE(8), api)
      way.asked.add(api)
      add(asked, api, 1)
      upstream.write(request)
    })
    const ofAnswers = frames(answer => {
      const api = apis.get(answer.readInt32BE(4)) ?? -1
      apis.delete(answer.readInt32BE(4))
      add(answeredBytes, api, answer.length)
      putPorts(answer, ports)
      const due = changes.get(api)
      if (due && due.left-- > 0) {
        if (due.change === 'lose') return void socket.destroy()
        due.change(answer)
      }
      socket.write(answer)
    })
    socket.on('data', ofRequests)
    upstream.on('data', ofAnswers)
    socket.on('close', () => {
      way.isOpen = false
      upstream.destroy()
    })
    upstream.on('close', () => socket.destroy())
  }

  const servers = realPorts.map((realPort, broker) => createServer(socket => pass(socket, broker, realPort)))
  for (const [i, server] of servers.entries()) {
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    ports.set(realPorts[i] ?? 0, (server.address() as AddressInfo).port)
  }
  const count = (api: number, counts: (way: Way) => boolean) =>
    realPorts.map(
      (_, broker) => ways.filter(way => way.broker === broker && way.asked.has(api) && counts(way)).length,
    )
  return {
    bootstrap: [...ports.values()].map(port => `127.0.0.1:${port}`).join(','),
    change: (api, change, times = Number.POSITIVE_INFINITY) => void changes.set(api, { change, left: times }),
    lose: (api, times = Number.POSITIVE_INFINITY) => void changes.set(api, { change: 'lose', left: times }),
    rest: () => changes.clear(),
    asked: api =>
      api === undefined ? [...asked.values()].reduce((sum, n) => sum + n, 0) : (asked.get(api) ?? 0),
    answeredBytes: api => answeredBytes.get(api) ?? 0,
    open: api => count(api, way => way.isOpen),
    opened: api => count(api, () => true),
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))))
    },
  }
}

/** Cuts a stream into its messages, each with its length in front. */
function frames(deliver: (frame: Buffer) => void): (chunk: Buffer) => void {
  let waiting: Buffer[] = []
  let held = 0
  let wanted = 4
  return chunk => {
    waiting.push(chunk)
    held += chunk.length
    if (held < wanted) return
    let rest = Buffer.concat(waiting)
    for (;;) {
      wanted = rest.length < 4 ? 4 : rest.readInt32BE(0) + 4
      if (rest.length < wanted) break
      deliver(Buffer.from(rest.subarray(0, wanted)))
      rest = rest.subarray(wanted)
    }
    waiting = [rest]
    held = rest.length
  }
}

const HOST = Buffer.from('127.0.0.1')

/** A port stands behind its host's name. */
function putPorts(answer: Buffer, ports: ReadonlyMap<number, number>): void {
  for (let at = answer.indexOf(HOST); at >= 0; at = answer.indexOf(HOST, at + 1)) {
    const place = at + HOST.length
    const port = place + 4 <= answer.length ? ports.get(answer.readInt32BE(place)) : undefined
    if (port !== undefined) answer.writeInt32BE(port, place)
  }
}

/** FindCoordinator v4+ about one key: the code follows the port. */
export const findCoordinatorCode =
  (code: number): Change =>
  answer =>
    answer.writeInt16BE(code, answer.lastIndexOf(HOST) + HOST.length + 4)

/** OffsetFetch v8+: the code of the last group, before its tags and the answer's. */
export const lastGroupCode =
  (code: number): Change =>
  answer =>
    answer.writeInt16BE(code, answer.length - 4)

/** OffsetFetch v8+: the code of the last partition of the last group. */
export const lastPartitionCode =
  (code: number): Change =>
  answer =>
    answer.writeInt16BE(code, answer.length - 8)

/** OffsetCommit v8+: the code of the last partition. */
export const lastCommitCode =
  (code: number): Change =>
  answer =>
    answer.writeInt16BE(code, answer.length - 5)

/** Fetch v12+: the code of the whole answer, behind its tags and the throttle time. */
export const fetchCode =
  (code: number): Change =>
  answer =>
    answer.writeInt16BE(code, 13)

/** Fetch: one bit of the first place that holds this text is another one, so that its batch's checksum is wrong. */
export const flipBitIn =
  (text: string): Change =>
  answer => {
    const at = answer.indexOf(text)
    if (at >= 0) answer.writeUInt8(answer.readUInt8(at) ^ 1, at)
  }
