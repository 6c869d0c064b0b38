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

/** Changes of a group that are remembered: no storm is longer. */
export const MOST_CHANGES = 20

/** From when on a thing is worth a word; the configuration's `lag`. */
export type SignalThresholds = {
  /** So many changes of members or assignments in so many minutes. */
  storm: { changes: number; minutes: number }
  /** One partition holds this share of the lag, where there are so many partitions and so many records. */
  skew: { share: number; partitions: number; records: number }
  /** The busiest member has `ratio` times the partitions of the least busy one, and so many more. */
  uneven: { ratio: number; partitions: number }
  /** The last part of the time that Kafka keeps the offsets of a group without members. */
  expiry: { share: number }
}

const SEVERITY = { error: 0, warn: 1, info: 2 } as const

/**
 * What a person should know of a group, the worst first: Burrow's word on it, and what its members and
 * partitions show. Each is a kind with numbers; screens have a sentence for each, and where to look next.
 */
export function signalsOf(group: Group, facts: SignalFacts, thresholds: SignalThresholds): LagSignal[] {
  const found = [
    ...ofStatus(group),
    ...ofPartitions(group, thresholds.skew),
    ...ofMembers(group, thresholds.uneven),
    ...ofChanges(facts, thresholds.storm),
    ...ofExpiry(facts, thresholds.expiry),
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

function ofPartitions({ partitions }: Group, skew: SignalThresholds['skew']): LagSignal[] {
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
  if (most && live.length >= skew.partitions && total >= skew.records && share >= skew.share)
    found.push({
      kind: 'skew',
      severity: 'info',
      params: { percent: Math.round(share * 100), topic: most.topic, partition: most.partition },
    })
  return found
}

function ofMembers({ memberList }: Group, uneven: SignalThresholds['uneven']): LagSignal[] {
  const counts = memberList.map(one => one.assigned.reduce((n, { partitions }) => n + partitions.length, 0))
  const idle = counts.filter(n => n === 0).length
  const busy = counts.filter(n => n > 0)
  // Between two assignments nobody has any: that says nothing.
  if (busy.length === 0) return []
  const found: LagSignal[] = []
  if (idle > 0) found.push({ kind: 'idleMember', severity: 'info', params: { n: idle } })
  const [least, most] = [Math.min(...busy), Math.max(...busy)]
  if (most >= least * uneven.ratio && most - least >= uneven.partitions)
    found.push({ kind: 'unevenMembers', severity: 'info', params: { least, most } })
  return found
}

function ofChanges({ changes, nowMs }: SignalFacts, storm: SignalThresholds['storm']): LagSignal[] {
  const recent = changes.filter(at => nowMs - at <= storm.minutes * 60_000).length
  if (recent < storm.changes) return []
  return [{ kind: 'rebalanceStorm', severity: 'warn', params: { n: recent, minutes: storm.minutes } }]
}

function ofExpiry(
  { emptySinceMs, retentionMs, nowMs }: SignalFacts,
  { share }: SignalThresholds['expiry'],
): LagSignal[] {
  if (emptySinceMs === null || retentionMs === null || retentionMs <= 0) return []
  const idleMs = nowMs - emptySinceMs
  if (idleMs < retentionMs * (1 - share)) return []
  const hours = Math.max(0, Math.round((retentionMs - idleMs) / 3_600_000))
  return [{ kind: 'nearExpiry', severity: 'warn', params: { hours } }]
}
