import { parseAsString, parseAsStringLiteral } from 'nuqs/server'
import type { RawInputOf } from '@/lib/contracts/endpoint'
import type { Outcome, replays } from '@/lib/contracts/replays'

type Input = RawInputOf<typeof replays.create>

/** The records of one replay: all of them, or those with one outcome. */
export const recordsInput = (
  one: { cluster: string; replay: string },
  only: Outcome | null,
): RawInputOf<typeof replays.records> => ({ ...one, ...(only ? { outcome: only } : {}), limit: 200 })

export type Selection = NonNullable<Input['selection']>

/** The address's selection (`topic` with `records=3:12,14;5:9` or `fingerprint`); null when there is none. */
export function selectionOf(params: {
  topic: string | null
  records: string | null
  fingerprint: string | null
}): Selection | null {
  const { topic, fingerprint } = params
  if (topic === null) return null
  const records = params.records === null ? [] : unpackRecords(params.records)
  if (records.length > 0) return { topic, records }
  return fingerprint === null ? null : { topic, fingerprint }
}

function unpackRecords(text: string): { partition: number; offset: string }[] {
  return text.split(';').flatMap(part => {
    const [partition, offsets] = part.split(':')
    if (!partition || !offsets || !/^\d{1,10}$/.test(partition)) return []
    return offsets
      .split(',')
      .filter(offset => /^\d{1,19}$/.test(offset))
      .map(offset => ({ partition: Number(partition), offset }))
  })
}

/** `3:12,14;5:9`, the reverse of `selectionOf`. */
export function packRecords(records: readonly { partition: number; offset: string }[]): string {
  return [...Map.groupBy(records, record => record.partition)]
    .map(([partition, of]) => `${partition}:${of.map(record => record.offset).join(',')}`)
    .join(';')
}

/** `P0, P3–P5`: the partitions of picked records. */
export function partitionRanges(records: readonly { partition: number }[]): string {
  const sorted = [...new Set(records.map(record => record.partition))].sort((a, b) => a - b)
  const ranges: { from: number; to: number }[] = []
  for (const partition of sorted) {
    const last = ranges.at(-1)
    if (last && partition === last.to + 1) last.to = partition
    else ranges.push({ from: partition, to: partition })
  }
  return ranges.map(({ from, to }) => (from === to ? `P${from}` : `P${from}–P${to}`)).join(', ')
}

/** The selection and how it is to be replayed, in the address: a draft is a link. Reasons are not: addresses are logged. */
export const draftParams = {
  topic: parseAsString,
  records: parseAsString,
  fingerprint: parseAsString,
  target: parseAsString,
  partitioning: parseAsStringLiteral(['origin', 'key'] as const).withDefault('origin'),
  timestamp: parseAsStringLiteral(['now', 'keep'] as const).withDefault('now'),
  rate: parseAsString.withDefault(''),
  again: parseAsStringLiteral(['yes'] as const),
}

/** What is chosen beside the selection. `target` null: each record's origin. */
export type ReplayDraft = {
  target: string | null
  partitioning: 'origin' | 'key'
  timestamp: 'now' | 'keep'
  rate: string
  again: 'yes' | null
}

const MAX_RATE = 100_000

/** Records a second; null: no throttle; `invalid` for what is no such number. */
export function rateOf(text: string): number | null | 'invalid' {
  const trimmed = text.trim()
  if (trimmed === '') return null
  const rate = Number(trimmed)
  return Number.isFinite(rate) && rate > 0 && rate <= MAX_RATE ? rate : 'invalid'
}

/** Why a draft cannot be tried yet, as a key of `replays.new.draft`; null when it can. */
export function draftProblem(
  draft: ReplayDraft,
  reason: string,
): 'targetMissing' | 'targetIllegal' | 'rateInvalid' | 'reasonMissing' | null {
  if (draft.target !== null) {
    const topic = draft.target.trim()
    if (topic === '') return 'targetMissing'
    if (!/^[A-Za-z0-9._-]{1,249}$/.test(topic) || topic === '.' || topic === '..') return 'targetIllegal'
  }
  if (rateOf(draft.rate) === 'invalid') return 'rateInvalid'
  return draft.again !== null && reason.trim() === '' ? 'reasonMissing' : null
}

/** The dry run's request. */
export function toDryRun(cluster: string, selection: Selection, draft: ReplayDraft, reason: string): Input {
  const rate = rateOf(draft.rate)
  return {
    cluster,
    dryRun: true,
    selection,
    target: draft.target === null ? { kind: 'origin' } : { kind: 'topic', topic: draft.target.trim() },
    partitioning: draft.partitioning,
    timestamp: draft.timestamp,
    ...(typeof rate === 'number' ? { ratePerSecond: rate } : {}),
    again: draft.again !== null,
    ...(reason.trim() ? { reason: reason.trim() } : {}),
  }
}
