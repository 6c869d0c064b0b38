import type { ReplayPlan } from '@/lib/contracts/replays'
import { partitionKey } from '@/lib/partition-key'
import type { CommittedColumns, GroupListing, KafkaCluster } from '@/server/kafka/port'

type AffectedGroup = ReplayPlan['affectedGroups'][number]

const TIME_MS = 8_000
const GROUPS_MAX = 200

/**
 * Groups that have committed on a target: each of them will process the replayed records. `failing` is the
 * one that the letters came from. `complete` is false where coordinators did not answer: then there may be
 * more.
 */
export async function affectedGroups(
  cluster: KafkaCluster,
  targets: readonly string[],
  failing: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<{ groups: AffectedGroup[]; complete: boolean }> {
  if (targets.length === 0) return { groups: [], complete: true }
  try {
    const options = { signal, timeoutMs: TIME_MS }
    const listed = await cluster.listGroups(options)
    const committed = await cluster.committedOffsets(listed.groups, options)
    const ends = await endsOf(cluster, targets, options)
    const groups = collect(committed, new Set(targets), listed.groups, ends)
      .map(group => ({ ...group, failing: failing.has(group.group) }))
      .sort((a, b) => Number(b.failing) - Number(a.failing) || a.group.localeCompare(b.group))
    const complete =
      listed.problems.length === 0 && committed.failed.size === 0 && groups.length <= GROUPS_MAX
    return { groups: groups.slice(0, GROUPS_MAX), complete }
  } catch {
    // A plan without this list is still a plan; the warning says that it is missing.
    return { groups: [], complete: false }
  }
}

async function endsOf(
  cluster: KafkaCluster,
  targets: readonly string[],
  options: { signal: AbortSignal; timeoutMs: number },
): Promise<Map<string, bigint>> {
  const { topics } = await cluster.metadata({ topics: [...targets], signal: options.signal })
  const partitions = [...topics.values()].flatMap(answer =>
    answer.ok
      ? answer.value.partitions.map(({ partition }) => ({ topic: answer.value.name, partition }))
      : [],
  )
  const answers = await cluster.listOffsets(partitions, 'latest', { ...options, isolation: 'read_committed' })
  return new Map(
    answers.flatMap(({ topic, partition, answer }) =>
      answer.ok ? [[partitionKey({ topic, partition }), answer.value.offset] as const] : [],
    ),
  )
}

function collect(
  committed: CommittedColumns,
  targets: ReadonlySet<string>,
  listings: readonly GroupListing[],
  ends: ReadonlyMap<string, bigint>,
): Omit<AffectedGroup, 'failing'>[] {
  const states = new Map(listings.map(one => [one.group, one.state]))
  const lags = new Map<string, { group: string; topic: string; lag: bigint | null }>()
  for (let row = 0; row < committed.length; row++) {
    const topic = committed.topics[committed.topic[row] ?? -1]
    const group = committed.groups[committed.group[row] ?? -1]
    const offset = committed.offset[row] ?? -1
    if (topic === undefined || group === undefined || offset < 0 || !targets.has(topic)) continue
    const key = JSON.stringify([group, topic])
    const known = lags.get(key) ?? { group, topic, lag: 0n }
    const end = ends.get(partitionKey({ topic, partition: committed.partition[row] ?? -1 }))
    const behind = end === undefined ? null : end - BigInt(offset)
    known.lag = known.lag === null || behind === null ? null : known.lag + (behind > 0n ? behind : 0n)
    lags.set(key, known)
  }
  return [...lags.values()].map(({ group, topic, lag }) => ({
    group,
    topic,
    state: states.get(group) ?? 'Unknown',
    lag: lag?.toString() ?? null,
  }))
}
