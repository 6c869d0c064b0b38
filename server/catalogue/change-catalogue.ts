import { randomUUID } from 'node:crypto'
import { count } from 'drizzle-orm'
import { AppError } from '@/lib/errors'
import type { Context } from '@/server/context'
import { CATALOGUE_REVISION, forgetPolicies } from '@/server/policies/policy-for'
import { toStoreError } from '@/server/store/errors'
import { catalogueEntry, setting } from '@/server/store/schema/index'
import type { Transaction } from '@/server/store/types'

const MOST_ENTRIES = 5000

/** Runs a change and marks the catalogue as changed in one transaction; a change that met no row is REVISION_STALE. */
export async function changeCatalogue(
  ctx: Pick<Context, 'store'>,
  change: (tx: Transaction) => Promise<number | undefined>,
): Promise<number> {
  try {
    const revision = await ctx.store.db.transaction(async tx => {
      const made = await change(tx)
      if (made === undefined) throw new AppError('REVISION_STALE')
      const value = randomUUID()
      await tx
        .insert(setting)
        .values({ key: CATALOGUE_REVISION, value })
        .onConflictDoUpdate({ target: setting.key, set: { value } })
      return made
    })
    forgetPolicies(ctx.store)
    return revision
  } catch (error) {
    throw error instanceof AppError ? error : toStoreError(error)
  }
}

/** Throws STATE_CONFLICT when no further entry fits. */
export async function requireRoom(tx: Transaction): Promise<void> {
  const [total] = await tx.select({ n: count() }).from(catalogueEntry)
  if ((total?.n ?? 0) >= MOST_ENTRIES)
    throw new AppError('STATE_CONFLICT', { detail: 'The catalogue is full.' })
}
