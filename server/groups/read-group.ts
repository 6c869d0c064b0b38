import type { GroupDetail } from '@/lib/contracts/groups'
import { AppError } from '@/lib/errors'
import type { Context } from '@/server/context'
import type { LagSampler } from './service'

/** The sampler that holds this group, sampled just now if it is new. Throws GROUP_UNKNOWN, CLUSTER_UNREACHABLE. */
export async function samplerWith(ctx: Context, cluster: string, group: string): Promise<LagSampler> {
  const sampler = ctx.services.lag.of(ctx.clusters.get(cluster).id)
  await sampler.ready(ctx.signal)
  if (!sampler.row(group) && !(await sampler.find(group, ctx.signal))) {
    throw new AppError('GROUP_UNKNOWN', { params: { group } })
  }
  return sampler
}

/** All of one group from the sampler's memory. Throws GROUP_UNKNOWN when it went away meanwhile. */
export function readGroup(sampler: LagSampler, group: string): GroupDetail {
  const row = sampler.row(group)
  const partitions = sampler.partitions(group)
  if (!row || !partitions) throw new AppError('GROUP_UNKNOWN', { params: { group } })
  const description = sampler.description(group)
  return {
    ...row,
    assignor: description?.assignor ?? null,
    epoch: description?.epoch ?? null,
    memberList: description?.members ?? [],
    partitions: [...partitions],
    subtopologies: description?.subtopologies ?? null,
    problems: [...sampler.problems(), ...(row.problem ? [row.problem] : [])],
  }
}
