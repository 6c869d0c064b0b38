import type { InputOf } from '@/lib/contracts/endpoint'
import type { offsetPlans } from '@/lib/contracts/offset-plans'
import { AppError } from '@/lib/errors'
import type { KafkaCluster, TopicMetadata, TopicPartition } from '@/server/kafka/port'
import type { Committed } from './read-positions'

type Input = Pick<InputOf<typeof offsetPlans.create>, 'topics' | 'partitions'>

const MOST_PARTITIONS = 20_000

export type Picked = { partitions: TopicPartition[]; topics: Map<string, TopicMetadata> }

/**
 * Which partitions a plan is about: all of the named topics, else those that were committed; narrowed by
 * `partitions`. Throws TOPIC_UNKNOWN, PARTITION_UNKNOWN for what was named and isn't there, SELECTION_EMPTY,
 * SELECTION_TOO_LARGE. Committed partitions of deleted topics are left out: nothing can be committed there.
 */
export async function pickPartitions(
  cluster: KafkaCluster,
  input: Input,
  committed: Committed,
  signal: AbortSignal,
): Promise<Picked> {
  const pairs = input.partitions?.filter(one => typeof one === 'object') ?? []
  const numbers = new Set(input.partitions?.filter(one => typeof one === 'number'))
  const named = new Set([...(input.topics ?? []), ...pairs.map(pair => pair.topic)])
  const names = named.size > 0 ? [...named] : [...committed.keys()]
  const metadata = await cluster.metadata({ topics: names, maxAgeMs: 0, signal })
  const topics = new Map<string, TopicMetadata>()
  for (const name of names) {
    const answer = metadata.topics.get(name)
    if (answer?.ok) topics.set(name, answer.value)
    else if (named.has(name))
      throw new AppError('TOPIC_UNKNOWN', {
        params: { topic: name },
        fields: [{ path: 'topics', code: 'TOPIC_UNKNOWN', message: 'There is no such topic.' }],
      })
  }
  const picked: TopicPartition[] = []
  for (const [name, { partitions }] of topics) {
    const there = new Set(partitions.map(one => one.partition))
    const own = pairs.filter(pair => pair.topic === name).map(pair => pair.partition)
    const asked = own.length > 0 || numbers.size > 0 ? new Set([...own, ...numbers]) : null
    for (const partition of own) if (!there.has(partition)) throw noPartition(name, partition)
    if (input.topics?.includes(name))
      for (const partition of numbers) if (!there.has(partition)) throw noPartition(name, partition)
    // Named topics: all of them, also what nobody committed on. Else what the group knows.
    const candidates = named.has(name) ? there : new Set(committed.get(name)?.keys())
    for (const partition of candidates)
      if (there.has(partition) && (asked?.has(partition) ?? true)) picked.push({ topic: name, partition })
  }
  const of = 'partitions'
  if (picked.length === 0) throw new AppError('SELECTION_EMPTY', { params: { of } })
  if (picked.length > MOST_PARTITIONS)
    throw new AppError('SELECTION_TOO_LARGE', {
      params: { selected: picked.length, max: MOST_PARTITIONS, of },
    })
  picked.sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1))
  return { partitions: picked, topics }
}

function noPartition(topic: string, partition: number): AppError {
  return new AppError('PARTITION_UNKNOWN', {
    params: { topic, partition },
    fields: [{ path: 'partitions', code: 'PARTITION_UNKNOWN', message: `${topic} has no ${partition}.` }],
  })
}
