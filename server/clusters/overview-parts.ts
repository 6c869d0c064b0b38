import type { Overview } from '@/lib/contracts/clusters'
import type { Problem } from '@/lib/contracts/common'
import type { GroupRow, GroupStatus } from '@/lib/contracts/groups'
import { toAppError } from '@/lib/errors'
import { compareStatus } from '@/lib/lag/status'
import { mayDo } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import type { KafkaCluster, Quorum } from '@/server/kafka/port'
import { type ClusterState, LOOK_MS } from './cluster-state'

const SHOWN = 6
const DAY_MS = 86_400_000
const CONFIG_CHUNK = 1_000
/** A voter that has not caught up with the leader for this long is not there. */
const VOTER_LATE_MS = 15_000

/** A part of the overview: what can't be had is empty, and says why. */
export async function part<T>(
  problems: Problem[],
  scope: string,
  otherwise: T,
  read: () => T | Promise<T>,
): Promise<T> {
  try {
    return await read()
  } catch (error) {
    const { code, params } = toAppError(error)
    problems.push({ scope, code, ...(params && { params }) })
    return otherwise
  }
}

export const NO_GROUPS: Overview['groups'] = {
  total: 0,
  byStatus: { ok: 0, warn: 0, stall: 0, stop: 0, rewind: 0, unknown: 0 },
  empty: 0,
  worst: [],
  totalLag: null,
  sampledAt: null,
}

const isBehind = ({ status }: GroupRow) => status !== 'ok' && status !== 'unknown'

/** Worst status first, then the longest time, then the longest queue. */
function worse(a: GroupRow, b: GroupRow): number {
  return (
    compareStatus(a.status, b.status) ||
    (b.timeLagMs ?? -1) - (a.timeLagMs ?? -1) ||
    Number(b.lag ?? -1) - Number(a.lag ?? -1) ||
    (a.group < b.group ? -1 : 1)
  )
}

/** How the groups keep up, from the sampler's memory; those whose topics the caller may not see are left out. */
export function groupsPart(ctx: Context, cluster: string, problems: Problem[]): Overview['groups'] {
  const sampler = ctx.services.lag.of(cluster)
  problems.push(...sampler.problems())
  const snapshot = sampler.snapshot()
  if (!snapshot) return NO_GROUPS
  const rows = snapshot.rows.filter(
    ({ topics }) => topics.length === 0 || topics.some(topic => mayDo(ctx, 'group.read', { cluster, topic })),
  )
  const byStatus: Record<GroupStatus, number> = { ...NO_GROUPS.byStatus }
  let totalLag: bigint | null = null
  for (const row of rows) {
    byStatus[row.status]++
    if (row.lag !== null) totalLag = (totalLag ?? 0n) + BigInt(row.lag)
  }
  const behind = rows.filter(
    row => isBehind(row) || (row.status === 'ok' && row.lag !== null && row.lag !== '0'),
  )
  return {
    total: rows.length,
    byStatus,
    empty: rows.filter(row => row.state === 'Empty').length,
    worst: behind.sort(worse).slice(0, SHOWN).map(toWorst),
    totalLag: totalLag === null ? null : String(totalLag),
    sampledAt: new Date(snapshot.sampledAtMs).toISOString(),
  }
}

function toWorst(row: GroupRow): Overview['groups']['worst'][number] {
  const { group, status, lag, timeLagMs, trendPerSecond, spark } = row
  return { group, status, lag, timeLagMs, trendPerSecond, spark }
}

export const NO_DEAD_LETTERS: Overview['deadLetters'] = {
  topics: 0,
  last24h: null,
  total: null,
  latest: [],
  expiringWithin24h: null,
  sampledAt: null,
}

