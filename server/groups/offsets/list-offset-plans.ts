import { offsetPlans } from '@/lib/contracts/offset-plans'
import { AppError, toAppError } from '@/lib/errors'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { topicsSeen } from '../visible'
import { listPlans, loadPlan } from './plan-store'

/** Plans of a group that tell of a topic that the caller may see, the newest first. */
export const listOffsetPlans = verb(offsetPlans.list, async (ctx, input) => {
  authorise(ctx, 'group.read', { cluster: input.cluster, group: input.group })
  ctx.clusters.get(input.cluster)
  const nowMs = ctx.clock.now()
  const items = await listPlans(ctx.store, input, nowMs)
  const may = topicsSeen(ctx, input.cluster)
  // Whoever may see a topic without a name may see them all, and nothing has to be looked at.
  if (may('')) return { items }
  const seen = await Promise.all(
    items.map(async ({ id }) => {
      // One that was forgotten meanwhile is no plan of anybody's.
      const plan = await loadPlan(ctx.store, { ...input, plan: id }, nowMs).catch(toAppError)
      if (!(plan instanceof AppError)) return plan.rows.some(({ topic }) => may(topic))
      if (plan.code === 'PLAN_UNKNOWN') return false
      throw plan
    }),
  )
  return { items: items.filter((_, i) => seen[i]) }
})
