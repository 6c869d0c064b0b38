import { offsetPlans } from '@/lib/contracts/offset-plans'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { listPlans } from './plan-store'

/** Plans of a group, the newest first. */
export const listOffsetPlans = verb(offsetPlans.list, async (ctx, input) => {
  authorise(ctx, 'group.read', { cluster: input.cluster, group: input.group })
  ctx.clusters.get(input.cluster)
  return { items: await listPlans(ctx.store, input, ctx.clock.now()) }
})
