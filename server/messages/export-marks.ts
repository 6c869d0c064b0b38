import type { ReachedEdge } from './scan/scan-types'

/**
 * What an export had taken away when it had come to `until` (exclusive, decimal) of that partition; all
 * partitions before it are whole.
 */
export type ExportMark = {
  partition: number
  until: string
  records: number
  bytes: number
  evaluationErrors: number
  /** How many of the manifest's problems were known by then. */
  problems: number
  /** Counts the marks, those that left again too. */
  nth: number
}

/** The last record that arrived. */
export type ArrivedRecord = { partition: number; offset: bigint }

const MARKS_MAX = 128

/**
 * With one more at its end. Of too many the one leaves whose neighbours stand closest: what is counted anew
 * stays a small part of the whole.
 */
export function withMark(marks: readonly ExportMark[], mark: Omit<ExportMark, 'nth'>): ExportMark[] {
  const all = [...marks, { ...mark, nth: (marks.at(-1)?.nth ?? 0) + 1 }]
  if (all.length <= MARKS_MAX) return all
  const spans = all.slice(2).map((next, i) => next.nth - (all[i]?.nth ?? 0))
  return all.toSpliced(spans.indexOf(Math.min(...spans)) + 1, 1)
}

export const toMark = (
  { partition, until }: ReachedEdge,
  counts: Omit<ExportMark, 'partition' | 'until' | 'nth'>,
): Omit<ExportMark, 'nth'> => ({ partition, until: until.toString(), ...counts })

/** Had this record arrived? An export goes partition by partition, offsets ascending. */
export function hasArrived(
  record: { partition: number; offset: bigint },
  { partition, offset }: ArrivedRecord,
): boolean {
  return record.partition < partition || (record.partition === partition && record.offset <= offset)
}

/** Those that lie at or before the last record that arrived: everything they count has arrived. */
export function marksUpTo(marks: readonly ExportMark[], arrived: ArrivedRecord): ExportMark[] {
  return marks.filter(({ partition, until }) =>
    hasArrived({ partition, offset: BigInt(until) - 1n }, arrived),
  )
}
