import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { kafkaClient } from '../demo/company/kafka.ts'
import { failWith, say } from '../lib/say.ts'
import { startKafka } from '../services/kafka.ts'
import { ensureKafkaJars } from '../services/kafka-jars.ts'
import { startPostgres } from '../services/postgres.ts'
import { type Bar, describeMachine, figure, median, ratio, reportBars } from './measure.ts'
import type { Turn } from './replay-turn.ts'

// npm run bench:replay: an exactly-once replay in turns with a plain kafkajs copy loop, on a broker of its own.
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    records: { type: 'string', default: '100000' },
    bootstrap: { type: 'string' },
    strict: { type: 'boolean', default: false },
  },
})
const ROUNDS = Number(values.rounds)
const RECORDS = Number(values.records)
const PARTITIONS = 6
const VALUE_BYTES = 1024

async function fill(bootstrap: string, topic: string): Promise<void> {
  const kafka = kafkaClient('bench-replay', [bootstrap])
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS }], waitForLeaders: true })
  await admin.disconnect()
  const producer = kafka.producer({ allowAutoTopicCreation: false })
  await producer.connect()
  for (let at = 0; at < RECORDS; at += 2_000) {
    const messages = Array.from({ length: Math.min(2_000, RECORDS - at) }, (_, n) => ({
      key: `order-${at + n}`,
      value: `${at + n} `.padEnd(VALUE_BYTES, 'x'),
      partition: (at + n) % PARTITIONS,
      headers: { traceparent: `00-${at + n}`, 'kafka_dlt-exception-message': 'Listener failed; no stock' },
    }))
    await producer.send({ topic, messages })
  }
  await producer.disconnect()
}

async function makeTarget(bootstrap: string, topic: string): Promise<void> {
  const admin = kafkaClient('bench-replay', [bootstrap]).admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS }], waitForLeaders: true })
  await admin.disconnect()
}

async function turn(mode: 'copy' | 'replay', args: string[]): Promise<Turn> {
  // As `npm start` runs it (ADR 0100), and the copy the same.
  const node = [
    '--max-semi-space-size=16',
    '--import',
    './scripts/lib/alias-hooks.mjs',
    'scripts/bench/replay-turn.ts',
    mode,
    ...args,
  ]
  const child = spawn(process.execPath, node, { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', chunk => {
    text += chunk
  })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`the ${mode} turn ended with ${code}`)
  return JSON.parse(text.trim().split('\n').at(-1) ?? '') as Turn
}

async function main(): Promise<void> {
  const stops: (() => Promise<void>)[] = []
  try {
    let { bootstrap } = values
    if (bootstrap === undefined) {
      const kafka = await startKafka({ heapMiB: 512 })
      stops.push(() => kafka.stop())
      bootstrap = kafka.bootstrap
    }
    const postgres = await startPostgres()
    stops.push(() => postgres.stop())
    const copies: Turn[] = []
    const replays: Turn[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const name = `bench.replay.${Date.now()}`
      await fill(bootstrap, `${name}-dlt`)
      await makeTarget(bootstrap, `${name}-copied`)
      await makeTarget(bootstrap, `${name}-replayed`)
      copies.push(await turn('copy', [bootstrap, `${name}-dlt`, `${name}-copied`]))
      const database = await postgres.createDatabase()
      replays.push(await turn('replay', [bootstrap, `${name}-dlt`, `${name}-replayed`, database]))
      const [copied, replayed] = [copies.at(-1), replays.at(-1)]
      say(
        'bench',
        `round ${round + 1}: copy ${rate(copied)}/s, replay ${rate(replayed)}/s, dry run ${Math.round(replayed?.planMs ?? 0)} ms, memory +${replayed?.growthMiB} MiB, with the plan +${replayed?.wholeGrowthMiB} MiB`,
      )
    }
    const machine = describeMachine((await ensureKafkaJars()).version)
    const medianMs = (turns: Turn[]) => median(turns.map(one => one.ms))
    const share = medianMs(replays) / medianMs(copies)
    const bars: Bar[] = [
      // Never slower than the copy, whatever else the machine does; the aim, half as fast again, stands beside it.
      ratio('exactly-once replay against a kafkajs copy loop (time)', share, 1),
      figure('the same, as it should be', share, 1 / 1.5, 'x'),
      figure(`dry run of ${RECORDS}`, median(replays.map(one => one.planMs ?? 0)), 3_000, 'ms'),
      figure('memory growth of the replay', most(replays, 'growthMiB'), 150, 'MiB'),
      figure('the same with its plan', most(replays, 'wholeGrowthMiB'), 150, 'MiB'),
    ]
    reportBars(machine, bars, values.strict)
  } finally {
    for (const stop of stops.reverse()) await stop()
  }
}

const most = (turns: Turn[], name: 'growthMiB' | 'wholeGrowthMiB') =>
  Math.max(...turns.map(one => one[name] ?? 0))
const rate = (turn: Turn | undefined) => Math.round(((turn?.records ?? 0) / (turn?.ms ?? 1)) * 1000)

main().catch(failWith)
