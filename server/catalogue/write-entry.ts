import { and, count, eq, or } from 'drizzle-orm'
import { catalogue } from '@/lib/contracts/catalogue'
import { AppError } from '@/lib/errors'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { catalogueEntry, topicMeta } from '@/server/store/schema/index'
import type { Transaction } from '@/server/store/types'
import { changeCatalogue, requireRoom } from './change-catalogue'

const TOPIC_CHARACTERS = /^[A-Za-z0-9._-]+$/

const textOf = (text: string | null): string | null => text?.trim() || null

/**
 * Registers or changes a domain, service or team. Throws INPUT_INVALID (a domain or service that no topic
 * name may hold, an owner or domain that is not registered), REVISION_STALE, STATE_CONFLICT when the
 * catalogue is full.
 */
export const putCatalogueEntry = verb(catalogue.put, async (ctx, input) => {
  authorise(ctx, 'catalogue.write', {})
  const { kind, name, revision } = input
  if (name !== name.trim() || (kind !== 'owner' && !TOPIC_CHARACTERS.test(name)))
    throw refused('name', 'FORMAT', 'must be letters, digits, dots, dashes or underscores')
  const facts = {
    domain: kind === 'service' ? textOf(input.domain) : null,
    owner: kind === 'owner' ? null : textOf(input.owner),
    description: textOf(input.description),
    contact: kind === 'owner' ? textOf(input.contact) : null,
    slackChannel: kind === 'owner' ? textOf(input.slackChannel) : null,
  }
  const subject = {
    action: 'catalogue.write',
    cluster: null,
    resource: `${kind}:${name}`,
    details: { ...facts, revision },
  }
  const next = await audited(ctx, subject, () =>
    changeCatalogue(ctx, async tx => {
      await requireOwner(tx, facts.owner)
      const who = { by: ctx.actor.name, atMs: ctx.clock.now() }
      if (revision === 0) {
        await requireRoom(tx)
        const [row] = await tx
          .insert(catalogueEntry)
          .values({ kind, name, ...facts, ...who, revision: 1 })
          .onConflictDoNothing()
          .returning()
        return row?.revision
      }
      const [row] = await tx
        .update(catalogueEntry)
        .set({ ...facts, ...who, revision: revision + 1 })
        .where(at(kind, name, revision))
        .returning()
      return row?.revision
    }),
  )
  return { kind, name, revision: next }
})

/** Takes an entry out. Throws NOT_FOUND or REVISION_STALE, STATE_CONFLICT while services, domains or topics name it. */
export const removeCatalogueEntry = verb(catalogue.remove, async (ctx, input) => {
  authorise(ctx, 'catalogue.write', {})
  const { kind, name, revision } = input
  const subject = {
    action: 'catalogue.remove',
    cluster: null,
    resource: `${kind}:${name}`,
    details: { revision },
  }
  await audited(ctx, subject, () =>
    changeCatalogue(ctx, async tx => {
      const uses = await usesOf(tx, kind, name)
      if (uses > 0)
        throw new AppError('STATE_CONFLICT', {
          detail: `${uses} entries or topics still name it.`,
          params: { uses },
        })
      const [row] = await tx
        .delete(catalogueEntry)
        .where(at(kind, name, revision))
        .returning()
      return row?.revision
    }),
  )
  return { kind, name }
})

type Kind = typeof catalogueEntry.$inferSelect.kind

const at = (kind: Kind, name: string, revision: number) =>
  and(eq(catalogueEntry.kind, kind), eq(catalogueEntry.name, name), eq(catalogueEntry.revision, revision))

async function requireOwner(tx: Transaction, owner: string | null): Promise<void> {
  if (owner === null) return
  const [team] = await tx
    .select({ name: catalogueEntry.name })
    .from(catalogueEntry)
    .where(and(eq(catalogueEntry.kind, 'owner'), eq(catalogueEntry.name, owner)))
  if (!team) throw refused('owner', 'OWNER_UNKNOWN', 'is no registered team')
}

async function usesOf(tx: Transaction, kind: Kind, name: string): Promise<number> {
  if (kind === 'service') return 0
  const named =
    kind === 'owner'
      ? eq(catalogueEntry.owner, name)
      : and(eq(catalogueEntry.kind, 'service'), eq(catalogueEntry.domain, name))
  const [entries] = await tx.select({ n: count() }).from(catalogueEntry).where(or(named))
  if (kind !== 'owner') return entries?.n ?? 0
  const [topics] = await tx.select({ n: count() }).from(topicMeta).where(eq(topicMeta.owner, name))
  return (entries?.n ?? 0) + (topics?.n ?? 0)
}

function refused(path: string, code: string, message: string): AppError {
  return new AppError('INPUT_INVALID', { fields: [{ path, code, message }] })
}
