import { replays } from '@/lib/contracts/replays'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import type { ReplayItem } from './replay-item'
import { loadItems, loadReplay, toReplay } from './replay-store'

/**
 * Every record of a replay and what became of it, as a file that can be kept: CSV, NDJSON, or one JSON
 * document with the replay.
 */
export const getReport = verb(replays.report, async (ctx, input) => {
  const row = await loadReplay(ctx.store, input.cluster, input.replay)
  authorise(ctx, 'replay.read', { cluster: input.cluster, topic: row.sourceTopic })
  const records = (await loadItems(ctx.store, row.id)).map(item => lineOf(row.sourceTopic, item))
  const text =
    input.format === 'csv'
      ? csvOf(records)
      : input.format === 'ndjson'
        ? records.map(record => `${JSON.stringify(record)}\n`).join('')
        : JSON.stringify({ replay: toReplay(row), records })
  return { bytes: Buffer.from(text), filename: `${row.id}.${input.format}` }
})

type Line = Record<(typeof COLUMNS)[number], string | number | null>

const COLUMNS = [
  'topic',
  'partition',
  'offset',
  'outcome',
  'reason',
  'targetTopic',
  'targetPartition',
  'targetOffset',
  'replayCount',
  'at',
] as const

function lineOf(topic: string, item: ReplayItem): Line {
  return {
    topic,
    partition: item.partition,
    offset: item.offset.toString(),
    outcome: item.outcome,
    reason: item.reason,
    targetTopic: item.target?.topic ?? null,
    targetPartition: item.target?.partition ?? null,
    targetOffset: item.targetOffset?.toString() ?? null,
    replayCount: item.outcome === 'replayed' ? item.count : null,
    at: item.atMs === null ? null : new Date(item.atMs).toISOString(),
  }
}

function csvOf(lines: readonly Line[]): string {
  const rows = lines.map(line => COLUMNS.map(column => cell(line[column])).join(','))
  return `${[COLUMNS.join(','), ...rows].join('\r\n')}\r\n`
}

/** RFC 4180; a text that a spreadsheet would run as a formula is quoted as text. */
function cell(value: string | number | null): string {
  if (value === null) return ''
  const text = String(value)
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
