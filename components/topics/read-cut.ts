import { parsePartitions } from '@/lib/parse-partitions'
import { readPlace } from '@/lib/parse-place'

/**
 * Up to where records are deleted, and of which partitions, as people type it: `end`, an offset, or a time as
 * `parseTime` reads it; none are all partitions. null for what is none of these.
 */
export function readCut(
  to: string,
  of: string,
  at: { zone: string; nowMs: number },
): { to: string; partitions?: number[] } | null {
  const partitions = parsePartitions(of)
  if (partitions === null) return null
  const chosen = partitions.length === 0 ? {} : { partitions }
  if (to.trim() === 'end') return { to: 'end', ...chosen }
  const place = readPlace('until', to, at.zone, at.nowMs)
  if (place === null || place === 'invalid') return null
  return { to: place.startsWith('offset:') ? place : `time:${place}`, ...chosen }
}
