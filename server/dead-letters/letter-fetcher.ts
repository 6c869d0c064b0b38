import type { Answer, FetchRequest, KafkaCluster, LogRecord } from '@/server/kafka/port'
import { type IndexedLetter, indexLetter } from './index-row'

/** How the letters of a topic are read: what the index needs to know besides their bytes. */
export type LetterReading = { fallbackOrigin: string; prefixes: readonly string[]; nowMs: number }

export type FetchedItems<T> = {
  partition: number
  /** The items are made while they are walked over, once. */
  answer: Answer<{ items: Iterable<T>; nextOffset: bigint; logStartOffset: bigint }>
}

/** Fetches records and makes something of each; one topic a call. */
export interface ItemFetcher<T> {
  /** `ahead` is what will be asked for next, in this order; who can reads it meanwhile. */
  fetch(request: FetchRequest, ahead?: readonly FetchRequest[]): Promise<FetchedItems<T>[]>
  close(): void
}

/** Records as they are. */
export function recordFetcher(cluster: KafkaCluster, signal: AbortSignal): ItemFetcher<LogRecord> {
  return mappedFetcher(cluster, signal, (_, records) => records)
}

/** Letters, decoded on the thread that asks. */
export function letterFetcher(
  cluster: KafkaCluster,
  signal: AbortSignal,
  readingOf: (topic: string) => LetterReading,
): ItemFetcher<IndexedLetter> {
  return mappedFetcher(cluster, signal, function* (topic, records) {
    const { fallbackOrigin, prefixes, nowMs } = readingOf(topic)
    for (const record of records) yield indexLetter(topic, record, fallbackOrigin, nowMs, prefixes)
  })
}

function mappedFetcher<T>(
  cluster: KafkaCluster,
  signal: AbortSignal,
  map: (topic: string, records: readonly LogRecord[]) => Iterable<T>,
): ItemFetcher<T> {
  const fetcher = cluster.openFetcher({ signal })
  return {
    async fetch(request) {
      const answers = await fetcher.fetch(request)
      return answers.map(({ partition, answer }) => {
        if (!answer.ok) return { partition, answer }
        const { records, nextOffset, logStartOffset } = answer.value
        return {
          partition,
          answer: { ok: true, value: { items: map(request.topic, records), nextOffset, logStartOffset } },
        }
      })
    },
    close: () => fetcher.close(),
  }
}
