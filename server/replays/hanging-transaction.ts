import { AppError } from '@/lib/errors'
import type {
  KafkaCluster,
  OpenTransactionInfo,
  TopicPartition,
  TransactionalWriter,
} from '@/server/kafka/port'

const ASK_MS = 3_000
/** States in which a coordinator holds a transaction to be over, its markers written. */
const OVER: ReadonlySet<string | null> = new Set(['Empty', 'CompleteCommit', 'CompleteAbort', 'Dead'])

type Asked = Pick<KafkaCluster, 'openTransactions'>

/**
 * The transaction that holds a partition back for ever: its leader waits for an end that its coordinator holds
 * to be written (KIP-664). Kafka makes one when a broker dies between a decision and its markers. Answers a
 * TRANSACTION_HANGS, or null while there is none or nobody can tell.
 */
export async function findHanging(
  cluster: Asked,
  place: TopicPartition,
  signal: AbortSignal,
): Promise<AppError | null> {
  const before = (await openIn(cluster, [place], signal)).filter(one => OVER.has(one.state))
  if (before.length === 0) return null
  // It may have ended while the coordinator was asked: only what is still open then hangs.
  const now = await openIn(cluster, [place], signal)
  const found = before.find(one =>
    now.some(same => same.producerId === one.producerId && same.firstOffset === one.firstOffset),
  )
  return found ? hangs(found) : null
}

/**
 * A writer that, before its first record to a partition, asks whether its own producer id has a transaction open
 * there. It can have none: opening has ended them all. Where it has, Kafka has lost that one's end, and our
 * next commit would commit its records too: `send` throws TRANSACTION_HANGS and writes nothing. What can't be
 * asked (no right, an old broker) is no reason to stop.
 */
export function carefulWriter(
  writer: TransactionalWriter,
  cluster: Asked,
  signal: AbortSignal,
): TransactionalWriter {
  const asked = new Set<string>()
  const look = async (topic: string, partitions: ReadonlySet<number>) => {
    const places: TopicPartition[] = []
    for (const partition of partitions) {
      const key = `${topic}/${partition}`
      if (!asked.has(key)) places.push({ topic, partition })
      asked.add(key)
    }
    if (places.length === 0) return
    const open = await openIn(cluster, places, signal)
    const mine = open.find(one => one.producerId === writer.producerId)
    if (mine) throw hangs(mine)
  }
  return {
    transactionalId: writer.transactionalId,
    get producerId() {
      return writer.producerId
    },
    async send(topic, records) {
      await look(topic, new Set(records.map(one => one.partition)))
      return writer.send(topic, records)
    },
    commit: () => writer.commit(),
    abort: () => writer.abort(),
    close: () => writer.close(),
  }
}

const openIn = (cluster: Asked, places: TopicPartition[], signal: AbortSignal) =>
  cluster.openTransactions(places, { signal, timeoutMs: ASK_MS }).catch(() => [])

const hangs = ({ topic, partition, firstOffset, producerId, transactionalId }: OpenTransactionInfo) =>
  new AppError('TRANSACTION_HANGS', {
    params: {
      topic,
      partition,
      offset: `${firstOffset}`,
      producerId: `${producerId}`,
      ...(transactionalId === null ? {} : { transactionalId }),
    },
  })
