import { parseAsString, parseAsStringLiteral } from 'nuqs/server'
import type { RawInputOf } from '@/lib/contracts/endpoint'
import type { ReplayEdit } from '@/lib/contracts/replay-request'
import type { Outcome, replays } from '@/lib/contracts/replays'

type Input = RawInputOf<typeof replays.create>

/** The records of one replay: all of them, or those with one outcome. */
export const recordsInput = (
  one: { cluster: string; replay: string },
  only: Outcome | null,
): RawInputOf<typeof replays.records> => ({ ...one, ...(only ? { outcome: only } : {}), limit: 200 })

export type Selection = NonNullable<Input['selection']>

/**
 * The address's selection: `topic` with `records=3:12,14;5:9`, with `fingerprint`, or with a stretch (`from`,
 * `until`, `contains`, `partitions`); null when there is none.
 */
export function selectionOf(params: {
  topic: string | null
  records: string | null
  fingerprint: string | null
  from?: string | null
  until?: string | null
  contains?: string | null
}): Selection | null {
  const { topic, fingerprint, from, until, contains } = params
  if (topic === null) return null
  const records = params.records === null ? [] : unpackRecords(params.records)
  if (records.length > 0) return { topic, records }
  const stretch = {
    ...(from ? { from } : {}),
    ...(until ? { until } : {}),
    ...(contains ? { contains } : {}),
  }
  if (fingerprint !== null) return { topic, fingerprint, ...stretch }
  return Object.keys(stretch).length === 0 ? null : { topic, ...stretch }
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

/** What follows a canary that passed: the others, or a pause until a person lets them go. */
export const CANARY_AFTER = ['continue', 'pause'] as const
/** Minutes that a canary is waited for where nobody says otherwise, as text. */
export const CANARY_WAIT = '10'

/**
 * The selection and how it is to be replayed, in the address: a draft is a link. Reasons and edits are not:
 * addresses are logged.
 */
export const draftParams = {
  topic: parseAsString,
  records: parseAsString,
  fingerprint: parseAsString,
  from: parseAsString,
  until: parseAsString,
  contains: parseAsString,
  kind: parseAsStringLiteral(['replay', 'copy'] as const).withDefault('replay'),
  target: parseAsString,
  retry: parseAsStringLiteral(['yes'] as const),
  cluster: parseAsString,
  partitioning: parseAsStringLiteral(['origin', 'key'] as const).withDefault('origin'),
  timestamp: parseAsStringLiteral(['now', 'keep'] as const).withDefault('now'),
  value: parseAsStringLiteral(['dead-letter', 'origin'] as const).withDefault('dead-letter'),
  rate: parseAsString.withDefault(''),
  bytes: parseAsString.withDefault(''),
  canary: parseAsString.withDefault(''),
  canaryAfter: parseAsStringLiteral(CANARY_AFTER).withDefault('continue'),
  canaryWait: parseAsString.withDefault(CANARY_WAIT),
  stopFailures: parseAsString.withDefault(''),
  stopPercent: parseAsString.withDefault(''),
  stopLag: parseAsString.withDefault(''),
  stopLetters: parseAsString.withDefault(''),
  approval: parseAsStringLiteral(['yes'] as const),
  again: parseAsStringLiteral(['yes'] as const),
}

/** What is chosen beside the selection. `target` null: each record's origin, or with `retry` its retry topic. */
export type ReplayDraft = {
  kind: 'replay' | 'copy'
  target: string | null
  retry: 'yes' | null
  /** Another cluster's id; null: this one. */
  cluster: string | null
  partitioning: 'origin' | 'key'
  timestamp: 'now' | 'keep'
  value: 'dead-letter' | 'origin'
  /** Records a second. */
  rate: string
  /** KiB a second. */
  bytes: string
  canary: string
  canaryAfter: (typeof CANARY_AFTER)[number]
  /** Minutes at most. */
  canaryWait: string
  stopFailures: string
  stopPercent: string
  stopLag: string
  stopLetters: string
  approval: 'yes' | null
  again: 'yes' | null
}

/** A draft as it is before anything is chosen. */
export const EMPTY_DRAFT: ReplayDraft = {
  kind: 'replay',
  target: null,
  retry: null,
  cluster: null,
  partitioning: 'origin',
  timestamp: 'now',
  value: 'dead-letter',
  rate: '',
  bytes: '',
  canary: '',
  canaryAfter: 'continue',
  canaryWait: CANARY_WAIT,
  stopFailures: '',
  stopPercent: '',
  stopLag: '',
  stopLetters: '',
  approval: null,
  again: null,
}

const MAX_RATE = 100_000

/** Records a second; null: no throttle; `invalid` for what is no such number. */
export function rateOf(text: string): number | null | 'invalid' {
  const trimmed = text.trim()
  if (trimmed === '') return null
  const rate = Number(trimmed)
  return Number.isFinite(rate) && rate > 0 && rate <= MAX_RATE ? rate : 'invalid'
}

/** Fields that hold a whole number from 1, and the largest that each may. */
export const NUMBER_FIELDS = {
  bytes: 1_000_000,
  canary: 10_000,
  canaryWait: 1_440,
  stopFailures: 1_000_000,
  stopPercent: 100,
  stopLag: 1_000_000_000,
  stopLetters: 1_000_000,
} as const
export type NumberField = keyof typeof NUMBER_FIELDS

/** A whole number of a field; null: not given; `invalid` for what is none, or too large. */
export function numberOf(field: NumberField, text: string): number | null | 'invalid' {
  const trimmed = text.trim()
  if (trimmed === '') return null
  if (!/^\d{1,10}$/.test(trimmed)) return 'invalid'
  const number = Number(trimmed)
  return number >= 1 && number <= NUMBER_FIELDS[field] ? number : 'invalid'
}

/** Why a draft cannot be tried yet, as a key of `replays.new.draft`; null when it can. */
export function draftProblem(
  draft: ReplayDraft,
  reason: string,
): 'targetMissing' | 'targetIllegal' | 'rateInvalid' | 'numberInvalid' | 'reasonMissing' | null {
  if (draft.target === null && draft.kind === 'copy') return 'targetMissing'
  if (draft.target !== null) {
    const topic = draft.target.trim()
    if (topic === '') return 'targetMissing'
    if (!/^[A-Za-z0-9._-]{1,249}$/.test(topic) || topic === '.' || topic === '..') return 'targetIllegal'
  }
  if (rateOf(draft.rate) === 'invalid') return 'rateInvalid'
  for (const field of Object.keys(NUMBER_FIELDS) as NumberField[])
    if (numberOf(field, draft[field]) === 'invalid') return 'numberInvalid'
  return draft.again !== null && reason.trim() === '' ? 'reasonMissing' : null
}

/** The dry run's request. */
export function toDryRun(
  cluster: string,
  selection: Selection,
  draft: ReplayDraft,
  reason: string,
  edit: ReplayEdit | null = null,
): Input {
  const rate = rateOf(draft.rate)
  const given = (field: NumberField) => {
    const number = numberOf(field, draft[field])
    return typeof number === 'number' ? number : undefined
  }
  const stopWhen = {
    failures: given('stopFailures'),
    failurePercent: given('stopPercent'),
    targetLag: given('stopLag'),
    newLetters: given('stopLetters'),
  }
  const bytes = given('bytes')
  const canary = given('canary')
  const waitMinutes = given('canaryWait') ?? Number(CANARY_WAIT)
  const other = draft.cluster !== null && draft.cluster !== cluster ? draft.cluster : null
  return {
    cluster,
    dryRun: true,
    kind: draft.kind,
    selection,
    target: {
      ...(draft.target === null
        ? { kind: draft.retry === null ? ('origin' as const) : ('retry' as const) }
        : { kind: 'topic' as const, topic: draft.target.trim() }),
      ...(other === null ? {} : { cluster: other }),
    },
    partitioning: draft.partitioning,
    timestamp: draft.timestamp,
    value: draft.value,
    // No transaction spans two clusters: who chose one was told so.
    ...(other === null ? {} : { guarantee: 'at-least-once' as const }),
    ...(typeof rate === 'number' ? { ratePerSecond: rate } : {}),
    ...(bytes === undefined ? {} : { bytesPerSecond: bytes * 1024 }),
    ...(canary === undefined
      ? {}
      : { canary: { records: canary, waitSeconds: waitMinutes * 60, after: draft.canaryAfter } }),
    ...(Object.values(stopWhen).every(one => one === undefined) ? {} : { stopWhen }),
    ...(edit === null ? {} : { edit }),
    approval: draft.approval !== null,
    again: draft.again !== null,
    ...(reason.trim() ? { reason: reason.trim() } : {}),
  }
}
