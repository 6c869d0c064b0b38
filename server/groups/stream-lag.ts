import { type GroupDetail, groups } from '@/lib/contracts/groups'
import { authorise } from '@/server/auth/authorise'
import { stream } from '@/server/http/verb'
import { Signalled } from '@/server/signalled'
import { readGroup, samplerWith } from './read-group'

/** Live lag of one group, a sample a second for as long as somebody watches; ends with GROUP_UNKNOWN when the group goes away. */
export const streamLag = stream(groups.lagStream, async function* (ctx, input) {
  authorise(ctx, 'group.read', { cluster: input.cluster, group: input.group })
  const sampler = await samplerWith(ctx, input.cluster, input.group)
  const sampled = new Signalled(ctx.signal)
  const release = sampler.watch(input.group, () => sampled.tell())
  try {
    do {
      yield { event: 'lag' as const, data: toLive(readGroup(ctx, input.cluster, sampler, input.group)) }
    } while (await sampled.next())
  } finally {
    release()
    sampled.close()
  }
})

/** What changes from second to second. */
function toLive(detail: GroupDetail) {
  const { group, state, status, members, partitions, sampledAt, problems, signals } = detail
  const { lag, timeLagMs, trendPerSecond, consumePerSecond, producePerSecond, catchUpMs } = detail
  return {
    ...{ group, state, status, members, partitions, sampledAt, problems, signals },
    ...{ lag, timeLagMs, trendPerSecond, consumePerSecond, producePerSecond, catchUpMs },
  }
}
