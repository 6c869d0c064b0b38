import type { GroupDetail } from '../contracts/groups'

type Group = Pick<
  GroupDetail,
  'status' | 'state' | 'lag' | 'catchUpMs' | 'consumePerSecond' | 'partitions' | 'memberList'
>
export type LagSignal = GroupDetail['signals'][number]

/** What is known of a group beside its numbers. */
export type SignalFacts = {
  nowMs: number
  /** When its members or assignments changed, ms. */
  changes: readonly number[]
  /** Since when it has had no members, as far as anybody saw; null: it has some. */
  emptySinceMs: number | null
  /** After so long without members Kafka forgets its offsets; null: not known. */
  retentionMs: number | null
}

const STORM = { changes: 5, windowMs: 10 * 60_000 }
const SKEW = { share: 0.5, partitions: 3, records: 100 }
/** Offsets are near their end in the last seventh of their retention: a day of a week. */
const NEAR_EXPIRY = 6 / 7

const SEVERITY = { error: 0, warn: 1, info: 2 } as const

/**
 * What a person should know of a group, the worst first: Burrow's word on it, and what its members and partitions show. Each is a kind
 * with numbers; screens have a sentence for each, and where to look next.
 */
export function signalsOf(group: Group, facts: SignalFacts): LagSignal[] {
  const found = [
    ...ofStatus(group),
    ...ofPartitions(group),
    ...ofMembers(group),
    ...ofChanges(facts),
    ...ofExpiry(facts),
  ]
  return found.sort((a, b) => SEVERITY[a.severity] - SEVERITY[b.severity])
}

function ofStatus(group: Group): LagSignal[] {
  const { status } = group
  const behind = group.partitions.filter(row => row.status === status).length
  if (status === 'stop' || status === 'stall')
    return [{ kind: status, severity: 'error', params: { n: behind } }]
  if (status === 'rewind') return [{ kind: 'rewind', severity: 'warn', params: { n: behind } }]
  if (status === 'warn')
    return [
      {
        kind: group.catchUpMs === null && group.consumePerSecond !== null ? 'never' : 'warn',
        severity: 'warn',
        params: { n: behind },
      },
    ]
  return []
}

function ofPartitions({ partitions }: Group): LagSignal[] {
  const found: LagSignal[] = []
  const noted = (note: string) => partitions.filter(row => row.notes.includes(note))
  for (const kind of ['dataLost', 'beyondEnd'] as const) {
    const rows = noted(kind)
    const [first] = rows
    if (first)
      found.push({
        kind,
        severity: 'error',
        params: { n: rows.length, topic: first.topic, partition: first.partition },
      })
  }
  const live = partitions.filter(row => row.lag !== null)
  const stuck = live.filter(row => row.status === 'stall' || row.status === 'stop')
  const [first] = stuck
  if (first && stuck.length < live.length)
    found.push({
      kind: 'stuckPartition',
      severity: 'warn',
      params: { n: stuck.length, topic: first.topic, partition: first.partition },
    })
  const total = live.reduce((sum, row) => sum + Number(row.lag), 0)
  const most = live.reduce<(typeof live)[number] | null>(
    (worst, row) => (worst === null || Number(row.lag) > Number(worst.lag) ? row : worst),
    null,
  )
  const share = most && total > 0 ? Number(most.lag) / total : 0
  if (most && live.length >= SKEW.partitions && total >= SKEW.records && share >= SKEW.share)
    found.push({
      kind: 'skew',
      severity: 'info',
      params: { percent: Math.round(share * 100), topic: most.topic, partition: most.partition },
    })
  return found
}

function ofMembers({ memberList }: Group): LagSignal[] {
  const counts = memberList.map(one => one.assigned.reduce((n, { partitions }) => n + partitions.length, 0))
  const idle = counts.filter(n => n === 0).length
  const busy = counts.filter(n => n > 0)
  // Between two assignments nobody has any: that says nothing.
  if (busy.length === 0) return []
  const found: LagSignal[] = []
  if (idle > 0) found.push({ kind: 'idleMember', severity: 'info', params: { n: idle } })
  const [least, most] = [Math.min(...busy), Math.max(...busy)]
  if (most >= least * 2 && most - least >= 2)
    found.push({ kind: 'unevenMembers', severity: 'info', params: { least, most } })
  return found
}

function ofChanges({ changes, nowMs }: SignalFacts): LagSignal[] {
  const recent = changes.filter(at => nowMs - at <= STORM.windowMs).length
  if (recent < STORM.changes) return []
  return [
    { kind: 'rebalanceStorm', severity: 'warn', params: { n: recent, minutes: STORM.windowMs / 60_000 } },
  ]
}

function ofExpiry({ emptySinceMs, retentionMs, nowMs }: SignalFacts): LagSignal[] {
  if (emptySinceMs === null || retentionMs === null || retentionMs <= 0) return []
  const idleMs = nowMs - emptySinceMs
  if (idleMs < retentionMs * NEAR_EXPIRY) return []
  const hours = Math.max(0, Math.round((retentionMs - idleMs) / 3_600_000))
  return [{ kind: 'nearExpiry', severity: 'warn', params: { hours } }]
}
