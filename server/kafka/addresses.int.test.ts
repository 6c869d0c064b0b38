import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { AppError } from '@/lib/errors'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import type { Cluster } from './cluster'
import { bootstrapServers, makeTopic, testCluster } from './testing'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

// A socket that dies somewhere must never reach the process.
const stray: unknown[] = []
const note = (error: unknown) => stray.push(error)
process.on('uncaughtExceptionMonitor', note)
process.on('unhandledRejection', note)
afterAll(() => {
  process.off('uncaughtExceptionMonitor', note)
  process.off('unhandledRejection', note)
  expect(stray).toEqual([])
})

async function listen(server: Server): Promise<string> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const sockets = new Set<Socket>()
  server.on('connection', socket => {
    sockets.add(socket)
    socket.on('error', () => undefined)
  })
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A server that answers whatever it is asked with these bytes. */
const answering = (bytes: Buffer, end = false) =>
  listen(
    createServer(socket => {
      socket.once('data', () => (end ? socket.end(bytes) : socket.write(bytes)))
    }),
  )

function at(bootstrap: string): Cluster {
  const cluster = testCluster(bootstrap)
  closers.push(() => cluster.close())
  return cluster
}

async function failure(promise: Promise<unknown>) {
  const startedMs = performance.now()
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  const tookMs = performance.now() - startedMs
  if (!(error instanceof AppError)) throw new Error(`no AppError: ${error}`)
  expect(error.detail).toBeUndefined()
  return { code: error.code, params: error.params ?? {}, tookMs }
}

describe('an address where no Kafka is', () => {
  it('refuses: CLUSTER_UNREACHABLE, and fast the second time', async () => {
    const port = await listen(createServer())
    closers.pop()?.()
    const cluster = at(port)
    expect(await failure(cluster.metadata())).toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
      params: { reason: 'refused', host: '127.0.0.1' },
    })
    expect((await failure(cluster.listGroups())).tookMs).toBeLessThan(5_000)
  })

  it('has no such name: CLUSTER_UNREACHABLE by dns', async () => {
    const { code, params } = await failure(at('no-such-host.invalid:9092').metadata())
    expect(code).toBe('CLUSTER_UNREACHABLE')
    expect(params.reason).toBe('dns')
  })

  it('speaks HTTP: NOT_KAFKA', async () => {
    const server = createHttpServer((_request, response) => response.end('<html>hello</html>'))
    server.on('clientError', (_error, socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    const { code, params } = await failure(at(await listen(server)).metadata())
    expect(code).toBe('NOT_KAFKA')
    expect(params.speaks).toBe('http')
  })

  it.each([
    ['a length of gigabytes', Buffer.from([0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 1])],
    ['a negative length', Buffer.from([0xff, 0xff, 0xff, 0xfe, 0, 0, 0, 1])],
    ['a length too short for an answer', Buffer.from([0, 0, 0, 1, 9, 9])],
    ['text', Buffer.from('220 mail.example.com ESMTP\r\n')],
    ['an answer to another question', Buffer.from([0, 0, 0, 6, 0, 0, 9, 9, 0, 0])],
  ])('sends %s: NOT_KAFKA', async (_name, bytes) => {
    expect((await failure(at(await answering(bytes)).metadata())).code).toBe('NOT_KAFKA')
  })

  it('sends the right frame with nonsense in it: unreadable, not a crash', async () => {
    // Correlation id 1, error 0, then an array that claims four billion items.
    const body = Buffer.from([0, 0, 0, 1, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f])
    const frame = Buffer.concat([Buffer.from([0, 0, 0, body.length]), body])
    expect(await failure(at(await answering(frame)).metadata())).toMatchObject({
      code: 'KAFKA_ERROR',
      params: { kafka: 'ANSWER_UNREADABLE' },
    })
  })

  it('closes at once: CLUSTER_UNREACHABLE', async () => {
    const { code, params } = await failure(at(await answering(Buffer.alloc(0), true)).metadata())
    expect(code).toBe('CLUSTER_UNREACHABLE')
    expect(params.reason).toBe('closed')
  })

  it('never answers: TIMED_OUT by the caller, CLUSTER_UNREACHABLE by the breaker, CANCELLED by a signal', async () => {
    const cluster = at(await listen(createServer()))
    expect(await failure(cluster.metadata({ timeoutMs: 300 }))).toMatchObject({ code: 'TIMED_OUT' })
    const signal = AbortSignal.timeout(100)
    const cancelled = await failure(cluster.metadata({ signal }))
    expect(cancelled.code).toBe('CANCELLED')
    expect(cancelled.tookMs).toBeLessThan(8_000)
    const first = await failure(cluster.metadata())
    expect(first).toMatchObject({ code: 'CLUSTER_UNREACHABLE', params: { reason: 'timeout' } })
    expect((await failure(cluster.metadata())).tookMs).toBeLessThan(5_000)
  })

  it('does not hide a living one beside it', async () => {
    const dead = await listen(createServer())
    const cluster = at(`${dead},${kafkaBootstrap()}`)
    for (let n = 0; n < 4; n++) {
      cluster.link.forget()
      expect((await cluster.metadata({ maxAgeMs: 0 })).brokers).toHaveLength(1)
    }
    expect(cluster.link.openConnections).toBeLessThanOrEqual(3)
  })
})

