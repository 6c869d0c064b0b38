import { eq, lt } from 'drizzle-orm'
import type { OutputOf } from '@/lib/contracts/endpoint'
import type { messages } from '@/lib/contracts/messages'
import { AppError } from '@/lib/errors'
import { exportRun } from '@/server/store/schema'
import type { Store } from '@/server/store/types'

type Row = typeof exportRun.$inferSelect
type Manifest = OutputOf<typeof messages.manifest>

const KEPT_MS = 30 * 86_400_000

/** Notes that an export begins; manifests older than 30 days leave. */
export async function beginExport({ db }: Store, row: typeof exportRun.$inferInsert): Promise<void> {
  await db.delete(exportRun).where(lt(exportRun.startedAtMs, row.startedAtMs - KEPT_MS))
  await db.insert(exportRun).values(row)
}

export async function noteExport({ db }: Store, id: string, change: Partial<Row>): Promise<void> {
  await db.update(exportRun).set(change).where(eq(exportRun.id, id))
}

/** Throws EXPORT_UNKNOWN, also for one of another cluster. */
export async function findExport({ db }: Store, cluster: string, id: string): Promise<Row> {
  const [row] = await db.select().from(exportRun).where(eq(exportRun.id, id))
  if (row?.cluster !== cluster) throw new AppError('EXPORT_UNKNOWN')
  return row
}

export function toManifest(row: Row): Manifest {
  const { startedAtMs, finishedAtMs, asked, ranges, problems, ...rest } = row
  return {
    ...rest,
    asked: JSON.parse(asked),
    ranges: JSON.parse(ranges),
    problems: JSON.parse(problems),
    startedAt: new Date(startedAtMs).toISOString(),
    finishedAt: finishedAtMs === null ? null : new Date(finishedAtMs).toISOString(),
  }
}
