import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { deadLetters } from '@/lib/contracts/dead-letters'
import { decodeDeadLetter } from '@/lib/dead-letter'
import { run } from '@/scripts/lib/process'
import { failWith, say } from '@/scripts/lib/say'
import { startKafka } from '@/scripts/services/kafka'
import { ensureKafkaJars } from '@/scripts/services/kafka-jars'
import { ClusterDeadLetterIndex } from '@/server/dead-letters/cluster-index'
import { indexLetter, letterInput } from '@/server/dead-letters/index-row'
import { IndexThread } from '@/server/dead-letters/index-thread'
import { listIssues } from '@/server/dead-letters/list-issues'
import { listRecords } from '@/server/dead-letters/list-records'
import { testCluster, testContext, testStore } from '@/server/http/testing'
import { createKafkaClusters } from '@/server/kafka'
import type { KafkaCluster, LogRecord, OutgoingRecord } from '@/server/kafka/port'
import { makeTopic } from '@/server/kafka/testing'
import { silentLogger } from '@/server/log'
import { letterSample, SAMPLED_FAMILIES } from './letter-samples'
import { describeMachine, figure, median, quantile, ratio, reportBars, timed } from './measure'

// npm run bench:letters: how fast dead letters are indexed, beside kcat that reads the same topics; how fast
// each family is decoded, beside a plain JSON.parse of a text as long; how long the inbox takes then, and
// what it all takes of memory. A broker of its own.
const { values } = parseArgs({
  options: {
    letters: { type: 'string', default: '1000000' },
    topics: { type: 'string', default: '50' },
    requests: { type: 'string', default: '50' },
    bootstrap: { type: 'string' },
    strict: { type: 'boolean', default: false },
  },
})
const LETTERS = Number(values.letters)
const TOPICS = Number(values.topics)
const REQUESTS = Number(values.requests)
const PARTITIONS = 4
const BATCH = 1000
const HANGS_MS = 900_000
const clock = { now: () => Date.now() }
const topicOf = (n: number) => `bench${process.pid}.letters-service.topic-${n}-dlt`

/** Written by our own transactional writer, topic by topic: nothing in JavaScript fills as fast. */
async function fill(cluster: KafkaCluster): Promise<void> {
  const writer = await cluster.openWriter(`bench-letters-${process.pid}`)
  const each = Math.ceil(LETTERS / TOPICS)
  for (let topic = 0; topic < TOPICS; topic++) {
    await makeTopic(cluster, { name: topicOf(topic), partitions: PARTITIONS, replicationFactor: 1 })
    for (let at = 0; at < each; at += BATCH) {
      const records = Array.from({ length: Math.min(BATCH, each - at) }, (_, i): OutgoingRecord => {
        const n = at + i
        const sample = letterSample('spring', topicOf(topic), n)
        // A new issue every day, as it would be with a service that changes.
        return { ...sample, partition: n % PARTITIONS, timestampMs: clock.now() - (each - n) * 1000 }
      })
      await writer.send(topicOf(topic), records)
      await writer.commit()
    }
  }
  await writer.close()
}

/** kcat reads what the index read, headers and all, and throws it away. */
async function kcatReads(bootstrap: string): Promise<number | null> {
  if ((await run('kcat', ['-V'])).code !== 0) return null
  return timed(async () => {
    for (let topic = 0; topic < TOPICS; topic++) {
      const args = ['-b', bootstrap, '-C', '-t', topicOf(topic), '-o', 'beginning', '-e', '-q']
      const quick = ['-X', 'fetch.wait.max.ms=5', '-X', 'isolation.level=read_committed']
      const shell = ['kcat', ...args, ...quick, '-f', '"%o %k %h %s"', '>/dev/null'].join(' ')
      const { code, stderr } = await run('sh', ['-c', shell], { timeoutMs: HANGS_MS })
      if (code !== 0) throw new Error(`kcat ended with ${code}: ${stderr}`)
    }
  })
}

/** Microseconds: decoded, decoded with fingerprint and preview, and parsed as JSON. */
type Decoded = { family: string; us: number; indexUs: number; parseUs: number }

/** Medians over single records, each family in turns with JSON.parse of its headers and value as text. */
function decodeTimes(): Decoded[] {
  const ROUNDS = 2000
  return SAMPLED_FAMILIES.map(family => {
    const samples = Array.from({ length: 200 }, (_, n) => letterSample(family, 'orders-dlt', n))
    const texts = samples.map(({ key, value, headers }) =>
      JSON.stringify({
        key: key.toString(),
        value: value.toString(),
        headers: headers.map(one => [one.name.toString(), one.value?.toString('latin1')]),
      }),
    )
    const ours: number[] = []
    const whole: number[] = []
    const theirs: number[] = []
    for (let turn = 0; turn < ROUNDS; turn++) {
      const { key, value, headers } = samples[turn % samples.length] ?? letterSample(family, 'x', 0)
      const record = { partition: 0, offset: BigInt(turn), timestampMs: 1, key, value, headers } as LogRecord
      const startedAt = performance.now()
      decodeDeadLetter(letterInput('orders-dlt', record))
      const decodedAt = performance.now()
      indexLetter('orders-dlt', record, 'orders', 1)
      const indexedAt = performance.now()
      JSON.parse(texts[turn % texts.length] ?? '{}')
      theirs.push(performance.now() - indexedAt)
      ours.push(decodedAt - startedAt)
      whole.push(indexedAt - decodedAt)
    }
    return { family, us: median(ours) * 1000, indexUs: median(whole) * 1000, parseUs: median(theirs) * 1000 }
  })
}

