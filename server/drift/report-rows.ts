import type { DriftRow, DriftRule, DriftSort, DriftSummary } from '@/lib/contracts/drift'
import type { SortColumn } from '@/server/http/paginate'
import { countByRule } from './judge-topics'

export type Report = { rows: DriftRow[]; judged: number }

/** What the whole report comes to. */
export function summaryOf({ rows, judged }: Report): DriftSummary {
  let bytes = 0n
  for (const row of rows) if (row.open > 0 && row.bytes !== null) bytes += BigInt(row.bytes)
  return {
    topics: judged,
    drifting: rows.filter(row => row.open > 0).length,
    waived: rows.filter(row => row.open === 0).length,
    byRule: countByRule(rows),
    bytes: String(bytes),
  }
}

export type DriftChoice = {
  query?: string | undefined
  rule?: DriftRule | undefined
  owner?: string | undefined
  waived: boolean
}

/** The rows that were asked for; without `waived` neither rows nor findings that are waived. */
export function chooseRows(rows: readonly DriftRow[], choice: DriftChoice): DriftRow[] {
  const needle = choice.query?.normalize('NFC').toLowerCase() ?? ''
  const chosen: DriftRow[] = []
  for (const row of rows) {
    if (needle !== '' && !row.topic.toLowerCase().includes(needle)) continue
    if (
      choice.owner !== undefined &&
      (choice.owner === '-' ? row.owner !== null : row.owner !== choice.owner)
    )
      continue
    const findings = choice.waived ? row.findings : row.findings.filter(one => one.waiver === null)
    if (findings.length === 0) continue
    if (choice.rule !== undefined && !findings.some(one => one.rule === choice.rule)) continue
    chosen.push({ ...row, findings })
  }
  return chosen
}

type Column = SortColumn<DriftRow>
const byName: Column = { of: row => row.topic }
const numberOf = (text: string | null) => (text === null ? null : Number(text))

export const DRIFT_ORDERS: Record<DriftSort, readonly Column[]> = {
  open: [{ of: row => row.open, descending: true }, byName],
  name: [byName],
  '-name': [{ ...byName, descending: true }],
  bytes: [{ of: row => numberOf(row.bytes) }, byName],
  '-bytes': [{ of: row => numberOf(row.bytes), descending: true }, byName],
  last: [{ of: row => row.lastRecordAt }, byName],
  '-last': [{ of: row => row.lastRecordAt, descending: true }, byName],
  owner: [{ of: row => row.owner }, byName],
}
