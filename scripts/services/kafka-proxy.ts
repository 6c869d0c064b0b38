/** Between Milena and a real broker, for tests: passes everything on, but for answers that a test changes. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** API keys of requests that tests count, and whose answers they change. */
export const API = {
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
  /** Nothing is changed any more. */
  rest(): void
  /** Requests of this API until now; of all without one. */
  asked(api?: number): number
  close(): Promise<void>
}

/**
 * In front of a broker by the name 127.0.0.1; answers that tell the broker's port tell the proxy's instead,
 * so that nobody goes past it.
 */
export async function openProxy(bootstrap: string): Promise<BrokerProxy> {
  const realPort = Number(bootstrap.split(':').at(-1))
  const changes = new Map<number, { change: Change; left: number }>()
  const asked = new Map<number, number>()
  const sockets = new Set<Socket>()
  let port = 0
  const server = createServer(socket => {
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
      asked.set(api, (asked.get(api) ?? 0) + 1)
      upstream.write(request)
    })
    const ofAnswers = frames(answer => {
      const api = apis.get(answer.readInt32BE(4)) ?? -1
      apis.delete(answer.readInt32BE(4))
      putPort(answer, realPort, port)
      const due = changes.get(api)
      if (due && due.left-- > 0) due.change(answer)
      socket.write(answer)
    })
    socket.on('data', ofRequests)
    upstream.on('data', ofAnswers)
    socket.on('close', () => upstream.destroy())
    upstream.on('close', () => socket.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
  return {
    bootstrap: `127.0.0.1:${port}`,
    change: (api, change, times = Number.POSITIVE_INFINITY) => void changes.set(api, { change, left: times }),
    rest: () => changes.clear(),
    asked: api =>
      api === undefined ? [...asked.values()].reduce((sum, n) => sum + n, 0) : (asked.get(api) ?? 0),
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}

function frames(deliver: (frame: Buffer) => void): (chunk: Buffer) => void {
  let pending = Buffer.alloc(0)
  return chunk => {
    pending = Buffer.concat([pending, chunk])
    for (;;) {
      const size = pending.length < 4 ? Number.POSITIVE_INFINITY : pending.readInt32BE(0) + 4
      if (pending.length < size) return
      deliver(Buffer.from(pending.subarray(0, size)))
      pending = pending.subarray(size)
    }
  }
}

const HOST = Buffer.from('127.0.0.1')

/** A port stands behind its host's name. */
function putPort(answer: Buffer, from: number, to: number): void {
  for (let at = answer.indexOf(HOST); at >= 0; at = answer.indexOf(HOST, at + 1)) {
    const place = at + HOST.length
    if (place + 4 <= answer.length && answer.readInt32BE(place) === from) answer.writeInt32BE(to, place)
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
