import { existsSync, readFileSync } from 'node:fs'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { freshDatabaseUrl, kafkaBootstrap, secureKafka, uniqueName } from './in-test.ts'
import { type Kafka, startKafka, startKafkaCluster } from './kafka.ts'
import { seeBrokers } from './kafka-probe.ts'
import { startPostgres } from './postgres.ts'

const portOf = (address: string) => Number(address.split(':').at(-1))

async function firstValue(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query({ text: sql, rowMode: 'array' })
    return rows[0]?.[0]
  } finally {
    await client.end()
  }
}

test("the run's broker answers", async () => {
  expect((await seeBrokers(portOf(kafkaBootstrap()))).nodeIds).toEqual([1])
})

test('each asking gives another empty database', async () => {
  const [one, other] = [await freshDatabaseUrl(), await freshDatabaseUrl()]
  expect(one).not.toBe(other)
  await firstValue(one, 'create table seen (id int)')
  const count = "select count(*)::int from information_schema.tables where table_name = 'seen'"
  expect(await firstValue(one, count)).toBe(1)
  expect(await firstValue(other, count)).toBe(0)
})

test('a database of its own leaves nothing behind, and is refused a port that is taken', async () => {
  const postgres = await startPostgres()
  await expect(startPostgres({ port: postgres.port })).rejects.toThrow(`Port ${postgres.port} is in use`)
  expect(await firstValue(await postgres.createDatabase(), 'select 1')).toBe(1)
  await postgres.stop()
  expect(existsSync(postgres.dir)).toBe(false)
})

test('names are never the same twice', () => {
  const names = new Set(Array.from({ length: 100 }, () => uniqueName('a')))
  expect(names.size).toBe(100)
})

describe('the secured broker', () => {
  const handshake = (port: number, options: ConnectionOptions) =>
    new Promise<string>(resolve => {
      const socket = connectTls({ host: '127.0.0.1', port, ...options })
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
      // With TLS 1.3 a client learns that its certificate was refused only when it reads.
      socket.once('secureConnect', () => setTimeout(() => resolve('connected'), 300).unref())
    })

  test('is the same for everybody who asks, and takes its own clients only', async () => {
    const [first, second] = await Promise.all([secureKafka(), secureKafka()])
    expect(first).toEqual(second)
    const { pki, listeners } = first
    const ca = readFileSync(pki.caFile)
    const { client, stranger } = pki
    const port = portOf(listeners.ssl)
    const alice = { ca, key: readFileSync(client.keyFile), cert: readFileSync(client.certFile) }
    expect(await handshake(port, alice)).toBe('connected')
    expect(await handshake(port, { ca })).toMatch(/ALERT|ECONNRESET/)
    expect(await handshake(port, { ...alice, ca: readFileSync(stranger.certFile) })).toMatch(/VERIFY|CERT/)
    const unknown = { ca, key: readFileSync(stranger.keyFile), cert: readFileSync(stranger.certFile) }
    expect(await handshake(port, unknown)).toMatch(/ALERT|ECONNRESET/)
  })
})

describe('a broker of its own', () => {
  let kafka: Kafka
  beforeAll(async () => {
    kafka = await startKafka()
  })
  afterAll(() => kafka.stop())

  test('comes back on the same port after a crash', async () => {
    const before = kafka.pid
    await kafka.kill9()
    expect((await seeBrokers(kafka.port)).nodeIds).toEqual([])
    await kafka.restart()
    expect(kafka.pid).not.toBe(before)
    expect((await seeBrokers(kafka.port)).nodeIds).toEqual([1])
  })

  test('is refused a port that is taken, in one sentence', async () => {
    const failing = startKafka({ port: kafka.port })
    await expect(failing).rejects.toThrow(`Port ${kafka.port} is in use, and Kafka was to listen on it.`)
  })

  test('says why it could not start, in the words of its log, and leaves no folder', async () => {
    const reason = await startKafka({ properties: { 'num.io.threads': 0 } }).catch(
      (error: Error) => error.message,
    )
    expect(reason).toMatch(/Kafka ended \(code 1\) before it answered.*num\.io\.threads/s)
    const folder = /the end of (\S+)\/server\.log/.exec(String(reason))?.[1] ?? ''
    expect(folder).not.toBe('')
    expect(existsSync(folder)).toBe(false)
  })
})

test('three nodes notice that one crashed, and take it back', async () => {
  const { nodes, bootstrap, stop } = await startKafkaCluster(3)
  try {
    expect(bootstrap.split(',')).toHaveLength(3)
    const seenBy = async (index: number) => (await seeBrokers(nodes[index]?.port ?? 0)).nodeIds.sort()
    expect(await Promise.all([seenBy(0), seenBy(1), seenBy(2)])).toEqual(Array(3).fill([1, 2, 3]))
    await nodes[2]?.kill9()
    await vi.waitFor(async () => expect(await seenBy(0)).toEqual([1, 2]), { timeout: 20_000, interval: 100 })
    await nodes[2]?.restart()
    await vi.waitFor(async () => expect(await seenBy(0)).toEqual([1, 2, 3]), {
      timeout: 20_000,
      interval: 100,
    })
  } finally {
    await stop()
  }
})
