import type { RawInputOf } from '@/lib/contracts/endpoint'
import type { replays } from '@/lib/contracts/replays'

type Input = RawInputOf<typeof replays.create>
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

/** What the wizard holds beside the selection. */
export type ReplayDraft = {
  target: 'origin' | 'topic'
  topic: string
  partitioning: 'origin' | 'key'
  timestamp: 'now' | 'keep'
  rate: string
  again: boolean
  reason: string
}

export const EMPTY_DRAFT: ReplayDraft = {
  target: 'origin',
  topic: '',
  partitioning: 'origin',
  timestamp: 'now',
  rate: '',
  again: false,
  reason: '',
}

/** The dry run's request. */
export function toDryRun(cluster: string, selection: Selection, draft: ReplayDraft): Input {
  const rate = Number(draft.rate)
  return {
    cluster,
    dryRun: true,
    selection,
    target: draft.target === 'origin' ? { kind: 'origin' } : { kind: 'topic', topic: draft.topic.trim() },
    partitioning: draft.partitioning,
    timestamp: draft.timestamp,
    ...(draft.rate.trim() !== '' && rate > 0 ? { ratePerSecond: rate } : {}),
    again: draft.again,
    ...(draft.reason.trim() ? { reason: draft.reason.trim() } : {}),
  }
}
