import { names } from '@/lib/contracts/topics'
import { checkName as check } from '@/lib/naming-policy/check-name'
import { DEFAULT_POLICY } from '@/lib/naming-policy/policy'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'

/** A name against the convention and against the topics that are there: the same function that checks the form while one types. */
export const checkName = verb(names.check, async (ctx, input) => {
  authorise(ctx, 'topic.read', { cluster: input.cluster })
  return checkNameOn(ctx, input.cluster, input.name)
})

/** The verdict on a name in one cluster. Throws AppError only when the cluster does not answer. */
export async function checkNameOn(ctx: Context, cluster: string, name: string) {
  const metadata = await ctx.clusters
    .get(cluster)
    .metadata({ signal: ctx.signal, timeoutMs: 5000, maxAgeMs: 2000 })
  return check(DEFAULT_POLICY, name, { existingNames: [...metadata.topics.keys()] })
}
