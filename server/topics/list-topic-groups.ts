import { topics } from '@/lib/contracts/topics'
import { compareStatus } from '@/lib/lag/status'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { readTopic } from './read-topic'

/**
 * Groups that committed on a topic, with their lag, time lag and status on this topic alone; worst first.
 * Consumers that assign without committing cannot be seen. Throws TOPIC_UNKNOWN.
 */
export const listTopicGroups = verb(topics.groups, async (ctx, input) => {
  authorise(ctx, 'group.read', { cluster: input.cluster, topic: input.topic })
  const cluster = ctx.clusters.get(input.cluster)
  const sampler = ctx.services.lag.of(cluster.id)
  await sampler.ready(ctx.signal)
  const snapshot = sampler.snapshot()
  const items = sampler
    .onTopic(input.topic)
    .map(({ row, lag, timeLagMs, status }) => ({
      group: row.group,
      type: row.type,
      state: row.state,
      status,
      lag: lag === null ? null : String(lag),
      timeLagMs,
      trendPerSecond: row.trendPerSecond,
      members: row.members,
    }))
    .sort(
      (a, b) =>
        compareStatus(a.status, b.status) ||
        (b.timeLagMs ?? -1) - (a.timeLagMs ?? -1) ||
        (a.group < b.group ? -1 : 1),
    )
  // No group is an answer only where there is a topic.
  if (items.length === 0) await readTopic(ctx, cluster, input.topic)
  return {
    items,
    sampledAt: snapshot ? new Date(snapshot.sampledAtMs).toISOString() : null,
    problems: [...sampler.problems()],
  }
})
