import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { type ClientRequest, get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { type Milena, startMilena } from '../../scripts/demo/milena.ts'
import { freePorts } from '../../scripts/lib/ports.ts'
import { expect, test } from '../fixtures.ts'
import { withOwnTopic } from '../own-topic.ts'
import type { StageFacts } from '../stage.ts'

// Many who look at once, and some who never read, at a built server of their own: what is counted is what they cost.

const GROUP = 'settlement-batch'
const VIEWERS = 200
const TOKEN = randomBytes(24).toString('base64url')
/** A server that begins, threads that are made: on a busy machine these take their time. */
const PATIENCE = { timeout: 60_000 }

test.describe.configure({ timeout: 180_000 })

interface OwnServer {
  milena: Milena
  /** Opens an event stream. Nothing of its answer is read before somebody reads it. */
  open(path: string): Promise<IncomingMessage>
}

/** Lends a server on the stage's broker that gives up a client who reads nothing for two seconds. */
async function withServer(facts: StageFacts, folder: string, use: (server: OwnServer) => Promise<void>) {
  mkdirSync(folder, { recursive: true })
  const configFile = join(folder, 'milena.yml')
  const sha256 = createHash('sha256').update(TOKEN).digest('hex')
  const config = {
    auth: { tokens: [{ name: 'viewers', sha256, roles: ['viewer'] }] },
    clusters: [{ id: 'own', bootstrapServers: facts.bootstrap }],
    streams: { perActor: 2 * VIEWERS, unreadSeconds: 2 },
  }
  writeFileSync(configFile, stringify(config))
  const [port = 0] = await freePorts(1)
  const milena = await startMilena({
    ...{ port, configFile, dataDir: join(folder, 'data'), logFile: join(folder, 'milena.log') },
    authSecret: randomBytes(32).toString('hex'),
  })
  const opened: ClientRequest[] = []
  const open = (path: string) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { authorization: `Bearer ${TOKEN}` }
      const url = `${milena.url}/api/v1/clusters/own/${path}`
      const request = get(url, { headers, agent: false }, answer => {
        answer.on('error', () => undefined)
        resolve(answer)
      })
      request.on('error', reject)
      opened.push(request)
    })
  try {
    await use({ milena, open })
  } finally {
    for (const request of opened) request.destroy()
    await milena.stop()
  }
}

/** What the server counts; what it has not counted yet is 0. */
async function countsOf({ url }: Milena) {
  const text = await (await fetch(`${url}/metrics`)).text()
  const lines = text.split('\n')
  const read = (name: string) =>
    Number(lines.find(line => line.startsWith(`${name} `))?.slice(name.length + 1) ?? 0)
  return {
    offsetFetches: read('milena_kafka_requests_total{cluster="own",api="OffsetFetch"}'),
    streams: read('milena_http_streams'),
    cutOff: read('milena_http_streams_cut_off_total'),
    residentMiB: read('process_resident_memory_bytes') / 1024 ** 2,
  }
}

/** Waits until the server's sampler knows the group. */
async function untilSampled({ url }: Milena): Promise<void> {
  const headers = { authorization: `Bearer ${TOKEN}` }
  await expect
    .poll(
      async () => (await fetch(`${url}/api/v1/clusters/own/groups/${GROUP}`, { headers })).status,
      PATIENCE,
    )
    .toBe(200)
}

/** Reads a group's live lag; `samples` grows with what comes. */
async function view({ open }: OwnServer): Promise<{ samples: number }> {
  const viewer = { samples: 0 }
  const answer = await open(`groups/${GROUP}/lag/stream`)
  expect(answer.statusCode).toBe(200)
  answer.setEncoding('utf8').on('data', (text: string) => {
    viewer.samples += text.match(/^event: lag$/gm)?.length ?? 0
  })
  return viewer
}

test('two hundred who watch one group are one who asks the broker', async ({ facts }, testInfo) => {
  await withServer(facts, testInfo.outputPath('server'), async server => {
    const { milena } = server
    await untilSampled(milena)
    const before = await countsOf(milena)
    const viewers = await Promise.all(Array.from({ length: VIEWERS }, () => view(server)))
    await expect
      .poll(() => Math.min(...viewers.map(({ samples }) => samples)), PATIENCE)
      .toBeGreaterThanOrEqual(4)
    const after = await countsOf(milena)
    expect(after.streams).toBe(VIEWERS)
    // Each has seen four samples: asked apart, these would be eight hundred questions.
    expect(after.offsetFetches - before.offsetFetches).toBeGreaterThan(0)
    expect(after.offsetFetches - before.offsetFetches).toBeLessThan(VIEWERS)
    expect(after.residentMiB - before.residentMiB).toBeLessThan(256)
  })
})

const RECORDS = 5000
const RECORD_BYTES = 64_000
/** Another 640 MB, if anybody kept it for them. */
const DEAF_SEARCHERS = 2
const DEAF_VIEWERS = 100

test('who never reads costs little, is dropped, and keeps nobody waiting', async ({ facts }, testInfo) => {
  await withOwnTopic(facts.bootstrap, 'deaf', async topic => {
    await topic.repeat({ key: 'k', value: 'x'.repeat(RECORD_BYTES) }, RECORDS)
    await withServer(facts, testInfo.outputPath('server'), async server => {
      const { milena, open } = server
      await untilSampled(milena)
      const search = (limit: number) =>
        open(`topics/${topic.name}/messages/stream?from=oldest&limit=${limit}`)
      const readAll = async (answer: IncomingMessage) => {
        answer.resume()
        await expect.poll(() => answer.complete, PATIENCE).toBe(true)
      }
      // A search has a thread that stays for the next one: what it takes is no reader's.
      await Promise.all(Array.from({ length: DEAF_SEARCHERS }, async () => readAll(await search(50))))
      const before = await countsOf(milena)
      const searchers = await Promise.all(Array.from({ length: DEAF_SEARCHERS }, () => search(RECORDS)))
      const viewers = await Promise.all(
        Array.from({ length: DEAF_VIEWERS }, () => open(`groups/${GROUP}/lag/stream`)),
      )
      for (const { statusCode } of [...searchers, ...viewers]) expect(statusCode).toBe(200)

      // Others are served meanwhile.
      const reader = await view(server)
      await expect.poll(() => reader.samples, PATIENCE).toBeGreaterThanOrEqual(2)

      // Whose queue is full is dropped; who is sent a few lines a second has not filled it yet, and may stay.
      await expect.poll(async () => (await countsOf(milena)).cutOff, PATIENCE).toBe(DEAF_SEARCHERS)
      const after = await countsOf(milena)
      expect(after.streams).toBe(DEAF_VIEWERS + 1)
      // A thread that searches takes some 170 MiB and batches under way, whoever reads; with all that was found it
      // would be a gigabyte.
      expect(after.residentMiB - before.residentMiB).toBeLessThan(750)
      for (const searcher of searchers) {
        searcher.resume()
        await expect.poll(() => searcher.destroyed, PATIENCE).toBe(true)
        expect(searcher.complete).toBe(false)
      }
      await readAll(await search(50))
    })
  })
})
