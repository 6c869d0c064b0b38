import { and, desc, eq, sql } from 'drizzle-orm'
import type { PolicySpec } from '@/lib/contracts/policy-spec'
import { AppError } from '@/lib/errors'
import type { Context } from '@/server/context'
import { asStoreError } from '@/server/store/errors'
import { policyVersion } from '@/server/store/schema/index'
import { forgetPolicies, type PolicyRow } from './policy-for'

export type NewVersion = {
  scope: string
  /** The newest version of the scope that the writer saw; 0: none. */
  base: number
  /** null: the scope has no policy of its own any more. */
  spec: PolicySpec | null
  comment: string | null
  source: PolicyRow['source']
}

const TRIES = 5

/**
 * Adds a version; never changes one. Throws POLICY_STALE (with the newer version and who wrote it) when
 * `base` is not the newest of the scope. Of two writers at the same moment one wins: the pair (scope, base)
 * is unique in the store.
 */
export async function storePolicy(
  ctx: Pick<Context, 'store' | 'actor' | 'clock'>,
  next: NewVersion,
): Promise<number> {
  const { db } = ctx.store
  for (let tries = 0; ; tries++) {
    const newest = await newestOf(ctx, next.scope)
    if ((newest?.version ?? 0) !== next.base) throw stale(newest)
    const [top] = await db
      .select({ version: sql<number>`coalesce(max(${policyVersion.version}), 0)` })
      .from(policyVersion)
    const version = Number(top?.version ?? 0) + 1
    try {
      await db.insert(policyVersion).values({
        version,
        scope: next.scope,
        base: next.base,
        spec: next.spec === null ? null : JSON.stringify(next.spec),
        by: ctx.actor.name,
        atMs: ctx.clock.now(),
        comment: next.comment,
        source: next.source,
      })
      forgetPolicies(ctx.store)
      return version
    } catch (error) {
      // Another scope took the number, or another writer the base: the next look tells which.
      if (asStoreError(error) !== null || tries >= TRIES) throw error
    }
  }
}

async function newestOf(ctx: Pick<Context, 'store'>, scope: string): Promise<PolicyRow | undefined> {
  const [row] = await ctx.store.db
    .select()
    .from(policyVersion)
    .where(and(eq(policyVersion.scope, scope)))
    .orderBy(desc(policyVersion.version))
    .limit(1)
  return row
}

function stale(newest: PolicyRow | undefined): AppError {
  return new AppError('POLICY_STALE', {
    params: { version: newest?.version ?? 0, by: newest?.by ?? '' },
  })
}