/** What arrived in dead-letter topics, from the index; newest issues first. */
export function deadLettersPart(ctx: Context, cluster: string, problems: Problem[]): Overview['deadLetters'] {
  const index = ctx.services.deadLetters.of(cluster)
  problems.push(...index.problems())
  const rights = new Map<string, boolean>()
  const may = (topic: string): boolean => {
    const known = rights.get(topic) ?? mayDo(ctx, 'deadletter.read', { cluster, topic })
    rights.set(topic, known)
    return known
  }
  const topics = index.topics().filter(({ topic }) => may(topic))
  const sampledAtMs = index.sampledAtMs()
  const latest = index
    .issues({ may })
    .filter(({ status }) => status !== 'archived')
    .sort((a, b) => (a.lastSeen < b.lastSeen ? 1 : a.lastSeen > b.lastSeen ? -1 : 0))
    .slice(0, SHOWN)
  const known = <T>(values: (T | null)[]): T[] => values.filter(value => value !== null)
  const arrived = known(topics.map(one => one.last24h))
  const records = known(topics.map(one => one.records))
  const nothingYet = sampledAtMs === null
  return {
    topics: topics.length,
    last24h:
      nothingYet || (topics.length > 0 && arrived.length === 0) ? null : arrived.reduce((a, b) => a + b, 0),
    total:
      nothingYet || (topics.length > 0 && records.length === 0)
        ? null
        : records.reduce((sum, count) => sum + Number(count), 0),
    latest: latest.map(issue => ({
      fingerprint: issue.fingerprint,
      exceptionClass: issue.exceptionClass,
      message: issue.message,
      originTopic: issue.originTopic,
      topic: issue.topic,
      consumerGroup: issue.consumerGroup,
      count: issue.count,
      lastSeen: issue.lastSeen,
      spark: issue.spark,
    })),
    expiringWithin24h: nothingYet ? null : expiring(ctx, index, topics),
    sampledAt: sampledAtMs === null ? null : new Date(sampledAtMs).toISOString(),
  }
}

type Index = ReturnType<Context['services']['deadLetters']['of']>
/** Open letters that retention takes within a day. */
function expiring(ctx: Context, index: Index, topics: ReturnType<Index['topics']>): number {
  const endMs = ctx.clock.now() + DAY_MS
  let count = 0
  for (const { topic, oldestExpiresAt } of topics)
    if (oldestExpiresAt !== null && Date.parse(oldestExpiresAt) < endMs)
      count += index.countExpiring(topic, endMs)
  return count
}

/** Voters that keep up with the leader, and how far the slowest is behind. */
export function toQuorum(quorum: Quorum, nowMs: number): NonNullable<Overview['quorum']> {
  const leader = quorum.voters.find(one => one.id === quorum.leaderId)
  // The leader's own clock, where it tells it: ours may be another.
  const atMs = leader?.lastCaughtUpMs ?? nowMs
  const up = quorum.voters.filter(
    ({ id, lastCaughtUpMs, logEndOffset }) =>
      id === quorum.leaderId ||
      (lastCaughtUpMs === null ? logEndOffset >= 0n : atMs - lastCaughtUpMs < VOTER_LATE_MS),
  )
  const end = leader?.logEndOffset ?? quorum.highWatermark
  let maxLag = 0n
  for (const { logEndOffset } of quorum.voters) {
    const lag = end - (logEndOffset < 0n ? 0n : logEndOffset)
    if (lag > maxLag) maxLag = lag
  }
  return { voters: quorum.voters.length, up: up.length, maxLag: String(maxLag) }
}

/** `min.insync.replicas` of every topic that tells it. */
async function readMinIsr(cluster: KafkaCluster, topics: string[]): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>()
  for (let at = 0; at < topics.length; at += CONFIG_CHUNK) {
    const resources = topics.slice(at, at + CONFIG_CHUNK).map(name => ({ type: 'topic' as const, name }))
    const answers = await cluster.describeConfigs(resources, {
      names: ['min.insync.replicas'],
      timeoutMs: LOOK_MS,
    })
    for (const { resource, answer } of answers) {
      const value = answer.ok ? Number(answer.value[0]?.value) : Number.NaN
      if (Number.isInteger(value)) found.set(resource.name, value)
    }
  }
  return found
}

/**
 * Partitions with fewer replicas in sync than their topic asks for: `acks=all` is refused there. null when no
 * config could be read.
 */
export async function countUnderMinIsr(cluster: KafkaCluster, state: ClusterState): Promise<number | null> {
  const topics = [...state.metadata.topics.values()].flatMap(topic => (topic.ok ? [topic.value] : []))
  if (topics.length === 0) return 0
  const minIsr = await state.memory.minIsr.get(() =>
    readMinIsr(
      cluster,
      topics.map(topic => topic.name),
    ),
  )
  if (minIsr.size === 0) return null
  let count = 0
  for (const { name, partitions } of topics) {
    // A topic made since the configs were read is judged at the next reading.
    const wanted = minIsr.get(name) ?? 0
    for (const { isr } of partitions) if (isr.length < wanted) count++
  }
  return count
}
