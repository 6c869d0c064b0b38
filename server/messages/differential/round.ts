import { setTimeout as sleep } from 'node:timers/promises'
import { messages } from '@/lib/contracts/messages'
import type { PlainClient, PlainIsolation } from '@/scripts/services/frameworks/plain-client'
import { deleteRecordsBefore } from '@/server/kafka/testing'
import type { Store } from '@/server/store/types'
import { exportMessages } from '../export-messages'
import { getExportManifest } from '../get-export-manifest'
import { getRawMessage } from '../get-raw-message'
import { streamMessages } from '../stream-messages'
import type { openReading } from '../testing'
import { checkExport } from './check-export'
import { checkGrowth, checkPages } from './check-pages'
import { checkRecords } from './check-records'
import { checkSearch, checkTail } from './check-stream'
import { randomFilter } from './random-filter'
import { randomShape, type TopicShape, writeRandom } from './random-topic'
import { Rng } from './rng'
import { isSame, randomTimes, randomWhere, readTruth, type Truth } from './truth'

type Reading = ReturnType<typeof openReading>
/** `poor`: its searches have so little means that they end early. */
export type Bed = { reading: Reading; poor: Reading; client: PlainClient; store: Store }
export type RoundResult = {
  differences: string[]
  records: number
  questions: number
  answered: number
  /** The log changed while it was compared: what was found does not count. */
  moved: boolean
  /** Offsets between the ends of the log where no record is. */
  gaps: number
}

export type RoundOptions = {
  /** Takes seconds that a cleaner, retention or a live tail needs. */
  waits: boolean
  questions: number
}

/** Beside an open transaction nobody can see when those that ended have their markers. */
const MARKERS_MS = 300
/** Longer than the broker of tests takes to look for segments to delete. */
const OLD_SEGMENTS_MS = 7_000

/** One topic of random content, and every way to ask for it beside what Java's consumer reads of it. */
export async function playRound(bed: Bed, seed: number, options: RoundOptions): Promise<RoundResult> {
  const rng = new Rng(seed)
  const { reading, client } = bed
  const shape = randomShape(rng)
  const topic = await reading.topicOf({ partitions: shape.partitions, configs: shape.configs })
  const content = await writeRandom(rng, client, topic, shape)
  if (content.open === null) await untilEnded(bed, topic)
  else await sleep(MARKERS_MS)
  await wearOff(bed, rng, topic, shape, options)
  const first = await readTruth(client, topic, content.facts, [])
  const times = randomTimes(rng, first.records)
  const truth = await readTruth(client, topic, content.facts, times)
  const result: RoundResult = {
    differences: [],
    records: truth.records.length,
    questions: 0,
    answered: 0,
    moved: false,
    gaps: gapsOf(truth),
  }
  const tell = async (what: string, asked: unknown, check: () => Promise<number>) => {
    result.questions++
    try {
      result.answered += await check()
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error)
      result.differences.push(`seed ${seed}, ${what} of ${topic}: ${words}\n  ${JSON.stringify(asked)}`)
    }
  }
  const ctx = { ...reading.ctx, store: bed.store }
  const listBy = (by: Reading) => (query: Record<string, unknown>) => by.list(topic, query)
  const openBy = (by: Reading) => (query: Record<string, unknown>) =>
    streamMessages(by.ctx, messages.stream.input.parse({ cluster: 'test', topic, ...query }))
  const exporting = {
    start: (query: Record<string, unknown>) =>
      exportMessages(ctx, messages.export.input.parse({ cluster: 'test', topic, ...query })),
    manifest: (file: { headers: Record<string, string> }) =>
      getExportManifest(ctx, { cluster: 'test', id: file.headers['x-milena-export'] ?? '' }),
  }
  const get = (partition: number, offset: string) => reading.one(topic, partition, offset)
  const raw = async (partition: number, offset: string, part: 'key' | 'value') =>
    (await getRawMessage(ctx, { cluster: 'test', topic, partition, offset, part })).bytes

  for (let i = 0; i < options.questions; i++) {
    const where = randomWhere(rng, truth)
    const filter = randomFilter(rng, truth)
    const asked = { ...where, ...filter.query }
    const isCut = rng.chance(0.3)
    const by = isCut ? bed.poor : reading
    const [list, open] = [listBy(by), openBy(by)]
    await tell('pages', where, () => checkPages(list, rng, truth, where, null))
    await tell('pages that search', asked, () => checkPages(list, rng, truth, where, filter, isCut))
    await tell('a search', asked, () => checkSearch(open, rng, truth, where, filter, isCut))
    const exported = rng.chance(0.5) ? filter : null
    await tell('an export', { ...where, ...exported?.query }, () =>
      checkExport(exporting, rng, truth, where, exported),
    )
  }
  await tell('single records', {}, () => checkRecords(get, raw, rng, truth))
  const after = await readTruth(client, topic, content.facts, times)
  result.moved = !isSame(truth, after)
  const ends = rng.pick(['commit', 'abort'] as const)
  const grow = async () => {
    await content.more()
    await content.end(ends)
  }
  const read = async () => {
    await untilEnded(bed, topic)
    return readTruth(client, topic, content.facts, [])
  }
  if (result.moved) await content.end(ends)
  else if (options.waits && rng.chance(0.5)) {
    const where = { ...randomWhere(rng, truth), until: undefined }
    await tell('a live tail', where, () => checkTail(openBy(reading), truth, where, grow, read))
  } else await tell('pages', {}, () => checkGrowth(listBy(reading), rng, truth, grow, read))
  await reading.cluster.deleteTopic(topic)
  return result
}

