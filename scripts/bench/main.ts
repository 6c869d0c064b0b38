import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildMilena, type Milena, startMilena } from '../demo/milena.ts'
import { type Credentials, loadCredentials, writeConfig } from '../demo/settings.ts'
import { freePort } from '../lib/ports.ts'
import type { Env } from '../lib/process.ts'
import { failWith, say } from '../lib/say.ts'
import { makeTempDir } from '../lib/temp.ts'
import { startKafka } from '../services/kafka.ts'
import { ensureKafkaJars } from '../services/kafka-jars.ts'
import { startPostgres } from '../services/postgres.ts'
import { BIG_TOPIC, fillBigTopic, makeGroups } from './load.ts'
import {
  type Bar,
  barLine,
  describeMachine,
  isMet,
  median,
  residentMiB,
  type Series,
  seriesLine,
  timed,
} from './measure.ts'
import { makeTopics, openReference, type Reference } from './reference.ts'
import { measureSearches, searchBars, searchSeries } from './searches.ts'

// npm run bench: Milena as built against a broker of its own, in turns with another way of asking the same.
// Ratios are asserted; absolute figures are told with the machine (--strict asserts them too).
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    requests: { type: 'string', default: '30' },
    strict: { type: 'boolean', default: false },
  },
})
const ROUNDS = Number(values.rounds)
const REQUESTS = Number(values.requests)
const TOPICS = 200
const GROUPS = 2_000
const STARTS = 3

const CLUSTER = '/api/v1/clusters/bench'
const NEWEST = `${CLUSTER}/topics/${BIG_TOPIC}/messages?limit=50`
const LIST = `${CLUSTER}/topics?limit=100`
const LAG = `${CLUSTER}/groups?limit=100`

