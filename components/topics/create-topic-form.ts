import type { RawInputOf } from '@/lib/contracts/endpoint'
import type { topics } from '@/lib/contracts/topics'

/** What the form holds: text, as typed. */
export type TopicDraft = {
  name: string
  partitions: string
  replicationFactor: string
  cleanup: 'delete' | 'compact'
  retentionHours: string
  minInsyncReplicas: string
}

export const EMPTY_DRAFT: TopicDraft = {
  name: '',
  partitions: '6',
  replicationFactor: '',
  cleanup: 'delete',
  retentionHours: '',
  minInsyncReplicas: '',
}

const HOUR_MS = 3_600_000n

/** The draft as a request; empty fields are the broker's defaults (-1). What is no number is sent as it is refused: the server says which. */
export function toRequest(
  cluster: string,
  draft: TopicDraft,
  dryRun: boolean,
): RawInputOf<typeof topics.create> {
  const configs: Record<string, string> = {}
  if (draft.cleanup === 'compact') configs['cleanup.policy'] = 'compact'
  if (draft.retentionHours.trim()) configs['retention.ms'] = hoursToMs(draft.retentionHours)
  if (draft.minInsyncReplicas.trim()) configs['min.insync.replicas'] = draft.minInsyncReplicas.trim()
  return {
    cluster,
    name: draft.name.trim(),
    partitions: integerOr(draft.partitions, -1),
    replicationFactor: integerOr(draft.replicationFactor, -1),
    configs,
    dryRun,
  }
}

function hoursToMs(hours: string): string {
  const text = hours.trim()
  return /^\d{1,9}$/.test(text) ? String(BigInt(text) * HOUR_MS) : text
}

function integerOr(text: string, empty: number): number {
  return text.trim() === '' ? empty : Number(text)
}

/** Which field of the form an error's path means. */
export function fieldOf(path: string): keyof TopicDraft | null {
  if (path === 'name' || path === 'partitions' || path === 'replicationFactor') return path
  if (path.endsWith('retention.ms')) return 'retentionHours'
  if (path.endsWith('min.insync.replicas')) return 'minInsyncReplicas'
  return null
}
