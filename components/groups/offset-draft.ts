import type { RawInputOf } from '@/lib/contracts/endpoint'
import type { offsetPlans } from '@/lib/contracts/offset-plans'
import { parseDuration, parseOffsetTarget } from '@/lib/lag/offset-target'
import { parseTime } from '@/lib/parse-time'

export const TARGETS = ['earliest', 'latest', 'time', 'duration', 'offset', 'shift', 'group', 'csv'] as const
export type TargetKind = (typeof TARGETS)[number]

/** What a person has typed. */
export type OffsetDraft = {
  kind: TargetKind
  value: string
  /** '' is all that it committed on. */
  topic: string
  partitions: string
  reason: string
}

export type DraftProblem = { field: 'value' | 'partitions' }
type Input = RawInputOf<typeof offsetPlans.create>

/** The draft as the API wants it; what is wrong with it else. */
export function toPlanInput(
  draft: OffsetDraft,
  at: { cluster: string; group: string; zone: string; nowMs: number },
): { input: Input } | DraftProblem {
  const to = toTarget(draft, at)
  if (to === null) return { field: 'value' }
  const partitions = parsePartitions(draft.partitions)
  if (partitions === null) return { field: 'partitions' }
  return {
    input: {
      cluster: at.cluster,
      group: at.group,
      to,
      ...(draft.kind === 'csv' && { csv: draft.value }),
      ...(draft.topic && draft.kind !== 'csv' && { topics: [draft.topic] }),
      ...(partitions.length > 0 && draft.kind !== 'csv' && { partitions }),
      ...(draft.reason.trim() && { reason: draft.reason.trim() }),
    },
  }
}

function toTarget({ kind, value }: OffsetDraft, at: { zone: string; nowMs: number }): string | null {
  const text = value.trim()
  if (kind === 'earliest' || kind === 'latest') return kind
  if (kind === 'csv') return text === '' ? null : kind
  if (kind === 'time') {
    const atMs = parseTime(text, at.zone, at.nowMs)
    return atMs === null ? null : `time:${new Date(atMs).toISOString()}`
  }
  if (kind === 'duration') return parseDuration(text) === null ? null : `duration:${text}`
  const to = `${kind}:${text}`
  return parseOffsetTarget(to) === null ? null : to
}

const MOST = 20_000

/** `0-3, 7` as numbers; null where it is something else. Empty: none, which means all. */
export function parsePartitions(text: string): number[] | null {
  const found = new Set<number>()
  for (const part of text.split(/[\s,]+/).filter(Boolean)) {
    const range = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part)
    if (!range) return null
    const first = Number(range[1])
    const last = Number(range[2] ?? range[1])
    if (last < first || last - first >= MOST) return null
    for (let partition = first; partition <= last; partition++) found.add(partition)
    if (found.size > MOST) return null
  }
  return [...found].sort((a, b) => a - b)
}