async function ask(milena: Milena, token: string, path: string): Promise<unknown> {
  const answer = await fetch(milena.url + path, { headers: { authorization: `Bearer ${token}` } })
  const body: unknown = await answer.json()
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${JSON.stringify(body)}`)
  return body
}

const lengthOf = (page: unknown): number => {
  const items = typeof page === 'object' && page !== null ? Reflect.get(page, 'items') : undefined
  return Array.isArray(items) ? items.length : 0
}

/** The background samplers have seen everything: only then is a list the whole work. */
async function untilSampled(milena: Milena, token: string): Promise<void> {
  const deadlineMs = performance.now() + 60_000
  while (performance.now() < deadlineMs) {
    const [topics, groups, newest] = await Promise.all(
      [LIST, LAG, NEWEST].map(path => ask(milena, token, path).catch(() => null)),
    )
    if (lengthOf(topics) === 100 && lengthOf(groups) === 100 && lengthOf(newest) === 50) return
    await new Promise(resolve => setTimeout(resolve, 250))
  }
  throw new Error('Milena did not see the topics and groups within a minute')
}

interface Measured {
  ours: Record<'newest' | 'list' | 'lag', Series>
  theirs: Record<'newest' | 'list' | 'lag', Series>
  groupsAsked: number
}

async function measure(milena: Milena, token: string, reference: Reference): Promise<Measured> {
  const series = (name: string): Series => ({ name, rounds: [] })
  const ours = {
    newest: series('Milena: newest 50 of 1,000,000'),
    list: series(`Milena: topics (${TOPICS})`),
    lag: series(`Milena: lag, first page of ${GROUPS} groups`),
  }
  const theirs = {
    newest: series(`${reference.name}: newest of each partition`),
    list: series(`${reference.name}: topics`),
    lag: series('kafkajs: lag, a request a group (100)'),
  }
  let groupsAsked = 0
  const repeat = async (count: number, work: () => Promise<unknown>) => {
    const samples: number[] = []
    for (let turn = 0; turn < count; turn += 1) samples.push(await timed(work))
    return samples
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.newest.rounds.push(await repeat(REQUESTS, () => ask(milena, token, NEWEST)))
    theirs.newest.rounds.push(await repeat(3, () => reference.newestPage()))
    ours.list.rounds.push(await repeat(REQUESTS, () => ask(milena, token, LIST)))
    theirs.list.rounds.push(await repeat(3, () => reference.topicsList()))
    ours.lag.rounds.push(await repeat(REQUESTS, () => ask(milena, token, LAG)))
    theirs.lag.rounds.push(
      await repeat(1, async () => {
        groupsAsked = await reference.lagOfGroups()
      }),
    )
    say('bench', `round ${round + 1} of ${ROUNDS}`)
  }
  return { ours, theirs, groupsAsked }
}

const medianOf = ({ rounds }: Series) => median(rounds.flat())

class Bench {
  readonly #dir = makeTempDir('milena-bench')
  readonly #stops: (() => Promise<void>)[] = []
  #credentials: Credentials | undefined
  #config = ''

  async start(dataDir: string, env: Env = {}): Promise<Milena> {
    const { authSecret } = await this.credentials()
    return startMilena({
      port: await freePort(),
      configFile: this.#config,
      dataDir: join(this.#dir, dataDir),
      authSecret,
      logFile: join(this.#dir, 'milena.log'),
      env,
    })
  }

  async credentials(): Promise<Credentials> {
    this.#credentials ??= await loadCredentials(this.#dir)
    return this.#credentials
  }

  async prepare(): Promise<string> {
    mkdirSync(this.#dir, { recursive: true })
    await buildMilena(join(this.#dir, 'build.log'))
    const kafka = await startKafka({ heapMiB: 512 })
    this.#stops.push(() => kafka.stop())
    const environment = 'dev' as const
    const cluster = { id: 'bench', name: 'Bench', bootstrapServers: kafka.bootstrap, environment }
    this.#config = writeConfig(this.#dir, await this.credentials(), [cluster])
    say('bench', 'filling: 1,000,000 messages of 450 bytes, 200 topics, 2,000 groups')
    await makeTopics(kafka.bootstrap, TOPICS - 1)
    await fillBigTopic(kafka.bootstrap, this.#dir)
    await makeGroups(kafka.host, kafka.port, GROUPS)
    return kafka.bootstrap
  }

  /** Memory of a server on PostgreSQL after the same questions. */
  async memoryOnPostgres(token: string): Promise<number | null> {
    const postgres = await startPostgres()
    this.#stops.push(() => postgres.stop())
    const milena = await this.start('data-postgres', { DATABASE_URL: await postgres.createDatabase() })
    await untilSampled(milena, token)
    for (let turn = 0; turn < ROUNDS * REQUESTS; turn += 1)
      for (const path of [NEWEST, LIST, LAG]) await ask(milena, token, path)
    const resident = await residentMiB(milena.pid)
    await milena.stop()
    return resident
  }

  /** Milliseconds to the first good /readyz on a folder that has been used. */
  async startTimes(): Promise<number[]> {
    const times: number[] = []
    for (let turn = 0; turn < STARTS; turn += 1) {
      const milena = await this.start('data')
      times.push(milena.startMs)
      await milena.stop()
    }
    return times
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.reverse()) await stop()
    rmSync(this.#dir, { recursive: true, force: true })
  }
}

function report(machine: string[], measured: Measured, searches: Series[], bars: Bar[]): void {
  const { ours, theirs } = measured
  const lines = [ours.newest, theirs.newest, ours.list, theirs.list, ours.lag, theirs.lag, ...searches].map(
    seriesLine,
  )
  process.stdout.write(
    [
      '',
      ...machine.map(line => `  ${line}`),
      '',
      `  ${'milliseconds'.padEnd(44)}${'p50'.padStart(8)}${'p95'.padStart(8)}   ${'rounds p50'.padStart(13)}   n`,
      ...lines,
      '',
      ...bars.map(barLine),
      '',
      '',
    ].join('\n'),
  )
}

async function main(): Promise<void> {
  const bench = new Bench()
  try {
    const bootstrap = await bench.prepare()
    const { token } = await bench.credentials()
    const machine = describeMachine((await ensureKafkaJars()).version)
    const reference = await openReference(bootstrap)
    const milena = await bench.start('data')
    await untilSampled(milena, token)
    const measured = await measure(milena, token, reference)
    const searches = await measureSearches(milena, token, bootstrap, BIG_TOPIC, ROUNDS)
    const onPglite = await residentMiB(milena.pid)
    await milena.stop()
    await reference.close()
    say('bench', 'memory on PostgreSQL, then starts on the used folder')
    const onPostgres = await bench.memoryOnPostgres(token)
    const starts = await bench.startTimes()

    const { ours, theirs, groupsAsked } = measured
    const perGroup = medianOf(theirs.lag) / groupsAsked
    const ratio = (name: string, value: number, limit: number): Bar => ({
      name,
      value,
      limit,
      unit: 'x',
      isRatio: true,
    })
    const figure = (name: string, value: number | null, limit: number, unit: string): Bar => ({
      name,
      value,
      limit,
      unit,
      isRatio: false,
    })
    const bars = [
      ...(searches ? searchBars(searches) : []),
      ratio(`newest page against ${reference.name}`, medianOf(ours.newest) / medianOf(theirs.newest), 1),
      ratio(
        `lag of ${GROUPS} groups against a request a group`,
        medianOf(ours.lag) / (perGroup * GROUPS),
        0.2,
      ),
      figure('newest page of 50 at the API, p50, warm', medianOf(ours.newest), 20, 'ms'),
      figure('memory after the bench, PostgreSQL', onPostgres, 400, 'MiB'),
      figure('memory after the bench, PGlite', onPglite, 600, 'MiB'),
      figure('start to /readyz on a used PGlite folder', median(starts), 3_000, 'ms'),
    ]
    report(machine, measured, searches ? searchSeries(searches) : [], bars)
    const binding = bars.filter(bar => bar.isRatio || values.strict)
    process.exitCode = binding.every(isMet) ? 0 : 1
  } finally {
    await bench.stop()
  }
}

main().catch(failWith)
