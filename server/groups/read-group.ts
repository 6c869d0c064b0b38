import type { GroupDetail } from '@/lib/contracts/groups'
import { AppError } from '@/lib/errors'
import { signalsOf } from '@/lib/lag/signals'
import type { Context } from '@/server/context'
import type { LagSampler } from './service'
import { isVisible, topicsSeen, withoutHiddenTopics } from './visible'

/**
 * The sampler that holds this group, sampled just now if it is new. Throws GROUP_UNKNOWN (also for a group of
 * topics that the caller may not see), CLUSTER_UNREACHABLE.
 */
export async function samplerWith(ctx: Context, cluster: string, group: string): Promise<LagSampler> {
  const sampler = ctx.services.lag.of(ctx.clusters.get(cluster).id)
  await sampler.ready(ctx.signal)
  if (!(await sampler.find(group, ctx.signal))) throw unknown(group)
  const row = sampler.row(group)
  if (!row || !isVisible(row, topicsSeen(ctx, cluster))) throw unknown(group)
  return sampler
}

/**
 * All of one group from the sampler's memory, as far as the caller may see it. Throws GROUP_UNKNOWN when it
 * went away meanwhile.
 */
export function readGroup(ctx: Context, cluster: string, sampler: LagSampler, group: string): GroupDetail {
  const row = sampler.row(group)
  const partitions = sampler.partitions(group)
  const may = topicsSeen(ctx, cluster)
  if (!row || !partitions || !isVisible(row, may)) throw unknown(group)
  const description = sampler.description(group)
  const bare = {
    ...row,
    assignor: description?.assignor ?? null,
    epoch: description?.epoch ?? null,
    assignmentEpoch: description?.assignmentEpoch ?? null,
    // The list may know already that they are gone, while they were described a moment ago.
    memberList: row.members === 0 ? [] : (description?.members ?? []),
    partitions: [...partitions],
    subtopologies: description?.subtopologies ?? null,
    problems: [...sampler.problems(), ...(row.problem ? [row.problem] : [])],
  }
  // Of what the caller may see: a signal names topics.
  const seen = withoutHiddenTopics({ ...bare, signals: [] }, may)
  const facts = { nowMs: ctx.clock.now(), ...sampler.facts(group) }
  return { ...seen, signals: signalsOf(seen, facts, ctx.config.lag) }
}

function unknown(group: string): AppError {
  return new AppError('GROUP_UNKNOWN', { params: { group: group.slice(0, 300) } })
}
