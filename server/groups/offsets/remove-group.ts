import { offsetPlans } from '@/lib/contracts/offset-plans'
import { AppError } from '@/lib/errors'
import type { Action } from '@/lib/permissions'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import { describeNow, hasMembers, readCommitted } from './read-positions'

/**
 * Deletes a group and its offsets; a dry run says what would go. Throws INPUT_INVALID (CONFIRM_MISMATCH),
 * GROUP_ACTIVE, GROUP_UNKNOWN.
 */
export const removeGroup = verb(offsetPlans.removeGroup, async (ctx, input) => {
  authorise(ctx, 'group.read', { cluster: input.cluster, group: input.group })
  const cluster = ctx.clusters.get(input.cluster)
  const described = await describeNow(ctx, input.cluster, input.group)
  const committed = await readCommitted(cluster, described, ctx.signal)
  authoriseGroup(ctx, 'group.delete', input, [...committed.keys()])
  const partitions = [...committed].flatMap(([topic, offsets]) =>
    [...offsets].map(([partition, offset]) => ({
      topic,
      partition,
      offset: offset.toString(),
      ok: true,
      problem: null,
    })),
  )
  const active = hasMembers(described)
  const params = { group: input.group, state: described.state, members: described.members.length }
  if (input.dryRun) {
    const problem = active ? { scope: `group:${input.group}`, code: 'GROUP_ACTIVE', params } : null
    return { dryRun: true, done: !active, problem, partitions }
  }
  confirmed(input.confirm, input.group)
  await audited(
    ctx,
    {
      action: 'group.delete',
      cluster: input.cluster,
      resource: `group:${input.group}`,
      // What cannot be had again any other way: where the group stood.
      details: {
        type: described.type,
        offsets: partitions.map(p => `${p.topic}/${p.partition}@${p.offset}`),
      },
    },
    async () => {
      if (active) throw new AppError('GROUP_ACTIVE', { params })
      await cluster.deleteGroup(described)
    },
  )
  return { dryRun: false, done: true, problem: null, partitions }
})

/** Every topic that the group knows must be allowed; a group without topics is allowed as such. */
export function authoriseGroup(
  ctx: Context,
  action: Action,
  { cluster, group }: { cluster: string; group: string },
  topics: readonly string[],
): void {
  if (topics.length === 0) authorise(ctx, action, { cluster, group })
  for (const topic of topics) authorise(ctx, action, { cluster, topic })
}

export function confirmed(confirm: string | undefined, name: string): void {
  if (confirm === name) return
  const message = 'Repeat the name to confirm.'
  throw new AppError('INPUT_INVALID', { fields: [{ path: 'confirm', code: 'CONFIRM_MISMATCH', message }] })
}
