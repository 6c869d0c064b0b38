import { LagBook } from '@/server/groups/lag-book'
import { takeSnapshot } from '@/server/groups/take-snapshot'
import type { KafkaCluster } from '@/server/kafka/port'
import { median, type Series, timed } from '../measure.ts'
import { groupOf, lagOf, ROWS_OF_ONE } from './world.ts'

const ROUNDS = 9

export interface SnapshotFigure {
  ours: Series
  theirs: Series
  ratio: number
}

/** A whole round as the sampler takes it: from ListGroups to the lag of every row in memory. */
async function wholeSnapshot(cluster: KafkaCluster, book: LagBook, seq: number): Promise<void> {
  const taken = await takeSnapshot(cluster, Date.now, {
    seq,
    knownStart: at => book.knownStart(at, Date.now()),
  })
  book.take(taken)
}

/** The same by one OffsetFetch a group and one ListOffsets a partition, one after another. */
async function naively(cluster: KafkaCluster): Promise<void> {
  const { groups } = await cluster.listGroups()
  const partitions = new Map<string, { topic: string; partition: number }>()
  for (const listing of groups) {
    const found = await cluster.committedOffsets([listing])
    for (let i = 0; i < found.length; i += 1) {
      const topic = found.topics[found.topic[i] ?? -1] ?? ''
      const partition = found.partition[i] ?? 0
      partitions.set(`${topic}/${partition}`, { topic, partition })
    }
  }
  for (const at of partitions.values())
    await cluster.listOffsets([at], 'latest', { isolation: 'read_committed' })
}

/** One full snapshot of so many groups, with the naive way beside it in the same run. Throws when a lag is wrong. */
export async function measureSnapshot(cluster: KafkaCluster, groups: number): Promise<SnapshotFigure> {
  const rows = groups * ROWS_OF_ONE
  const label = `${groups.toLocaleString('en')} groups, ${rows.toLocaleString('en')} rows`
  const ours: Series = { name: `snapshot: ${label}`, rounds: [] }
  const theirs: Series = { name: `naive: ${label}`, rounds: [] }
  const book = new LagBook()
  for (let round = 0; round < ROUNDS + 3; round += 1) {
    const ms = await timed(() => wholeSnapshot(cluster, book, round + 1))
    // The first rounds warm up, as the sampler has after a quarter of a minute.
    if (round >= 3) ours.rounds.push([ms])
  }
  let total = 0
  for (let number = 0; number < groups; number += 1)
    total += book.groups.get(groupOf(number))?.lag ?? Number.NaN
  if (total !== lagOf(groups)) throw new Error(`the lags add up to ${total}, not to ${lagOf(groups)}`)
  theirs.rounds.push([await timed(() => naively(cluster))])
  return { ours, theirs, ratio: median(ours.rounds.flat()) / median(theirs.rounds.flat()) }
}
