import { and, gt, sql } from 'drizzle-orm'
import type { Replay } from '@/lib/contracts/replays'
import type { Context } from '@/server/context'
import { toStoreError } from '@/server/store/errors'
import { lease } from '@/server/store/schema/index'
import { optionsOf, type ReplayRow, toReplay } from './replay-store'

/** Named at most; who waits for one waits for all of them. */
const NAMED_MAX = 5

/** The lease of a slice: one replay at a time works on a partition of the letters. */
export const sliceLease = (cluster: string, topicId: string, partition: number): string =>
  `${sliceLeases(cluster)}${topicId}/${partition}`
const sliceLeases = (cluster: string) => `replay-slice/${cluster}/`
/** Two replays of one process are two owners. */
export const sliceOwner = (instance: string, replay: string): string => `${instance}/${replay}`
const replayOf = (owner: string) => owner.slice(owner.lastIndexOf('/') + 1)

/**
 * Replays of one cluster as the contract has them; of those that run and work on no partition, because
 * others hold them, with the replays that they wait for. Throws STORE_*.
 */
export async function toReplays(
  ctx: Pick<Context, 'store' | 'clock'>,
  cluster: string,
  rows: readonly ReplayRow[],
): Promise<Replay[]> {
  const mayWait = rows.some(isAtWork)
  const holders = mayWait ? await holdersByTopic(ctx, cluster) : new Map<string, Set<string>>()
  return rows.map(row => {
    const held = isAtWork(row) ? holders.get(optionsOf(row).frozen.sourceTopicId) : undefined
    const waitsFor = held && !held.has(row.id) ? [...held].sort().slice(0, NAMED_MAX) : []
    return { ...toReplay(row), waitsFor }
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
