import { decodeDeadLetter } from '@/lib/dead-letter'
import { AppError } from '@/lib/errors'
import { partitionKey } from '@/lib/partition-key'
import type { CallOptions, Fetcher, KafkaCluster } from '@/server/kafka/port'
import { letterInput } from './outgoing-record'
import type { ReplayItem } from './replay-item'

const FETCH_BYTES = 1024 * 1024
const SAMPLES = 20
const GROUPS_MAX = 20
const TIME_MS = 8_000

export type ReturnedSample = { topic: string; partition: number; offset: string; source: string | null }

/**
 * New letters of a dead-letter topic since a replay was planned: how many of them this replay had sent, and
 * how many are of the groups that it is about. Reads only what came since the last look, and keeps numbers,
 * not letters.
 */
export class NewLetters {
  readonly #topic: string
  readonly #replay: string
  readonly #groups: ReadonlySet<string>
  readonly #positions: Map<number, bigint>
  returned = 0
  ofGroups = 0
  complete = false
  readonly samples: ReturnedSample[] = []

  constructor(from: {
    topic: string
    replay: string
    groups: readonly string[]
    ends: readonly (readonly [number, string])[]
  }) {
    this.#topic = from.topic
    this.#replay = from.replay
    this.#groups = new Set(from.groups)
    this.#positions = new Map(from.ends.map(([partition, offset]) => [partition, BigInt(offset)]))
  }

  /** Reads on, for at most `budgetMs`; `complete` says whether the end was reached. Throws what a partition answers. */
  async read(fetcher: Fetcher, cluster: KafkaCluster, budgetMs: number, signal: AbortSignal): Promise<void> {
    const asked = [...this.#positions.keys()].map(partition => ({ topic: this.#topic, partition }))
    const ends = await cluster.listOffsets(asked, 'latest', { isolation: 'read_committed', signal })
    const until = performance.now() + budgetMs
    this.complete = true
    for (const { partition, answer } of ends) {
      if (!answer.ok) {
        this.complete = false
        continue
      }
      while ((this.#positions.get(partition) ?? 0n) < answer.value.offset) {
        if (signal.aborted) throw new AppError('CANCELLED')
        if (performance.now() > until || !(await this.#readOn(fetcher, partition))) {
          this.complete = false
          break
        }
      }
    }
  }

  async #readOn(fetcher: Fetcher, partition: number): Promise<boolean> {
    const offset = this.#positions.get(partition) ?? 0n
    const [answered] = await fetcher.fetch({
      topic: this.#topic,
      positions: [{ partition, offset, maxBytes: FETCH_BYTES }],
      isolation: 'read_committed',
      maxWaitMs: 100,
      maxBytes: FETCH_BYTES,
    })
    if (!answered?.answer.ok) return false
    const { records, nextOffset } = answered.answer.value
    for (const record of records) {
      const { consumerGroup } = decodeDeadLetter(letterInput(this.#topic, record))
      const textOf = (name: string) =>
        record.headers.findLast(one => one.name.equals(Buffer.from(name)))?.value?.toString('utf8') ?? null
      const isOurs = textOf('x-replay-id') === this.#replay
      if (isOurs) {
        this.returned += 1
        if (this.samples.length < SAMPLES) {
          const source = textOf('x-replay-source')?.slice(0, 300) ?? null
          this.samples.push({ topic: this.#topic, partition, offset: record.offset.toString(), source })
        }
      }
      if (isOurs || (consumerGroup !== null && this.#groups.has(consumerGroup))) this.ofGroups += 1
    }
    this.#positions.set(partition, nextOffset)
    return nextOffset > offset
  }
}

export type GroupProgress = {
  group: string
  failing: boolean
  passed: number
  waiting: number
  /** Records behind on the targets as a whole; null where an end is not known. */
  lag: bigint | null
}

/**
 * How far groups are with what was replayed: a record is passed when the group's committed offset stands
 * behind it. `failing` names the groups to look at; where nobody is known to have failed, whoever reads the
 * targets. Throws when the cluster does not answer.
 */
export async function groupProgress(
  cluster: KafkaCluster,
  items: readonly ReplayItem[],
  failing: readonly string[],
  signal: AbortSignal,
): Promise<GroupProgress[]> {
  const offsets = offsetsByPlace(items)
  if (offsets.size === 0) return []
  const options: CallOptions = { signal, timeoutMs: TIME_MS }
  const wanted = new Set(failing)
  const { groups } = await cluster.listGroups(options)
  const listed = wanted.size > 0 ? groups.filter(one => wanted.has(one.group)) : groups
  const places = [...offsets.values()].map(({ topic, partition }) => ({ topic, partition }))
  const [committed, ends] = await Promise.all([
    cluster.committedOffsets(listed, options),
    cluster.listOffsets(places, 'latest', { ...options, isolation: 'read_committed' }),
  ])
  const endOf = new Map(
    ends.map(({ topic, partition, answer }) => [
      partitionKey({ topic, partition }),
      answer.ok ? answer.value.offset : null,
    ]),
  )
  const total = [...offsets.values()].reduce((sum, one) => sum + one.offsets.length, 0)
  const found = new Map<string, { passed: number; lag: bigint | null }>()
  for (let row = 0; row < committed.length; row++) {
    const group = committed.groups[committed.group[row] ?? -1]
    const topic = committed.topics[committed.topic[row] ?? -1]
    const at = committed.offset[row] ?? -1
    if (group === undefined || topic === undefined || at < 0) continue
    const key = partitionKey({ topic, partition: committed.partition[row] ?? -1 })
    const place = offsets.get(key)
    if (!place) continue
    const known = found.get(group) ?? { passed: 0, lag: 0n }
    known.passed += place.offsets.reduce((sum, offset) => sum + (offset < at ? 1 : 0), 0)
    const end = endOf.get(key) ?? null
    const behind = end === null ? null : end - BigInt(at)
    known.lag = known.lag === null || behind === null ? null : known.lag + (behind > 0n ? behind : 0n)
    found.set(group, known)
  }
  // A group that never committed there has all of it before it.
  for (const group of failing) if (!found.has(group)) found.set(group, { passed: 0, lag: null })
  return [...found]
    .map(([group, { passed, lag }]) => ({
      group,
      failing: wanted.has(group),
      passed,
      waiting: total - passed,
      lag,
    }))
    .sort((a, b) => a.group.localeCompare(b.group))
    .slice(0, GROUPS_MAX)
}

/**
 * Offsets as numbers: a partition with 2^53 records is not of this world, and a hundred thousand of them are
 * compared at a time.
 */
function offsetsByPlace(
  items: readonly ReplayItem[],
): Map<string, { topic: string; partition: number; offsets: number[] }> {
  const places = new Map<string, { topic: string; partition: number; offsets: number[] }>()
  for (const { outcome, target, targetOffset } of items) {
    if (outcome !== 'replayed' || target === null || targetOffset === null) continue
    const key = partitionKey(target)
    const place = places.get(key) ?? { ...target, offsets: [] }
    place.offsets.push(Number(targetOffset))
    places.set(key, place)
  }
  return places
}
