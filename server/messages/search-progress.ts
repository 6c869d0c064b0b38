import type { SearchStep } from './run-search'

type Counted = { records: number; bytes: number; hits: number; percent: number }

/** What was looked at so far, and how fast; bytes as they were fetched. */
export function countersOf({ records, bytes, hits, percent }: Counted, elapsedMs: number) {
  const perSecond = (count: number) => Math.round((count * 1000) / Math.max(1, elapsedMs))
  return {
    scanned: records,
    bytes,
    hits,
    percent,
    recordsPerSecond: perSecond(records),
    bytesPerSecond: perSecond(bytes),
    elapsedMs,
  }
}

/** How far a search has come, as its reader is told. */
export function toProgress(step: Omit<Extract<SearchStep, { type: 'progress' }>, 'type'>) {
  const { progress, elapsedMs, allPartitions } = step
  const { percent, atMs, histogram, errors } = progress
  return {
    ...countersOf(progress, elapsedMs),
    etaMs: percent > 0 ? Math.round((elapsedMs * (100 - percent)) / percent) : null,
    at: isoTime(atMs),
    allPartitions,
    histogram,
    errors,
  }
}

/** null for what no calendar can say. */
function isoTime(timestampMs: number | null): string | null {
  if (timestampMs === null || timestampMs < 0 || timestampMs > 253_402_300_799_999) return null
  return new Date(timestampMs).toISOString()
}
