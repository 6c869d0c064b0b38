import { partitionKey } from '@/lib/partition-key'
import type { CallOptions, KafkaCluster, TopicPartition } from '@/server/kafka/port'
import { type PartitionEnds, UNKNOWN_ENDS } from './take-snapshot'

/** Partitions of one group whose ends are asked for while somebody looks at it. */
const MOST_PARTITIONS = 2000

/** By topic and partition. */
type ByPartition = ReadonlyMap<string, ReadonlyMap<number, unknown>>

/** By `partitionKey`. */
export type Ends = ReadonlyMap<string, PartitionEnds>
export const NO_ENDS: Ends = new Map()

/**
 * Where the logs begin and end that members of a group have been given and never committed on: snapshots ask
 * only for what somebody committed on, and who looks at the group wants to know how much there is to read.
 * Never rejects: what can't be read is unknown.
 */
export async function uncommittedEnds(
  cluster: Pick<KafkaCluster, 'listOffsets'>,
  state: { owners: ByPartition; rows: ByPartition },
  call: CallOptions,
): Promise<Ends> {
  const due: TopicPartition[] = []
  for (const [topic, owners] of state.owners)
    for (const partition of owners.keys())
      if (!state.rows.get(topic)?.has(partition) && due.length < MOST_PARTITIONS)
        due.push({ topic, partition })
  if (due.length === 0) return NO_ENDS
  const none = () => []
  const [stable, watermark, starts] = await Promise.all([
    cluster.listOffsets(due, 'latest', { ...call, isolation: 'read_committed' }).catch(none),
    cluster.listOffsets(due, 'latest', { ...call, isolation: 'read_uncommitted' }).catch(none),
    cluster.listOffsets(due, 'earliest', call).catch(none),
  ])
  const told = (answers: typeof stable, i: number) => {
    const answer = answers[i]?.answer
    return answer?.ok ? Number(answer.value.offset) : null
  }
  return new Map(
    due.map((at, i) => [
      partitionKey(at),
      { ...UNKNOWN_ENDS, lso: told(stable, i), hw: told(watermark, i), start: told(starts, i) },
    ]),
  )
}
