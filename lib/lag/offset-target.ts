import { LARGEST_OFFSET } from '../largest-offset'
import { parseInstant } from '../parse-time'
import { partitionKey } from '../partition-key'

/**
 * Where offsets are to be set: `earliest`, `latest`, `offset:N`, `time:ISO`, `shift:±N`, `duration:PT1H`,
 * `group:NAME`, `csv`.
 */
export type OffsetTarget =
  | { kind: 'earliest' | 'latest' | 'csv' }
  | { kind: 'offset'; offset: bigint }
  | { kind: 'time'; atMs: number }
  | { kind: 'shift'; by: bigint }
  /** So long before now. */
  | { kind: 'duration'; ms: number }
  | { kind: 'group'; group: string }

/** Parses `to` of an offset plan; null where it is none of the closed forms. */
export function parseOffsetTarget(to: string): OffsetTarget | null {
  if (to === 'earliest' || to === 'latest' || to === 'csv') return { kind: to }
  const colon = to.indexOf(':')
  const rest = to.slice(colon + 1)
  switch (colon < 0 ? '' : to.slice(0, colon)) {
    case 'offset':
      return /^\d{1,19}$/.test(rest) && BigInt(rest) <= LARGEST_OFFSET
        ? { kind: 'offset', offset: BigInt(rest) }
        : null
    case 'shift':
      return /^[+-]?\d{1,19}$/.test(rest) && magnitude(rest) <= LARGEST_OFFSET
        ? { kind: 'shift', by: BigInt(rest.replace(/^\+/, '')) }
        : null
    case 'time': {
      const atMs = parseInstant(rest)
      return atMs === null || atMs < 0 ? null : { kind: 'time', atMs }
    }
    case 'duration': {
      const ms = parseDuration(rest)
      return ms === null ? null : { kind: 'duration', ms }
    }
    case 'group':
      return rest === '' ? null : { kind: 'group', group: rest }
    default:
      return null
  }
}

const magnitude = (text: string): bigint => BigInt(text.replace(/^[+-]/, ''))

const DAY_MS = 86_400_000
const DURATION =
  /^P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?$/

/**
 * An ISO 8601 duration of weeks, days, hours, minutes and seconds (`P7D`, `PT1H30M`), in ms; null for
 * anything else.
 */
export function parseDuration(text: string): number | null {
  const match = DURATION.exec(text)
  if (!match || !/\d/.test(text) || text.endsWith('T')) return null
  const [, weeks, days, hours, minutes, seconds] = match.map(part => Number(part ?? 0))
  const ms =
    (weeks ?? 0) * 7 * DAY_MS +
    (days ?? 0) * DAY_MS +
    (hours ?? 0) * 3_600_000 +
    (minutes ?? 0) * 60_000 +
    (seconds ?? 0) * 1000
  return Number.isFinite(ms) ? Math.round(ms) : null
}

export type CsvOffset = { topic: string; partition: number; offset: bigint }
export type CsvProblem = {
  line: number
  code: 'CSV_COLUMNS' | 'CSV_PARTITION' | 'CSV_OFFSET' | 'CSV_TWICE' | 'CSV_GROUP'
}
type CsvLine = CsvOffset & { group: string | null; line: number }

/**
 * Rows of `topic,partition,offset` (kafka-consumer-groups' own export; a leading group column and a heading
 * line are taken too). Of a file of several groups those of `group`; of one group alone, all. Problems by
 * line, from 1.
 */
export function parseOffsetCsv(text: string, group: string): { rows: CsvOffset[]; problems: CsvProblem[] } {
  const found: CsvLine[] = []
  const problems: CsvProblem[] = []
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)
  let isFirst = true
  for (const [i, raw] of lines.entries()) {
    const text = raw.trim()
    if (text === '' || text.startsWith('#')) continue
    const cells = text.split(',').map(cell => cell.trim().replace(/^"(.*)"$/, '$1'))
    const isHeading = isFirst && cells.some(cell => cell.toLowerCase() === 'partition')
    isFirst = false
    if (isHeading) continue
    const parsed = parseCsvLine(cells)
    if (typeof parsed === 'string') problems.push({ line: i + 1, code: parsed })
    else found.push({ ...parsed, line: i + 1 })
  }
  const { rows, twice } = onceEach(ofGroup(found, group))
  problems.push(...twice.map(line => ({ line, code: 'CSV_TWICE' as const })))
  const [first] = found
  if (rows.length === 0 && problems.length === 0 && first)
    problems.push({ line: first.line, code: 'CSV_GROUP' })
  return { rows, problems: problems.sort((a, b) => a.line - b.line) }
}

/** A file of all groups is as good as one of this group alone; another group's, as a whole, is meant for this one. */
function ofGroup(lines: CsvLine[], group: string): CsvLine[] {
  const named = new Set(lines.map(line => line.group).filter(name => name !== null))
  return named.size > 1 ? lines.filter(line => line.group === null || line.group === group) : lines
}

function onceEach(lines: readonly CsvLine[]): { rows: CsvOffset[]; twice: number[] } {
  const rows = new Map<string, CsvOffset>()
  const twice: number[] = []
  for (const { topic, partition, offset, line } of lines) {
    const key = partitionKey({ topic, partition })
    if (rows.has(key)) twice.push(line)
    else rows.set(key, { topic, partition, offset })
  }
  return { rows: [...rows.values()], twice }
}

function parseCsvLine(cells: readonly string[]): Omit<CsvLine, 'line'> | CsvProblem['code'] {
  if (cells.length !== 3 && cells.length !== 4) return 'CSV_COLUMNS'
  const [topic = '', partition = '', offset = ''] = cells.slice(-3)
  if (topic === '') return 'CSV_COLUMNS'
  if (!/^\d{1,10}$/.test(partition) || Number(partition) > 2_147_483_647) return 'CSV_PARTITION'
  if (!/^\d{1,19}$/.test(offset) || BigInt(offset) > LARGEST_OFFSET) return 'CSV_OFFSET'
  const group = cells.length === 4 ? (cells[0] ?? null) : null
  return { group, topic, partition: Number(partition), offset: BigInt(offset) }
}
