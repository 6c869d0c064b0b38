import type { RawInputOf } from '@/lib/contracts/endpoint'
import type { offsetPlans } from '@/lib/contracts/offset-plans'
import { parseDuration, parseOffsetTarget } from '@/lib/lag/offset-target'
import { PARTITIONS_MAX, parsePartitions } from '@/lib/parse-partitions'
import { parseTime } from '@/lib/parse-time'

export const TARGETS = ['earliest', 'latest', 'time', 'duration', 'offset', 'shift', 'group', 'csv'] as const
export type TargetKind = (typeof TARGETS)[number]

/** A topic that was picked, and which of its partitions: `0-3, 7`, or nothing for all. */
export type PickedTopic = { topic: string; partitions: string }

/** What a person has typed. */
export type OffsetDraft = {
  kind: TargetKind
  value: string
  /** null is all that it committed on. */
  picked: readonly PickedTopic[] | null
  reason: string
}

export type DraftProblem = { field: 'value' | 'topics' | 'partitions' }
type Input = RawInputOf<typeof offsetPlans.create>

/** The draft as the API wants it; what is wrong with it else. */
export function toPlanInput(
  draft: OffsetDraft,
  at: { cluster: string; group: string; zone: string; nowMs: number },
): { input: Input } | DraftProblem {
  const to = toTarget(draft, at)
  if (to === null) return { field: 'value' }
  const scope = draft.kind === 'csv' || draft.picked === null ? {} : toScope(draft.picked)
  if ('field' in scope) return scope
  return {
    input: {
      cluster: at.cluster,
      group: at.group,
      to,
      ...(draft.kind === 'csv' && { csv: draft.value }),
      ...scope,
      ...(draft.reason.trim() && { reason: draft.reason.trim() }),
    },
  }
}

/** Whole topics by name, partitions of the others by pairs. */
function toScope(picked: readonly PickedTopic[]): Pick<Input, 'topics' | 'partitions'> | DraftProblem {
  if (picked.length === 0) return { field: 'topics' }
  const topics: string[] = []
  const pairs: { topic: string; partition: number }[] = []
  for (const { topic, partitions: text } of picked) {
    const partitions = parsePartitions(text)
    if (partitions === null || pairs.length + partitions.length > PARTITIONS_MAX)
      return { field: 'partitions' }
    if (partitions.length === 0) topics.push(topic)
    for (const partition of partitions) pairs.push({ topic, partition })
  }
  return { ...(topics.length > 0 && { topics }), ...(pairs.length > 0 && { partitions: pairs }) }
}

function toTarget({ kind, value }: OffsetDraft, at: { zone: string; nowMs: number }): string | null {
  const text = value.trim()
  if (kind === 'earliest' || kind === 'latest') return kind
  if (kind === 'csv') return text === '' ? null : kind
  if (kind === 'time') {
    const atMs = parseTime(text, at.zone, at.nowMs)
    return atMs === null ? null : `time:${new Date(atMs).toISOString()}`
  }
  if (kind === 'duration') {
    const duration = toDuration(text)
    return duration === null ? null : `duration:${duration}`
  }
  const to = `${kind}:${text}`
  return parseOffsetTarget(to) === null ? null : to
}

const TYPED = /^-?(?:(\d{1,6})\s*d)?\s*(?:(\d{1,6})\s*h)?\s*(?:(\d{1,6})\s*m)?\s*(?:(\d{1,9})\s*s)?$/i

/** `2h`, `1d 12h`, `-15m` or ISO 8601, as ISO 8601; null for anything else. */
function toDuration(text: string): string | null {
  if (parseDuration(text) !== null) return text
  const match = /\d/.test(text) ? TYPED.exec(text) : null
  if (!match) return null
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = match
  return `P${days}DT${hours}H${minutes}M${seconds}S`
}

/** What the API takes of a file. */
export const MOST_CSV = 900_000

/**
 * Where a group stands, as a file that a plan takes back: `topic,partition,offset`. Partitions without a
 * commit have no line.
 */
export function offsetsCsv(
  rows: readonly { topic: string; partition: number; committed: string | null }[],
): string {
  const lines = rows.flatMap(({ topic, partition, committed }) =>
    committed === null ? [] : [`${topic},${partition},${committed}`],
  )
  return ['topic,partition,offset', ...lines, ''].join('\n')
}
