import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Connection, ConnectionPool, findCoordinatorV6, offsetCommitV9 } from '@platformatic/kafka'
import { runOrFail } from '../lib/process.ts'
import { ensureJava } from '../services/java.ts'
import { ensureKafkaJars } from '../services/kafka-jars.ts'

export const BIG_TOPIC = 'bench.bench-service.events'
export const BIG_TOPIC_RECORDS = 1_000_000
export const BIG_TOPIC_PARTITIONS = 6
export const RECORD_BYTES = 450
const VARIANTS = 1_000

/** JSON of exactly this many bytes, no two of the file alike. */
export function jsonOfSize(number: number, bytes: number): string {
  const event = {
    orderId: `ORD-${String(number).padStart(7, '0')}`,
    type: 'OrderCreated',
    customer: { id: `C-${number % 977}`, name: '김하늘', language: 'ko' },
    amount: 1_000 + ((number * 7_919) % 900_000),
    channel: number % 3 === 0 ? 'web' : 'app',
    memo: '',
  }
  const missing = bytes - Buffer.byteLength(JSON.stringify(event))
  return JSON.stringify({ ...event, memo: 'x'.repeat(Math.max(0, missing)) })
}

/** A million messages by Kafka's own producer, in batches as services write them. */
export async function fillBigTopic(
  bootstrap: string,
  dir: string,
  { topic = BIG_TOPIC, compression = 'none' } = {},
): Promise<void> {
  const [java, jars] = await Promise.all([ensureJava(), ensureKafkaJars()])
  const payloads = join(dir, 'payloads.txt')
  const lines = Array.from({ length: VARIANTS }, (_, number) => jsonOfSize(number, RECORD_BYTES))
  writeFileSync(payloads, lines.join('\n'))
  const tool = ['org.apache.kafka.tools.ProducerPerformance', '--topic', topic]
  const amount = [
    '--num-records',
    String(BIG_TOPIC_RECORDS),
    '--payload-file',
    payloads,
    '--throughput',
    '-1',
  ]
  const settings = [
    `bootstrap.servers=${bootstrap}`,
    'acks=1',
    'linger.ms=5',
    'batch.size=65536',
    `compression.type=${compression}`,
  ]
  await runOrFail('The big topic could not be filled.', java.command, [
    '-Xmx256m',
    `-Dlog4j2.configurationFile=${jars.logConfig}`,
    `@${jars.argFile}`,
    ...tool,
    ...amount,
    '--producer-props',
    ...settings,
  ])
}

const GROUP_KEY = 0

/**
 * The broker makes its offsets topic when it is asked for a coordinator the first time; until then nothing
 * can be committed.
 */
async function untilCoordinator(connection: Connection, group: string): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) {
    const found = await findCoordinatorV6.api.async(connection, GROUP_KEY, [group]).catch(() => null)
    if (found) return
    await sleep(100)
  }
  throw new Error('no group coordinator after ten seconds')
}

/** A partition of the offsets topic may have a coordinator later than another: asked again for ten seconds. */
async function commitOnce(commit: () => Promise<unknown>): Promise<void> {
  for (let left = 100; ; left -= 1) {
    try {
      await commit()
      return
    } catch (error) {
      if (left === 0) throw error
      await sleep(100)
    }
  }
}

/** Groups that committed somewhere in the big topic, by raw requests: a client that joins would take minutes. */
export async function makeGroups(host: string, port: number, count: number): Promise<void> {
  const pool = new ConnectionPool('bench')
  const connection = await pool.get({ host, port })
  await untilCoordinator(connection, 'bench-group-0')
  const topics = [
    {
      name: BIG_TOPIC,
      partitions: Array.from({ length: 6 }, (_, partitionIndex) => ({
        partitionIndex,
        committedOffset: 1_000n,
        committedLeaderEpoch: -1,
        committedMetadata: null,
      })),
    },
  ]
  const waiting = new Set<Promise<unknown>>()
  for (let number = 0; number < count; number += 1) {
    const commit = commitOnce(() =>
      offsetCommitV9.api.async(connection, `bench-group-${number}`, -1, '', null, topics),
    )
    const done = commit.finally(() => waiting.delete(done))
    waiting.add(done)
    if (waiting.size >= 100) await Promise.race(waiting)
  }
  await Promise.all(waiting)
  await new Promise<void>(resolve => pool.close(() => resolve()))
}
