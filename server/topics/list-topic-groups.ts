import { topics } from '@/lib/contracts/topics'
import { compareStatus } from '@/lib/lag/status'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'

/** Groups that committed on a topic, with their lag on this topic alone. Consumers that assign without committing cannot be seen. */
export const listTopicGroups = verb(topics.groups, async (ctx, input) => {
  authorise(ctx, 'group.read', { cluster: input.cluster, topic: input.topic })
  const sampler = ctx.services.lag.of(ctx.clusters.get(input.cluster).id)
  await sampler.ready(ctx.signal)
  const snapshot = sampler.snapshot()
  const items = (snapshot?.rows ?? [])
    .filter(row => row.topics.includes(input.topic))
    .map(row => {
      const here = (sampler.partitions(row.group) ?? []).filter(p => p.topic === input.topic)
      const lags = here.flatMap(p => (p.lag === null ? [] : [BigInt(p.lag)]))
      const times = here.flatMap(p => (p.timeLagMs === null ? [] : [p.timeLagMs]))
      return {
        group: row.group,
        type: row.type,
        state: row.state,
        status: row.status,
        lag: lags.length > 0 ? String(lags.reduce((a, b) => a + b, 0n)) : null,
        timeLagMs: times.length > 0 ? Math.max(...times) : null,
        trendPerSecond: row.trendPerSecond,
        members: row.members,
      }
    })
    .sort((a, b) => compareStatus(a.status, b.status) || (a.group < b.group ? -1 : 1))
  return {
    items,
    sampledAt: snapshot ? new Date(snapshot.sampledAtMs).toISOString() : null,
    problems: [...sampler.problems()],
  }
})
