import type { OpenTransaction } from '@/lib/contracts/message-search'
import type { Context } from '@/server/context'
import type { KafkaCluster } from '@/server/kafka/port'
import type { LocatedLog } from './locate-log'

const ASK_MS = 2_000
const ASKED_MAX = 200

/**
 * The transactions that hold the end of a log back: one for each partition whose last stable offset is behind
 * its end. Who it is stays null where the cluster doesn't say. Never throws: it is told beside the records.
 */
export async function findOpenTransactions(
  cluster: KafkaCluster,
  topic: string,
  log: LocatedLog,
  { signal }: Pick<Context, 'signal'>,
): Promise<OpenTransaction[]> {
  const held = [...log.ranges].filter(([, range]) => range.lastStableOffset < range.highWatermark)
  if (held.length === 0) return []
  const asked = held.slice(0, ASKED_MAX).map(([partition]) => ({ topic, partition }))
  const known = await cluster.openTransactions(asked, { signal, timeoutMs: ASK_MS }).catch(() => [])
  return held.map(([partition, range]) => {
    const first = known
      .filter(one => one.partition === partition)
      .sort((a, b) => Number(a.firstOffset - b.firstOffset))[0]
    return {
      partition,
      firstOffset: range.lastStableOffset.toString(),
      held: (range.highWatermark - range.lastStableOffset).toString(),
      producerId: first?.producerId.toString() ?? null,
      transactionalId: first?.transactionalId ?? null,
      lastWriteAt: first && first.lastWriteMs >= 0 ? new Date(first.lastWriteMs).toISOString() : null,
    }
  })
}
