import type { Clock } from '@/server/context'
import type { ClusterMetadata, KafkaCluster, LogRecord } from '@/server/kafka/port'
import { isCopyEntry, LEDGER_TOPIC, type LedgerEntry, readLedgerRecord } from '@/server/replays/ledger'
import { recordFetcher } from './letter-fetcher'
import { LogReader } from './log-reader'
import { WatchedTopic } from './watched-topic'

/** Follows the ledger of replays: tells of each letter that was replayed, copies left out. */
export class LedgerFollower {
  readonly #clock: Clock
  readonly #reader: LogReader<LogRecord>
  #ledger: WatchedTopic | null = null

  constructor(
    cluster: KafkaCluster,
    clock: Clock,
    signal: AbortSignal,
    onEntry: (entry: LedgerEntry) => void,
  ) {
    this.#clock = clock
    this.#reader = new LogReader({
      cluster,
      clock,
      signal,
      open: () => recordFetcher(cluster, signal),
      events: {
        items: (_, records) => {
          for (const record of records) {
            const entry = readLedgerRecord(record)
            if (entry && !isCopyEntry(entry)) onEntry(entry)
          }
        },
        trimmed: () => undefined,
        begin: () => undefined,
      },
    })
  }

  adopt(metadata: ClusterMetadata): void {
    const found = metadata.topics.get(LEDGER_TOPIC)
    if (!found?.ok) return
    if (this.#ledger?.topicId !== found.value.topicId)
      this.#ledger = new WatchedTopic(LEDGER_TOPIC, found.value.topicId)
    this.#ledger.setPartitions(found.value.partitions.map(p => p.partition))
  }

  async locate(): Promise<void> {
    if (this.#ledger) await this.#reader.locate([this.#ledger])
  }

  /** Reads until then; answers whether there is more. */
  async readUntil(untilMs: number): Promise<boolean> {
    if (!this.#ledger) return false
    let more = true
    while (more && this.#clock.now() < untilMs) more = await this.#reader.readChunks([this.#ledger])
    return more
  }

  close(): void {
    this.#reader.close()
  }
}
