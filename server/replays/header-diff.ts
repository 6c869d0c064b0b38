import type * as z from 'zod'
import type { Family } from '@/lib/contracts/dead-letters'
import type { headerDiff } from '@/lib/contracts/replays'
import { headerRoles, headerText } from '@/lib/dead-letter'
import type { RecordHeader } from '@/server/kafka/port'
import { addedHeaders, type ReplayStamp } from './outgoing-record'
import type { HeaderSample } from './read-letters'

type HeaderDiff = z.output<typeof headerDiff>

const TEXT_MAX = 300
const NAME_MAX = 200
const HEADERS_MAX = 100

/** What becomes of each header of one record, as text that a screen can show: long values cut, bytes as hex. */
export function diffHeaders(
  sample: HeaderSample,
  family: Family,
  sourceTopic: string,
  stamp: ReplayStamp,
): HeaderDiff {
  const added = addedHeaders({ topic: sourceTopic, ...sample }, stamp)
  const roles = headerRoles(family, sample.headers)
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
    headers: [...merged, ...news.filter(one => !replaced.has(one.name))],
  }
}

const nameOf = (header: RecordHeader) => clip(header.name.toString('utf8'), NAME_MAX)

function show(header: RecordHeader): string | null {
  if (header.value === null) return null
  return clip(headerText(nameOf(header), header.value).text, TEXT_MAX)
}

function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`
}
