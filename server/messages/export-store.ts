import { and, eq, lt, sql } from 'drizzle-orm'
import type { Problem } from '@/lib/contracts/common'
import type { OutputOf } from '@/lib/contracts/endpoint'
import type { messages } from '@/lib/contracts/messages'
import { AppError } from '@/lib/errors'
import { exportRun } from '@/server/store/schema'
import type { Store } from '@/server/store/types'
import type { ExportMark } from './export-marks'

type Row = typeof exportRun.$inferSelect
type Manifest = OutputOf<typeof messages.manifest>

const KEPT_MS = 30 * 86_400_000

/** One go of an export: the first is 1. */
export type ExportPart = { id: string; part: number }

/** What an export has taken away up to now. */
export type ExportTotals = {
  records: number
  bytes: number
  evaluationErrors: number
  problems: readonly Problem[]
  marks: readonly ExportMark[]
}

const columnsOf = ({ problems, marks, ...counts }: ExportTotals) => ({
  ...counts,
  problems: JSON.stringify(problems),
  marks: JSON.stringify(marks),
})

type Asked = Pick<Row, 'id' | 'cluster' | 'topic' | 'by' | 'asked' | 'startedAtMs' | 'ranges'>

/** Notes that an export begins; manifests older than 30 days leave. */
export async function beginExport({ db }: Store, asked: Asked, totals: ExportTotals): Promise<void> {
  await db.delete(exportRun).where(lt(exportRun.startedAtMs, asked.startedAtMs - KEPT_MS))
  await db.insert(exportRun).values({ ...asked, ...columnsOf(totals), state: 'running' })
}

/**
 * Notes that it goes on from `totals`; answers the number of the new part. What an older part may still note
 * no longer counts.
 */
export async function continueExport({ db }: Store, id: string, totals: ExportTotals): Promise<number> {
  const [row] = await db
    .update(exportRun)
    .set({
      ...columnsOf(totals),
      parts: sql`${exportRun.parts} + 1`,
      state: 'running',
      finishedAtMs: null,
      reason: null,
      sha256: null,
    })
    .where(eq(exportRun.id, id))
    .returning({ part: exportRun.parts })
  if (!row) throw new AppError('EXPORT_UNKNOWN')
  return row.part
}

export async function noteExport(
  { db }: Store,
  { id, part }: ExportPart,
  totals: ExportTotals,
  end: Partial<Pick<Row, 'state' | 'reason' | 'finishedAtMs' | 'sha256'>> = {},
): Promise<void> {
  await db
    .update(exportRun)
    .set({ ...columnsOf(totals), ...end })
    .where(and(eq(exportRun.id, id), eq(exportRun.parts, part)))
}

/** Throws EXPORT_UNKNOWN, also for one of another cluster. */
export async function findExport({ db }: Store, cluster: string, id: string): Promise<Row> {
  const [row] = await db.select().from(exportRun).where(eq(exportRun.id, id))
  if (row?.cluster !== cluster) throw new AppError('EXPORT_UNKNOWN')
  return row
}

export function toManifest(row: Row): Manifest {
  const { startedAtMs, finishedAtMs, asked, ranges, problems, marks: _, ...rest } = row
  return {
    ...rest,
    asked: JSON.parse(asked),
    ranges: JSON.parse(ranges),
    problems: JSON.parse(problems),
    startedAt: new Date(startedAtMs).toISOString(),
    finishedAt: finishedAtMs === null ? null : new Date(finishedAtMs).toISOString(),
  }
}
