import type { Fetcher, KafkaCluster } from '@/server/kafka/port'
import { knownLedger, type LedgerEntry, ledgerPartitionOf } from './ledger'
import type { LedgerMap } from './ledger-map'
import { lookUpLedger } from './look-up-ledger'

/**
 * What the ledger still holds of one dead letter's replays, oldest first. Throws what a partition of the
 * ledger answers.
 */
export async function replaysOfLetter(
  { cluster, map, signal }: { cluster: KafkaCluster; map: LedgerMap | null; signal: AbortSignal },
  { topicId, partition, offset }: { topicId: string; partition: number; offset: bigint },
): Promise<LedgerEntry[]> {
  const ledger = await knownLedger(cluster, signal)
  if (ledger === null) return []
  const fetcher: Fetcher = cluster.openFetcher({ signal })
  try {
    const only = ledgerPartitionOf(topicId, partition, ledger.partitions)
    const letter = { partition, offset, origin: null }
    const { marks } = await lookUpLedger({ cluster, fetcher, ledger, map, signal, only }, topicId, [letter])
    return marks.replaysOf(letter)
  } finally {
    fetcher.close()
  }
}
