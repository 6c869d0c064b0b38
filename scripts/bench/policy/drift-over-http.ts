import { createKafkaClusters } from '@/server/kafka'
import { testConfig } from '@/server/kafka/testing'
import { kafkaClient } from '../../demo/company/kafka.ts'
import { say } from '../../lib/say.ts'
import { type Asked, ask, Bed, CLUSTER, itemsOf, until } from '../bed.ts'
import { type Figures, figure, median, medianOf, ratio, type Series, timed } from '../measure.ts'
import { domains, names, services, TOPICS } from './world.ts'

const REPORT = `${CLUSTER}/policy/drift`
const PAGE = 100
const LIMIT_MS = 2000
/** Topics a request: a broker takes more, but not at once. */
const AT_ONCE = 500
/** What the store holds: registered names, topics that somebody owns, accepted findings, open requests. */
const OWNED = 300
const WAIVED = 50
const REQUESTED = 50
/** Servers that are started, each asked for its first report and for more. */
const STARTS = 3
const WARM = 10
const SAMPLE = 300
const DAY_MS = 86_400_000
const LED_MS = 300_000

/**
 * The drift report of 10,000 topics of a real broker from a built server: the first that a process is asked for,
 * which reads every topic's settings, and those after it; beside it the plain way, a DescribeConfigs a topic.
 */
export async function measureDrift(): Promise<Figures> {
  const bed = new Bed()
  try {
    // Files of an index are 10 MiB each before anything is in them, and there are two a partition.
    const { bootstrap } = await bed.prepare(null, {
      'log.index.size.max.bytes': 65_536,
      'log.retention.check.interval.ms': 300_000,
    })
    say('bench', `${TOPICS} topics, ${domains.length + services.length} names, ${OWNED} owners`)
    await makeTopics(bootstrap)
    await fillStore(bed)
    const first: Series = { name: `drift of ${TOPICS} topics: the first of a process`, rounds: [] }
    const warm: Series = { name: `drift of ${TOPICS} topics: after it`, rounds: [] }
    const file: Series = { name: 'the same as a file', rounds: [] }
    const naive: Series = { name: 'a DescribeConfigs, one topic', rounds: [] }
    const reference = openReference(bootstrap)
    bed.onStop(reference.close)
    for (let start = 0; start < STARTS; start += 1) {
      const asked = await bed.start('data')
      await untilSampled(asked)
      first.rounds.push([await timed(() => readReport(asked))])
      warm.rounds.push(await repeat(WARM, () => readReport(asked)))
      file.rounds.push([await timed(() => readFile(asked))])
      naive.rounds.push(await reference.ask(start))
      await asked.milena.stop()
      say('bench', `drift over HTTP, server ${start + 1} of ${STARTS}`)
    }
    const slowest = ({ rounds }: Series) => Math.max(...rounds.flat())
    const of = `drift of ${TOPICS} topics over HTTP`
    return {
      series: [first, warm, file, naive],
      bars: [
        ratio(
          `${of}, first, against a request a topic`,
          medianOf(first) / (median(naive.rounds.flat()) * TOPICS),
          0.5,
        ),
        figure(`${of}, the first of a process, the slowest`, slowest(first), LIMIT_MS, 'ms'),
        figure(`${of}, after it, the slowest`, slowest(warm), LIMIT_MS, 'ms'),
        figure(`${of}, as a file, the slowest`, slowest(file), LIMIT_MS, 'ms'),
      ],
    }
  } finally {
    await bed.stop()
  }
}

async function repeat(count: number, work: () => Promise<unknown>): Promise<number[]> {
  const samples: number[] = []
  for (let turn = 0; turn < count; turn += 1) samples.push(await timed(work))
  return samples
}

/** Throws unless every topic was judged, by its settings. */
async function readReport(asked: Asked): Promise<void> {
  const report = await ask(asked, `${REPORT}?limit=${PAGE}`)
  const { summary, settingsKnown } = report as { summary: { topics: number }; settingsKnown: boolean }
  if (summary.topics < TOPICS || !settingsKnown || itemsOf(report).length !== PAGE)
    throw new Error(`not the whole report: ${JSON.stringify(summary)}`)
}

