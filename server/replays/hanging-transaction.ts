import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '@/lib/errors'
import { partitionKey } from '@/lib/partition-key'
import type {
  KafkaCluster,
  OpenTransactionInfo,
  TopicPartition,
  TransactionalWriter,
} from '@/server/kafka/port'

const ASK_MS = 3_000
/** States in which a coordinator holds a transaction to be over, its markers written. */
const OVER: ReadonlySet<string | null> = new Set(['Empty', 'CompleteCommit', 'CompleteAbort', 'Dead'])

/** A partition whose leader is just being elected is asked again, with twice the pause before each. */
const TRIES = 4
const FIRST_PAUSE_MS = 250

/**
 * The transaction that holds a partition back for ever: its leader waits for an end that its coordinator holds
 * to be written (KIP-664). Kafka makes one when a broker dies between a decision and its markers. Answers a
 * TRANSACTION_HANGS, or null while there is none or nobody can tell.
 */
export async function findHanging(
  cluster: Pick<KafkaCluster, 'openTransactions'>,
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
 * next commit would commit its records too: `send` throws TRANSACTION_HANGS and writes nothing. Who has no leader
 * yet is waited for a little; what can't be asked (no right, an old broker) is no reason to stop. `first`: where
 * it will write whatever comes; asked about now, while no transaction is open whose time would run. Throws
 * TRANSACTION_HANGS for those; the writer is closed then.
 */
export async function carefulWriter(
  writer: TransactionalWriter,
  cluster: Pick<KafkaCluster, 'activeProducers'>,
  signal: AbortSignal,
  first: readonly TopicPartition[] = [],
): Promise<TransactionalWriter> {
  const asked = new Set<string>()
  const look = async (wanted: readonly TopicPartition[]) => {
    const places = wanted.filter(one => !asked.has(partitionKey(one)))
    if (places.length === 0) return
    for (let attempt = 1; ; attempt++) {
      const { producers, isWhole } = await cluster
        .activeProducers(places, { signal, timeoutMs: ASK_MS })
        .catch(() => ({ producers: [], isWhole: false }))
      const { producerId, transactionalId } = writer
      for (const { openFrom: firstOffset, ...one } of producers)
        if (firstOffset !== null && one.producerId === producerId)
          throw hangs({ ...one, firstOffset, transactionalId })
      if (isWhole || attempt === TRIES) break
      await sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1), undefined, { signal })
    }
    for (const one of places) asked.add(partitionKey(one))
  }
  try {
    await look(first)
  } catch (error) {
    await writer.close().catch(() => undefined)
    throw error
  }
  return {
    transactionalId: writer.transactionalId,
    get producerId() {
      return writer.producerId
    },
    async send(topic, records) {
      const partitions = new Set(records.map(one => one.partition))
      await look([...partitions].map(partition => ({ topic, partition })))
      return writer.send(topic, records)
    },
    commit: () => writer.commit(),
    abort: () => writer.abort(),
    close: () => writer.close(),
  }
}

const openIn = (
  cluster: Pick<KafkaCluster, 'openTransactions'>,
  places: TopicPartition[],
  signal: AbortSignal,
) => cluster.openTransactions(places, { signal, timeoutMs: ASK_MS }).catch(() => [])

const hangs = ({
  topic,
  partition,
  firstOffset,
  producerId,
  transactionalId,
}: Omit<OpenTransactionInfo, 'state'>) =>
  new AppError('TRANSACTION_HANGS', {
    params: {
      topic,
      partition,
      offset: `${firstOffset}`,
      producerId: `${producerId}`,
      ...(transactionalId === null ? {} : { transactionalId }),
    },
  })
