import { and, eq, gt, sql } from 'drizzle-orm'
import type { Replay } from '@/lib/contracts/replays'
import type { Context } from '@/server/context'
import { toStoreError } from '@/server/store/errors'
import { lease, replay } from '@/server/store/schema/index'
import { optionsOf, type ReplayRow, toReplay } from './replay-store'

/** Named at most; who waits for one waits for all of them. */
const NAMED_MAX = 5

/** Replays of one cluster that run at once in one process; the others wait. */
export const RUNS_MAX = 8

/** The lease of a replay: one process runs it. */
export const replayLease = (id: string): string => `${REPLAY_LEASES}${id}`
const REPLAY_LEASES = 'replay/'

/** The lease of a slice: one replay at a time works on a partition of the letters. */
export const sliceLease = (cluster: string, topicId: string, partition: number): string =>
  `${sliceLeases(cluster)}${topicId}/${partition}`
const sliceLeases = (cluster: string) => `replay-slice/${cluster}/`
/** Two replays of one process are two owners. */
export const sliceOwner = (instance: string, replay: string): string => `${instance}/${replay}`
const replayOf = (owner: string) => owner.slice(owner.lastIndexOf('/') + 1)

/**
 * Replays of one cluster as the contract has them; of those that run and work on no partition, because
 * others hold them, with the replays that they wait for; and whether one waits for a free place. Throws STORE_*.
 */
export async function toReplays(
  ctx: Pick<Context, 'store' | 'clock'>,
  cluster: string,
  rows: readonly ReplayRow[],
): Promise<Replay[]> {
  const mayWait = rows.some(isAtWork)
  if (!mayWait) return rows.map(toReplay)
  const [holders, begun] = await Promise.all([holdersByTopic(ctx, cluster), whoHavePlaces(ctx, cluster)])
  const isFull = noPlaceLeft(begun)
  return rows.map(row => {
    const held = isAtWork(row) ? holders.get(optionsOf(row).frozen.sourceTopicId) : undefined
    const waitsFor = held && !held.has(row.id) ? [...held].sort().slice(0, NAMED_MAX) : []
    const waitsForPlace = isAtWork(row) && isFull && !begun.has(row.id)
    return { ...toReplay(row), waitsFor, waitsForPlace }
  })
}

/** One whose canary waits for its group holds no partition, and wants none. */
const isAtWork = (row: ReplayRow) => row.state === 'running' && row.canaryState !== 'waiting'

async function holdersByTopic(
  { store, clock }: Pick<Context, 'store' | 'clock'>,
  cluster: string,
): Promise<Map<string, Set<string>>> {
  const prefix = sliceLeases(cluster)
  try {
    const held = await store.db
      .select({ name: lease.name, owner: lease.owner })
      .from(lease)
      .where(and(sql`starts_with(${lease.name}, ${prefix})`, gt(lease.untilMs, clock.now())))
    const holders = new Map<string, Set<string>>()
    for (const { name, owner } of held) {
      const topicId = name.slice(prefix.length, name.lastIndexOf('/'))
      holders.set(topicId, (holders.get(topicId) ?? new Set()).add(replayOf(owner)))
    }
    return holders
  } catch (error) {
    throw toStoreError(error)
  }
}

/**
 * Each process has its own places: one that has some left takes the next replay. Only those that run replays now
 * are seen: one that runs none may take it in a moment.
 */
export function noPlaceLeft(ownerOf: ReadonlyMap<string, string>): boolean {
  const counts = [...Map.groupBy(ownerOf.values(), owner => owner).values()].map(one => one.length)
  return counts.length > 0 && counts.every(count => count >= RUNS_MAX)
}

/** The replays of a cluster that processes run just now, with the process that does. */
async function whoHavePlaces(
  { store, clock }: Pick<Context, 'store' | 'clock'>,
  cluster: string,
): Promise<Map<string, string>> {
  try {
    const held = await store.db
      .select({ id: replay.id, owner: lease.owner })
      .from(replay)
      .innerJoin(lease, eq(lease.name, sql`${REPLAY_LEASES} || ${replay.id}`))
      .where(and(eq(replay.cluster, cluster), eq(replay.state, 'running'), gt(lease.untilMs, clock.now())))
    return new Map(held.map(one => [one.id, one.owner]))
  } catch (error) {
    throw toStoreError(error)
  }
}
