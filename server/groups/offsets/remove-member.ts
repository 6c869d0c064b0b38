import { offsetPlans } from '@/lib/contracts/offset-plans'
import { AppError } from '@/lib/errors'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { describeNow } from './read-positions'
import { authoriseGroup } from './remove-group'

/**
 * Takes a static member out of its group, so that its partitions go to others before its session ends. It
 * comes back when its program does. Throws MEMBER_UNKNOWN, GROUP_TYPE_UNSUPPORTED (share and streams groups).
 */
export const removeMember = verb(offsetPlans.removeMember, async (ctx, input) => {
  authorise(ctx, 'group.read', { cluster: input.cluster, group: input.group })
  const cluster = ctx.clusters.get(input.cluster)
  const described = await describeNow(ctx, input.cluster, input.group)
  const member = described.members.find(one => one.instanceId === input.instance)
  const params = { group: input.group, member: input.instance }
  const topics = [...new Set(member?.assigned.map(one => one.topic) ?? [])]
  authoriseGroup(ctx, 'group.alter', input, topics)
  if (!member) throw new AppError('MEMBER_UNKNOWN', { params })
  const partitions = member.assigned.flatMap(({ topic, partitions: list }) =>
    list.map(partition => ({ topic, partition, offset: null, ok: true, problem: null })),
  )
  const supported = described.type !== 'share' && described.type !== 'streams'
  if (input.dryRun) {
    const problem = supported
      ? null
      : {
          scope: `group:${input.group}`,
          code: 'GROUP_TYPE_UNSUPPORTED',
          params: { ...params, type: described.type },
        }
    return { dryRun: true, done: supported, problem, partitions }
  }
  await audited(
    ctx,
    {
      action: 'group.removeMember',
      cluster: input.cluster,
      resource: `group:${input.group}`,
      details: { instance: input.instance, client: member.clientId, host: member.host },
    },
    () => cluster.removeMember(described, member),
  )
  return { dryRun: false, done: true, problem: null, partitions }
})
