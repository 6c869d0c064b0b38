import { type GroupDetail, groups, type PartitionLag } from '@/lib/contracts/groups'
import { authorise } from '@/server/auth/authorise'
import { stream } from '@/server/http/verb'
import { Signalled } from '@/server/signalled'
import { readGroup, samplerWith } from './read-group'
import { changesBetween } from './steady-rows'

/**
 * Live lag of one group, a sample a second for as long as somebody watches; ends with GROUP_UNKNOWN when the
 * group goes away. Of the partitions the first event holds all, every other those that changed since the one
 * that this client got before.
 */
export const streamLag = stream(groups.lagStream, async function* (ctx, input) {
  authorise(ctx, 'group.read', { cluster: input.cluster, group: input.group })
  const sampler = await samplerWith(ctx, input.cluster, input.group)
  const sampled = new Signalled(ctx.signal)
  const release = sampler.watch(input.group, () => sampled.tell())
  let sent: readonly PartitionLag[] | null = null
  try {
    do {
      const detail = readGroup(ctx, input.cluster, sampler, input.group)
      const { changed, gone } = changesBetween(sent ?? [], detail.partitions)
      yield {
        event: 'lag' as const,
        data: { ...toLive(detail), partitions: changed, whole: sent === null, gone },
      }
      sent = detail.partitions
    } while (await sampled.next())
  } finally {
    release()
    sampled.close()
  }
})

/** What changes from second to second, for the group as a whole. */
function toLive(detail: GroupDetail) {
  const { group, state, status, members, sampledAt, problems, signals } = detail
  const { lag, timeLagMs, trendPerSecond, consumePerSecond, producePerSecond, catchUpMs } = detail
  return {
    ...{ group, state, status, members, sampledAt, problems, signals },
    ...{ lag, timeLagMs, trendPerSecond, consumePerSecond, producePerSecond, catchUpMs },
  }
}
