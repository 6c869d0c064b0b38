import { randomUUID } from 'node:crypto'
import { and, desc, eq } from 'drizzle-orm'
import type { LetterDrop } from '@/lib/contracts/dead-letter-drops'
import { deadLetterDrop } from '@/server/store/schema'
import type { Database, Transaction } from '@/server/store/types'
import { DroppedPlaces, packPlaces, unpackPlaces } from './drop-places'
import type { Place } from './service'

const LISTED = 200

/** Dropped places of a cluster by topic id. Throws what the store throws. */
export async function readDropped(db: Database, cluster: string): Promise<Map<string, DroppedPlaces>> {
  const rows = await db
    .select({ topicId: deadLetterDrop.topicId, places: deadLetterDrop.places })
    .from(deadLetterDrop)
    .where(eq(deadLetterDrop.cluster, cluster))
  const byTopic = Map.groupBy(rows, row => row.topicId)
  return new Map(
    [...byTopic].map(([topicId, drops]) => [
      topicId,
      new DroppedPlaces(drops.map(drop => unpackPlaces(drop.places))),
    ]),
  )
}

/** The ids of a cluster's drops as one text: another one means that they must be read anew. */
export async function readDropMark(db: Database, cluster: string): Promise<string> {
  const rows = await db
    .select({ id: deadLetterDrop.id })
    .from(deadLetterDrop)
    .where(eq(deadLetterDrop.cluster, cluster))
  return rows
    .map(row => row.id)
    .sort()
    .join()
}

export async function insertDrop(
  tx: Transaction,
  drop: {
    cluster: string
    topic: string
    topicId: string
    fingerprint: string | null
    reason: string
    by: string
    atMs: number
    places: readonly Place[]
  },
): Promise<LetterDrop> {
  const { places, ...values } = drop
  const row = { ...values, id: randomUUID(), count: places.length, places: packPlaces(places) }
  await tx.insert(deadLetterDrop).values(row)
  return toDrop(row)
}

/** Newest first. */
export async function listStoredDrops(
  db: Database,
  where: { cluster: string; topic?: string | undefined; fingerprint?: string | undefined },
): Promise<LetterDrop[]> {
  const { cluster, topic, fingerprint } = where
  const rows = await db
    .select()
    .from(deadLetterDrop)
    .where(
      and(
        eq(deadLetterDrop.cluster, cluster),
        topic === undefined ? undefined : eq(deadLetterDrop.topic, topic),
        fingerprint === undefined ? undefined : eq(deadLetterDrop.fingerprint, fingerprint),
      ),
    )
    .orderBy(desc(deadLetterDrop.atMs), desc(deadLetterDrop.id))
    .limit(LISTED)
  return rows.map(toDrop)
}

export async function findDrop(db: Database, cluster: string, id: string): Promise<LetterDrop | null> {
  const [row] = await db
    .select()
    .from(deadLetterDrop)
    .where(and(eq(deadLetterDrop.cluster, cluster), eq(deadLetterDrop.id, id)))
  return row ? toDrop(row) : null
}

export async function deleteDrop(tx: Transaction, cluster: string, id: string): Promise<void> {
  await tx.delete(deadLetterDrop).where(and(eq(deadLetterDrop.cluster, cluster), eq(deadLetterDrop.id, id)))
}

type Row = Omit<typeof deadLetterDrop.$inferSelect, 'places' | 'cluster' | 'topicId'>

function toDrop({ id, topic, fingerprint, count, reason, by, atMs }: Row): LetterDrop {
  return { id, topic, fingerprint, count, reason, by, at: new Date(atMs).toISOString() }
}
