import { type OffsetOutcome, offsetPlans } from '@/lib/contracts/offset-plans'
import { AppError } from '@/lib/errors'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import type { GroupDescription } from '@/server/kafka/port'
import { describeNow, readCommitted } from './read-positions'
import { confirmed } from './remove-group'

/**
 * Deletes what a group committed on one topic. Kafka refuses while a member subscribes to it (GROUP_SUBSCRIBED). Throws
 * OFFSETS_NONE where it committed nothing there, INPUT_INVALID (CONFIRM_MISMATCH).
 */
export const removeOffsets = verb(offsetPlans.removeOffsets, async (ctx, input) => {
  authorise(ctx, 'group.alter', { cluster: input.cluster, topic: input.topic })
  const cluster = ctx.clusters.get(input.cluster)
  const described = await describeNow(ctx, input.cluster, input.group)
  const committed = await readCommitted(cluster, described, ctx.signal)
  const offsets = [...(committed.get(input.topic) ?? [])].sort(([a], [b]) => a - b)
  const params = { group: input.group, topic: input.topic }
  if (offsets.length === 0) throw new AppError('OFFSETS_NONE', { params })
  const subscribed = subscribes(described, input.topic)
  if (input.dryRun) {
    const partitions: OffsetOutcome[] = offsets.map(([partition, offset]) => ({
      topic: input.topic,
      partition,
      offset: offset.toString(),
      ok: !subscribed,
      problem: null,
    }))
    const problem = subscribed ? { scope: `group:${input.group}`, code: 'GROUP_SUBSCRIBED', params } : null
    return { dryRun: true, done: !subscribed, problem, partitions }
  }
  confirmed(input.confirm, input.topic)
  const partitions = await audited(
    ctx,
    {
      action: 'group.deleteOffsets',
      cluster: input.cluster,
      resource: `group:${input.group}`,
      details: {
        topic: input.topic,
        offsets: offsets.map(([partition, offset]) => `${partition}@${offset}`),
      },
    },
    async (): Promise<OffsetOutcome[]> => {
      if (subscribed) throw new AppError('GROUP_SUBSCRIBED', { params })
      const answers = await cluster.deleteOffsets(
        described,
        offsets.map(([partition]) => ({ topic: input.topic, partition })),
      )
      return answers.map(({ topic, partition, answer }, i) => ({
        topic,
        partition,
        offset: answer.ok ? null : (offsets[i]?.[1].toString() ?? null),
        ok: answer.ok,
        problem: answer.ok ? null : answer.problem,
      }))
    },
  )
  return { dryRun: false, done: partitions.every(one => one.ok), problem: null, partitions }
})

function subscribes({ members }: GroupDescription, topic: string): boolean {
  return members.some(
    ({ subscribed, assigned }) => subscribed.includes(topic) || assigned.some(one => one.topic === topic),
  )
}
