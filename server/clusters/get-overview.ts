import { clusters, type Overview } from '@/lib/contracts/clusters'
import type { Problem } from '@/lib/contracts/common'
import { classifyTopic } from '@/lib/naming-policy/classify-topic'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import type { ClusterMetadata } from '@/server/kafka/port'
import { readDisks, readQuorum, toBrokerRows } from './broker-rows'
import { LOOK_MS, readClusterState, toSummary } from './cluster-state'
import { releaseOf } from './kafka-version'
import {
  countUnderMinIsr,
  deadLettersPart,
  groupsPart,
  NO_DEAD_LETTERS,
  NO_GROUPS,
  part,
  toQuorum,
} from './overview-parts'

/**
 * Brokers, partitions, worst lag and latest dead letters. Every part fails for itself: a dead broker, a
 * service that has not sampled yet or a right that is missing leaves its part empty and says so in
 * `problems`. Throws only what befell the whole cluster.
 */
export const getOverview = verb(clusters.overview, async (ctx, input): Promise<Overview> => {
  authorise(ctx, 'cluster.read', { cluster: input.cluster })
  const cluster = ctx.clusters.get(input.cluster)
  const problems: Problem[] = []
  const [state, quorum, features] = await Promise.all([
    readClusterState(ctx, cluster, ctx.signal),
    readQuorum(cluster, ctx.signal),
    part(problems, 'features', new Map<string, number>(), () =>
      cluster.features({ signal: ctx.signal, timeoutMs: LOOK_MS }),
    ),
  ])
  const [disks, underMinIsr, groups, deadLetters] = await Promise.all([
    readDisks(cluster, state),
    part(problems, 'configs', null, () => countUnderMinIsr(cluster, state)),
    part(problems, 'groups', NO_GROUPS, () => groupsPart(ctx, cluster.id, problems)),
    part(problems, 'dead-letters', NO_DEAD_LETTERS, () => deadLettersPart(ctx, cluster.id, problems)),
  ])
  problems.push(...quorum.problems, ...disks.problems)
  for (const { answer } of state.brokers) if (!answer.ok) problems.push(answer.problem)
  return {
    cluster: toSummary(state),
    kafkaVersion: releaseOf(features),
    clusterUuid: state.metadata.clusterId,
    controller: quorum.quorum?.leaderId ?? null,
    quorum: quorum.quorum && toQuorum(quorum.quorum, ctx.clock.now()),
    brokers: toBrokerRows(state, quorum.quorum, disks),
    ...countTopics(state.metadata),
    partitions: { ...state.partitions, underMinIsr },
    groups,
    deadLetters,
    sampledAt: new Date(state.metadata.sampledAtMs).toISOString(),
    problems,
  }
})

/** People's topics, and those that Kafka and its tools keep for themselves. */
function countTopics(metadata: ClusterMetadata): { topics: number; internalTopics: number } {
  let internalTopics = 0
  for (const [name, answer] of metadata.topics)
    if ((answer.ok && answer.value.internal) || classifyTopic(name).kind === 'internal') internalTopics++
  return { topics: metadata.topics.size - internalTopics, internalTopics }
}