/** A proxy to the shared broker that can be cut, stalled and healed. The broker's own address stays behind it. */
async function proxy() {
  const [target] = bootstrapServers(kafkaBootstrap())
  const pairs = new Set<Socket>()
  let mode: 'pass' | 'stall' = 'pass'
  let stallAt: number | null = null
  let seen = 0
  const server = createServer(socket => {
    const upstream = connect(target?.port ?? 0, target?.host)
    pairs.add(socket).add(upstream)
    socket.on('error', () => undefined)
    upstream.on('error', () => undefined)
    socket.on('data', bytes => {
      // Requests are small: one chunk is one request, its API key after the length.
      if (bytes.length > 6 && bytes.readInt16BE(4) === stallAt) {
        seen++
        mode = 'stall'
      }
      upstream.write(bytes)
    })
    upstream.on('data', bytes => {
      if (mode === 'pass') socket.write(bytes)
    })
    socket.on('close', () => upstream.destroy())
    upstream.on('close', () => socket.destroy())
  })
  const address = await listen(server)
  return {
    address,
    cut: () => {
      for (const socket of pairs) socket.resetAndDestroy()
      pairs.clear()
    },
    set: (to: 'pass' | 'stall') => {
      mode = to
    },
    /** From a request of this API on, no answer comes back. */
    stallAt: (apiKey: number) => {
      stallAt = apiKey
    },
    seen: () => seen,
  }
}

describe('a connection that dies under a call', () => {
  it('is replaced: a read is asked again, and the count of sockets stays bounded', async () => {
    const { address, cut } = await proxy()
    const cluster = at(address)
    await cluster.metadata({ maxAgeMs: 0 })
    const failures: string[] = []
    for (let round = 0; round < 8; round++) {
      const calls = Array.from({ length: 20 }, () =>
        cluster
          .metadata({ topics: [uniqueName('none')], maxAgeMs: 0 })
          .catch(error => failures.push(error.code)),
      )
      await new Promise(resolve => setTimeout(resolve, round))
      cut()
      await Promise.all(calls)
    }
    expect(failures).toEqual([])
    expect(cluster.link.openConnections).toBeLessThanOrEqual(4)
  })

  it('leaves a change whose answer was lost as OUTCOME_UNKNOWN, and never sends it twice', async () => {
    const { address, cut, set, stallAt, seen } = await proxy()
    const cluster = at(address)
    const direct = at(kafkaBootstrap())
    const name = uniqueName('lost')
    const topic = { name, partitions: 1, replicationFactor: 1, configs: {} }
    stallAt(19)
    expect((await failure(cluster.createTopic(topic, { timeoutMs: 700 }))).code).toBe('OUTCOME_UNKNOWN')
    set('pass')
    const cutting = failure(cluster.createTopic({ ...topic, name: `${name}-2` }))
    await expect.poll(seen).toBe(2)
    cut()
    expect((await cutting).code).toBe('OUTCOME_UNKNOWN')
    const gone = new AbortController()
    set('pass')
    const aborted = failure(cluster.createTopic({ ...topic, name: `${name}-3` }, { signal: gone.signal }))
    await expect.poll(seen).toBe(3)
    gone.abort()
    expect((await aborted).code).toBe('OUTCOME_UNKNOWN')
    expect(seen()).toBe(3)
    // The broker did what it was asked, each time: that is why nothing is sent again.
    const { topics } = await direct.metadata({ maxAgeMs: 0 })
    for (const made of [name, `${name}-2`, `${name}-3`]) {
      expect(topics.has(made)).toBe(true)
      await direct.deleteTopic(made)
    }
  })

  it('a stalled connection is left: the next call gets a fresh one', async () => {
    const { address, set } = await proxy()
    const cluster = at(address)
    await cluster.metadata({ maxAgeMs: 0 })
    set('stall')
    expect((await failure(cluster.describeQuorum({ timeoutMs: 300 }))).code).toBe('TIMED_OUT')
    set('pass')
    expect(await cluster.describeQuorum({ timeoutMs: 2_000 })).not.toBeNull()
  })

  it('ends every call and every dedicated connection on close', async () => {
    const cluster = at(kafkaBootstrap())
    const [broker] = (await cluster.metadata()).brokers
    const dedicated = await cluster.link.dedicated(broker?.id ?? 1)
    const closed = new Promise<void>(resolve => dedicated.once('close', () => resolve()))
    await cluster.close()
    await closed
    expect(cluster.link.openConnections).toBe(0)
    expect((await failure(cluster.listGroups())).code).toBe('SHUTTING_DOWN')
    const gone = new AbortController()
    const other = at(kafkaBootstrap())
    const owned = await other.link.dedicated(broker?.id ?? 1, { signal: gone.signal })
    gone.abort()
    await expect.poll(() => owned.isConnected()).toBe(false)
    await expect.poll(() => other.link.openConnections).toBe(1)
  })
})

describe('a topic that is there', () => {
  it('is found after it was asked for in vain', async () => {
    const cluster = at(kafkaBootstrap())
    const name = uniqueName('late')
    expect((await failure(cluster.link.leaderOf(name, 0))).code).toBe('TOPIC_UNKNOWN')
    const other = at(kafkaBootstrap())
    await makeTopic(other, { name })
    await new Promise(resolve => setTimeout(resolve, 300))
    expect(await cluster.link.leaderOf(name, 0)).toMatchObject({ brokerId: expect.any(Number) })
    expect((await failure(cluster.link.leaderOf(name, 5))).code).toBe('PARTITION_UNKNOWN')
    await other.deleteTopic(name)
  })
})