async function readFile(asked: Asked): Promise<void> {
  const rows = await ask(asked, `${REPORT}/export?format=json`)
  if (!Array.isArray(rows) || rows.length < TOPICS / 3) throw new Error('not the whole file')
}

/** Settings as people choose them, some against the policy. */
function configsOf(i: number): { name: string; value: string }[] {
  if (i % 5 === 0) return [{ name: 'retention.ms', value: '-1' }]
  if (i % 5 === 1) return [{ name: 'cleanup.policy', value: 'compact' }]
  return []
}

async function makeTopics(bootstrap: string): Promise<void> {
  const admin = kafkaClient('bench-drift-setup', [bootstrap]).admin()
  await admin.connect()
  for (let from = 0; from < names.length; from += AT_ONCE)
    await admin.createTopics({
      topics: names.slice(from, from + AT_ONCE).map((topic, i) => ({
        ...{ topic, numPartitions: 1, replicationFactor: 1 },
        configEntries: configsOf(from + i),
      })),
      waitForLeaders: false,
      timeout: 60_000,
    })
  await admin.disconnect()
}

/** Topics are there and were sampled, as they are but for the first moments of a process. */
async function untilSampled(asked: Asked): Promise<void> {
  const isSampled = async () => {
    const page = await ask(asked, `${CLUSTER}/topics?limit=1&sort=-name`)
    const [last] = itemsOf(page) as { messages: string | null }[]
    return (page as { total: number }).total >= TOPICS && last?.messages !== null
  }
  // The controller takes them in seconds; the broker makes a folder for each.
  await until('every topic is known', isSampled, LED_MS)
}

/** By the API, as people and programs do. */
async function fillStore(bed: Bed): Promise<void> {
  const asked = await bed.start('data')
  const send = (method: 'POST' | 'PUT', path: string, body: object) => ask(asked, path, { method, body })
  await untilSampled(asked)
  await eachOf(domains, ({ name }) => send('PUT', `/api/v1/catalogue/domain/${name}`, { revision: 0 }))
  await eachOf(services, ({ name, domain }) =>
    send('PUT', `/api/v1/catalogue/service/${name}`, { domain, revision: 0 }),
  )
  await eachOf(names.slice(0, OWNED), topic =>
    send('PUT', `${CLUSTER}/topics/${topic}/facts`, {
      ...{ owner: 'order-team', description: 'Made for a bench.', classification: null, schema: null },
      ...{ tags: ['bench'], revision: 0 },
    }),
  )
  const expires = new Date(Date.now() + 30 * DAY_MS).toISOString()
  await eachOf(names.slice(-WAIVED), topic =>
    send('POST', `${REPORT}/waivers`, {
      topic,
      rules: ['unowned', 'naming'],
      reason: 'known',
      until: expires,
    }),
  )
  const wanted = domains.slice(0, REQUESTED).map((_, i) => `domain-${i}.service-${i}.wanted`)
  await eachOf(wanted, topic =>
    send('POST', `${CLUSTER}/topic-requests`, {
      ...{ kind: 'create', topic, partitions: 1, replicationFactor: 1 },
      ...{ owner: 'order-team', purpose: 'a bench' },
    }),
  )
  await asked.milena.stop()
}

/** Some at a time. */
async function eachOf<T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  const left = [...all]
  const worker = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one)
  }
  await Promise.all(Array.from({ length: 8 }, worker))
}

/** Each topic's settings by a request of its own, with the same client. */
function openReference(bootstrap: string) {
  const clusters = createKafkaClusters([testConfig(bootstrap, { id: 'bench' })], { clock: { now: Date.now } })
  const cluster = clusters.get('bench')
  return {
    /** Milliseconds of each of a sample, one after another. */
    ask: async (round: number) => {
      const samples: number[] = []
      for (const name of names.slice(round * SAMPLE, (round + 1) * SAMPLE))
        samples.push(await timed(() => cluster.describeConfigs([{ type: 'topic', name }])))
      return samples
    },
    close: () => clusters.close(),
  }
}
