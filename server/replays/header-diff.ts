import type * as z from 'zod'
import type { Family } from '@/lib/contracts/dead-letters'
import type { HeaderRule } from '@/lib/contracts/replay-request'
import type { headerDiff } from '@/lib/contracts/replays'
import { headerRoles, headerText } from '@/lib/dead-letter'
import type { RecordHeader } from '@/server/kafka/port'
import { addedHeaders, type ReplayStamp } from './outgoing-record'
import type { HeaderSample } from './read-letters'

type HeaderDiff = z.output<typeof headerDiff>

const TEXT_MAX = 300
const NAME_MAX = 200
const HEADERS_MAX = 100

/**
 * What becomes of each header of one record, as text that a screen can show: long values cut, bytes as hex.
 * `rules` are the edit's; a copy (`stamp` null) strips and adds nothing else.
 */
export function diffHeaders(
  sample: HeaderSample,
  family: Family,
  sourceTopic: string,
  stamp: ReplayStamp | null,
  rules: readonly HeaderRule[] = [],
): HeaderDiff {
  const added = stamp === null ? [] : addedHeaders({ topic: sourceTopic, ...sample }, stamp)
  const roles = stamp === null ? [] : headerRoles(family, sample.headers)
  const rows = sample.headers.slice(0, HEADERS_MAX).map((header, at) => {
    const role = roles[at] ?? 'keep'
    const before = show(header)
    return { name: nameOf(header), before, after: role === 'keep' ? before : null, role }
  })
  const replaced = new Set(rows.filter(row => row.role === 'replace').map(row => row.name))
  const news = added.map(header => ({
    name: nameOf(header),
    before: null,
    after: show(header),
    role: 'add' as const,
  }))
  // A mark of an earlier replay and its successor are one line.
  const merged = rows.map(row =>
    row.role === 'replace' ? { ...row, after: news.find(one => one.name === row.name)?.after ?? null } : row,
  )
  return {
    record: { partition: sample.partition, offset: sample.offset.toString() },
    headers: [...rules.reduce(withRule, merged), ...news.filter(one => !replaced.has(one.name))],
  }
}

type Row = HeaderDiff['headers'][number]

/** As `editHeaders` does it, of the headers that are kept: what is stripped is out of a rule's reach. */
function withRule(rows: Row[], { op, name, value }: HeaderRule): Row[] {
  const wanted = clip(name, NAME_MAX)
  const after = value == null ? null : clip(value, TEXT_MAX)
  const isThere = (row: Row) => row.name === wanted && row.role !== 'strip' && !name.startsWith('x-replay-')
  const fresh: Row = { name: wanted, before: null, after, role: 'add' }
  const gone = (row: Row): Row[] => (row.role === 'add' ? [] : [{ ...row, after: null, role: 'strip' }])
  if (op === 'add') return [...rows, fresh]
  if (op === 'remove') return rows.flatMap(row => (isThere(row) ? gone(row) : [row]))
  const first = rows.findIndex(isThere)
  if (first < 0) return [...rows, fresh]
  return rows.flatMap((row, at) => {
    if (!isThere(row)) return [row]
    if (at !== first) return gone(row)
    return [row.role === 'add' ? fresh : { ...row, after, role: 'replace' }]
  })
}

const nameOf = (header: RecordHeader) => clip(header.name.toString('utf8'), NAME_MAX)

function show(header: RecordHeader): string | null {
  if (header.value === null) return null
  return clip(headerText(nameOf(header), header.value).text, TEXT_MAX)
}

function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`
}
