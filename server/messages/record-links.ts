import { fillLink } from '@/lib/dead-letter/link-template'
import { traceOf } from '@/lib/dead-letter/trace'
import { routes } from '@/lib/routes'
import type { Context } from '@/server/context'
import type { LogRecord } from '@/server/kafka/port'
import { headerName } from '@/server/serde/decode-header'

const AROUND_MS = 15 * 60_000
const TEXT_BYTES_MAX = 500

/**
 * Links of a record to other tools (a trace, logs around its time) by the cluster's templates. A template
 * that names what the record does not have, its trace for instance, gives no link.
 */
export function recordLinks(
  ctx: Context,
  cluster: string,
  topic: string,
  record: LogRecord,
): { name: string; url: string }[] {
  const templates = ctx.clusters.get(cluster).config.records?.links ?? []
  if (templates.length === 0) return []
  const offset = record.offset.toString()
  const atMs = record.timestampMs >= 0 ? record.timestampMs : null
  const trace = traceOf(
    record.headers.map(({ name, value }) => ({
      name: headerName(name),
      text: value?.subarray(0, TEXT_BYTES_MAX).toString('utf8') ?? null,
    })),
  )
  const values = {
    cluster,
    topic,
    partition: record.partition,
    offset,
    key: record.key?.subarray(0, TEXT_BYTES_MAX).toString('utf8') ?? null,
    traceId: trace?.traceId ?? null,
    spanId: trace?.spanId ?? null,
    at: isoTime(atMs),
    atMs,
    fromMs: atMs === null ? null : atMs - AROUND_MS,
    untilMs: atMs === null ? null : atMs + AROUND_MS,
    url: ctx.config.publicUrl + routes.record(cluster, topic, record.partition, offset),
  }
  return templates.flatMap(({ name, url }) => {
    const filled = fillLink(url, values)
    return filled === null ? [] : [{ name, url: filled }]
  })
}

/** null for what no calendar can say. */
function isoTime(atMs: number | null): string | null {
  return atMs !== null && atMs <= 8_640_000_000_000_000 ? new Date(atMs).toISOString() : null
}