/** A transaction has ended for its producer before its markers are written. */
async function untilEnded({ client }: Bed, topic: string): Promise<void> {
  const endsOf = async (isolation: PlainIsolation) =>
    [...(await client.read(topic, isolation)).ranges.values()].map(range => range.end).join(' ')
  for (let tries = 0; tries < 50; tries++) {
    if ((await endsOf('read_committed')) === (await endsOf('read_uncommitted'))) return
    await sleep(100)
  }
  throw new Error(`a transaction of ${topic} does not end`)
}

/** What a log goes through with time: its beginning deleted, old segments expired, keys compacted away. */
async function wearOff(
  { reading, client }: Bed,
  rng: Rng,
  topic: string,
  shape: TopicShape,
  { waits }: RoundOptions,
): Promise<void> {
  const { cluster } = reading
  const set = (name: string, value: string) =>
    cluster.incrementalAlterConfigs({ type: 'topic', name: topic }, [{ name, op: 'set', value }])
  const { ranges } = await client.read(topic, 'read_committed')
  const isSmall = 'segment.ms' in shape.configs
  if (shape.truncates && (waits || !isSmall))
    for (const [partition, { start, end }] of ranges) {
      if (end <= start || shape.compacts || rng.chance(0.4)) continue
      await deleteRecordsBefore(cluster, topic, partition, start + BigInt(rng.int(0, Number(end - start))))
    }
  if (!waits) return
  // Until old segments are gone the broker's answers for times within them are wrong (ADR 0433).
  if (shape.truncates && isSmall) await sleep(OLD_SEGMENTS_MS)
  const state = async () => {
    const log = await client.read(topic, 'read_uncommitted')
    return `${log.records.length} ${[...log.ranges.values()].map(one => one.start).join(' ')}`
  }
  const before = await state()
  if (shape.expires) await set('retention.ms', '1000')
  if (!shape.expires && !shape.compacts) return
  for (let tries = 0; tries < 40 && (await state()) === before; tries++) await sleep(200)
  // It may go on for a moment.
  for (let last = '', now = await state(); last !== now; now = await state()) {
    last = now
    await sleep(300)
  }
  if (shape.expires) await set('retention.ms', '-1')
  if (shape.compacts) await set('cleanup.policy', 'delete')
  await sleep(300)
}

function gapsOf(truth: Truth): number {
  let offsets = 0n
  for (const { start, end } of truth.ranges.values()) offsets += end - start
  return Number(offsets) - truth.records.length
}
