import { and, eq } from 'drizzle-orm'
import type { CatalogueProposal } from '@/lib/contracts/policy-spec'
import { audited } from '@/server/audit/audited'
import type { Context } from '@/server/context'
import { catalogueEntry } from '@/server/store/schema/index'
import { changeCatalogue, requireRoom } from './change-catalogue'

/**
 * Registers what an applied request proposed: its approval was the decision. `details` names the request in
 * the audit log. What somebody registered meanwhile stays as it is. Throws STATE_CONFLICT when the catalogue
 * is full, STORE_*.
 */
export async function registerProposals(
  ctx: Context,
  proposals: readonly CatalogueProposal[],
  options: { domain: string | null; details: Record<string, unknown> },
): Promise<void> {
  for (const { kind, name } of proposals) {
    const [known] = await ctx.store.db
      .select({ name: catalogueEntry.name })
      .from(catalogueEntry)
      .where(and(eq(catalogueEntry.kind, kind), eq(catalogueEntry.name, name)))
    if (known) continue
    const domain = kind === 'service' ? options.domain : null
    const subject = { action: 'catalogue.write', cluster: null, resource: `${kind}:${name}` }
    await audited(ctx, { ...subject, details: { domain, ...options.details } }, () =>
      changeCatalogue(ctx, async tx => {
        await requireRoom(tx)
        const who = { by: ctx.actor.name, atMs: ctx.clock.now() }
        await tx
          .insert(catalogueEntry)
          .values({ kind, name, domain, ...who, revision: 1 })
          .onConflictDoNothing()
        return 1
      }),
    )
  }
}
