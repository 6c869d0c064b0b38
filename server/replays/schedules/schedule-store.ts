import { and, asc, eq } from 'drizzle-orm'
import type * as z from 'zod'
import { type ReplaySchedule, replaySchedules } from '@/lib/contracts/replay-schedules'
import { AppError } from '@/lib/errors'
import { toStoreError } from '@/server/store/errors'
import { replaySchedule } from '@/server/store/schema/index'
import type { Store } from '@/server/store/types'

const body = replaySchedules.create.input.omit({ cluster: true, name: true, enabled: true })
export type ScheduleInput = z.output<typeof replaySchedules.create.input>
export type StoredSchedule = z.output<typeof body> &
  Omit<typeof replaySchedule.$inferSelect, 'body'> & { body?: undefined }

async function inStore<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw toStoreError(error)
  }
}

export const packSchedule = (input: ScheduleInput): string => JSON.stringify(body.parse(input))

/** Schedules of a cluster by name; one that nobody understands any more is left out. Throws STORE_*. */
export async function readSchedules(store: Store, cluster: string): Promise<StoredSchedule[]> {
  const rows = await inStore(() =>
    store.db
      .select()
      .from(replaySchedule)
      .where(eq(replaySchedule.cluster, cluster))
      .orderBy(asc(replaySchedule.name), asc(replaySchedule.id)),
  )
  return rows.flatMap(({ body: text, ...row }) => {
    const parsed = body.safeParse(JSON.parse(text))
    return parsed.success ? [{ ...parsed.data, ...row }] : []
  })
}

/** Throws SCHEDULE_UNKNOWN, also for another cluster's; STORE_*. */
export async function findSchedule(store: Store, cluster: string, id: string): Promise<StoredSchedule> {
  const found = (await readSchedules(store, cluster)).find(one => one.id === id)
  if (!found) throw new AppError('SCHEDULE_UNKNOWN', { params: { schedule: id } })
  return found
}

export async function insertSchedule(store: Store, row: typeof replaySchedule.$inferInsert): Promise<void> {
  await inStore(() => store.db.insert(replaySchedule).values(row))
}

export async function changeSchedule(
  store: Store,
  { cluster, id }: { cluster: string; id: string },
  change: Partial<typeof replaySchedule.$inferInsert>,
): Promise<void> {
  const one = and(eq(replaySchedule.cluster, cluster), eq(replaySchedule.id, id))
  await inStore(() => store.db.update(replaySchedule).set(change).where(one))
}

export async function deleteSchedule(store: Store, cluster: string, id: string): Promise<void> {
  const one = and(eq(replaySchedule.cluster, cluster), eq(replaySchedule.id, id))
  await inStore(() => store.db.delete(replaySchedule).where(one))
}

/** A stored schedule as the contract has it. */
export function toSchedule(stored: StoredSchedule): ReplaySchedule {
  const { cluster: _, atMs, enabledAtMs: __, lastRunMs, ...rest } = stored
  const iso = (ms: number) => new Date(ms).toISOString()
  return { ...rest, changedAt: iso(atMs), lastRunAt: lastRunMs === null ? null : iso(lastRunMs) }
}
