import type { Clock } from '@/server/context'
import type { ClusterMetadata, KafkaCluster, LogRecord } from '@/server/kafka/port'
import { isCopyEntry, LEDGER_TOPIC, type LedgerEntry, readLedgerRecord } from '@/server/replays/ledger'
import { type ForgottenLog, LedgerMap } from '@/server/replays/ledger-map'
import { recordFetcher } from './letter-fetcher'
import { LogReader } from './log-reader'
import { WatchedTopic } from './watched-topic'

/**
 * Follows the ledger of replays: tells of each letter that was replayed, copies left out, and draws the map
 * that plans are made by.
 */
export class LedgerFollower {
  readonly #clock: Clock
  readonly #reader: LogReader<LogRecord>
  #ledger: WatchedTopic | null = null
  #map: LedgerMap | null = null

  constructor(
    cluster: KafkaCluster,
    clock: Clock,
    signal: AbortSignal,
    heard: {
      entry(entry: LedgerEntry): void
      /** Retention took what was said of these. */
      forgotten(gone: readonly ForgottenLog[]): void
    },
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
            if (!entry) continue
            this.#map?.note(record, entry)
            if (!isCopyEntry(entry)) heard.entry(entry)
          }
        },
        trimmed: (_, partition, start) => heard.forgotten(this.#map?.trim(partition, start) ?? []),
        begin: () => undefined,
      },
    })
  }

  /** Of the ledger as it is now; null until it is there. */
  get map(): LedgerMap | null {
    return this.#map
  }

  /** Goes on where a map ends that was drawn before. */
  resume(map: LedgerMap): void {
    this.#map = map
  }

  adopt(metadata: ClusterMetadata): void {
    const found = metadata.topics.get(LEDGER_TOPIC)
    if (!found?.ok) return
    const { topicId, partitions } = found.value
    if (this.#map?.topicId !== topicId) this.#map = new LedgerMap(topicId)
    if (this.#ledger?.topicId !== topicId) this.#ledger = new WatchedTopic(LEDGER_TOPIC, topicId)
    this.#ledger.setPartitions(partitions.map(p => p.partition))
    for (const { partition, leaderEpoch } of partitions) {
      const cursor = this.#ledger.cursors.get(partition)
      if (!cursor) continue
      // Marks that were made stay: reading an entry twice changes nothing.
      if (this.#map.begin(partition, leaderEpoch)) cursor.position = null
      const covered = this.#map.coveredUntil(partition)
      if (cursor.position === null && covered > 0n) cursor.position = covered
    }
  }

  async locate(): Promise<void> {
    if (this.#ledger) await this.#reader.locate([this.#ledger])
  }

  /** Reads until then; answers whether there is more. */
  async readUntil(untilMs: number): Promise<boolean> {
    if (!this.#ledger) return false
    let more = true
    while (more && this.#clock.now() < untilMs) {
      more = await this.#reader.readChunks([this.#ledger])
      for (const [partition, { position }] of this.#ledger.cursors)
        if (position !== null) this.#map?.cover(partition, position)
    }
    return more
  }

  close(): void {
    this.#reader.close()
  }
}