async function untilRead(index: ClusterDeadLetterIndex): Promise<void> {
  const deadlineMs = performance.now() + HANGS_MS
  const isRead = () => {
    const topics = index.topics()
    return topics.length >= TOPICS && topics.every(topic => topic.scannedAt !== null)
  }
  while (!isRead()) {
    if (performance.now() > deadlineMs) throw new Error('the index did not reach the end')
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

const collect = () => {
  for (let turn = 0; turn < 3; turn++) Reflect.get(globalThis, 'gc')?.()
}
const residentMiB = () => process.memoryUsage.rss() / 2 ** 20

async function main(): Promise<void> {
  const stops: (() => Promise<unknown>)[] = []
  try {
    let { bootstrap } = values
    if (bootstrap === undefined) {
      const kafka = await startKafka({ heapMiB: 512 })
      stops.push(() => kafka.stop())
      bootstrap = kafka.bootstrap
    }
    const clusters = createKafkaClusters([testCluster(bootstrap, { id: 'bench' })], { clock })
    stops.push(() => clusters.close())
    const cluster = clusters.get('bench')
    const store = await testStore()
    stops.push(() => store.close())
    const decoded = decodeTimes()
    say('bench', `filling ${TOPICS} topics with ${LETTERS} letters of 2 KB`)
    await fill(cluster)

    const hooks = new URL('../lib/alias-hooks.mjs', import.meta.url).href
    const entry = new URL('../../server/dead-letters/index-worker.ts', import.meta.url)
    const thread = new IndexThread(() => new Worker(entry, { execArgv: ['--import', hooks] }))
    const folder = await mkdtemp(join(tmpdir(), 'bench-letters-'))
    stops.push(() => rm(folder, { recursive: true }))
    const makeIndex = () => {
      const made = new ClusterDeadLetterIndex({
        cluster,
        store,
        clock,
        log: silentLogger,
        checkpoint: { path: join(folder, 'bench.index'), version: 'bench' },
        openLetters: (one, readingOf) => thread.openFetcher(one.config, readingOf),
      })
      stops.push(() => made.stop())
      return made
    }
    const index = makeIndex()
    const ctx = testContext({ clusters, store, services: { deadLetters: { of: () => index } } })
    collect()
    const before = residentMiB()
    say('bench', 'indexing')
    const cpuBefore = process.cpuUsage()
    const indexMs = await timed(async () => {
      index.start()
      await untilRead(index)
    })
    const cpu = process.cpuUsage(cpuBefore)
    collect()
    const growth = residentMiB() - before
    const held = index.topics().reduce((sum, one) => sum + Number(one.records ?? 0), 0)
    if (held < LETTERS) throw new Error(`${held} letters of ${LETTERS} are indexed`)
    const inbox = deadLetters.groups.input.parse({ cluster: 'bench', unresolved: true })
    const list = deadLetters.records.input.parse({ cluster: 'bench', status: 'new' })
    const opens: number[] = []
    const pages: number[] = []
    for (let turn = 0; turn < REQUESTS; turn++) {
      opens.push(await timed(async () => JSON.stringify(await listIssues(ctx, inbox))))
      pages.push(await timed(async () => JSON.stringify(await listRecords(ctx, list))))
    }
    const stopMs = await timed(() => index.stop())
    const fileMiB = (await stat(join(folder, 'bench.index'))).size / 2 ** 20
    say('bench', 'a restart')
    const again = makeIndex()
    const restartMs = await timed(async () => {
      again.start()
      await untilRead(again)
    })
    const heldAgain = again.topics().reduce((sum, one) => sum + Number(one.records ?? 0), 0)
    if (heldAgain !== held) throw new Error(`after a restart ${heldAgain} letters of ${held} are there`)
    await again.stop()
    say('bench', 'kcat reads the same')
    const kcatMs = await kcatReads(bootstrap)

    const slowest = decoded.reduce((worst, one) => (one.us > worst.us ? one : worst))
    const bars = [
      ...(kcatMs === null
        ? []
        : [ratio('indexing against kcat reading the same (time)', indexMs / kcatMs, 6)]),
      ratio(
        `decoding (${slowest.family}) against JSON.parse of as much text`,
        slowest.us / slowest.parseUs,
        8,
      ),
      figure(`time for 40,000 letters, of ${held} indexed`, (indexMs / held) * 40_000, 1000, 'ms'),
      figure(`decoding, slowest family (${slowest.family}), median`, slowest.us, 15, 'µs'),
      figure(`inbox of ${held} letters over ${TOPICS} topics, p95`, quantile(opens, 0.95), 200, 'ms'),
      figure('a page of letters by status, p95', quantile(pages, 0.95), 200, 'ms'),
      figure('memory that the index takes', growth, 600, 'MiB'),
      ratio('a restart against indexing (time)', restartMs / indexMs, 0.3),
    ]
    const machine = describeMachine((await ensureKafkaJars()).version)
    const rate = Math.round(held / (indexMs / 1000))
    const perLetter = ((cpu.user + cpu.system) / held).toFixed(1)
    const told = [
      `  ${perLetter} µs of processor a letter, both threads`,
      `  ${rate} letters a second${kcatMs === null ? '' : `; kcat ${Math.round(held / (kcatMs / 1000))}`}`,
      `  ${Math.round(restartMs)} ms until a restart knew all again; a file of ${Math.round(fileMiB)} MiB, ${Math.round(stopMs)} ms to stop`,
      ...decoded.map(
        one =>
          `  ${one.family.padEnd(16)}${one.us.toFixed(1)} µs, for the index ${one.indexUs.toFixed(1)}, JSON.parse ${one.parseUs.toFixed(1)}`,
      ),
    ]
    reportBars(machine, bars, values.strict, told)
  } finally {
    for (const stop of stops.reverse()) await stop().catch(() => undefined)
  }
}

main().catch(failWith)
