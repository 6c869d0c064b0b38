import type { Problem } from '@/lib/contracts/common'
import type {
  DeadLetterIssue,
  DeadLetterRow,
  DeadLetterTopic,
  IssueStatus,
} from '@/lib/contracts/dead-letters'
import type { GoingLetters } from '@/lib/contracts/topic-changes'
import type { LedgerMap } from '@/server/replays/ledger-map'
import type { Service } from '@/server/services'
import type { TriageMarks } from './triage'

/** What a caller may see: topics it has no right to read are left out. */
export type TopicFilter = (topic: string) => boolean

export type IssueFilter = {
  topic?: string | undefined
  fingerprint?: string | undefined
  may: TopicFilter
}

export type RecordFilter = {
  topic?: string | undefined
  fingerprint?: string | undefined
  status?: IssueStatus | undefined
  may: TopicFilter
}

/** A stretch of a topic: by time, where a letter has one, or by offset. */
export type PlaceBound = { kind: 'time'; atMs: number } | { kind: 'offset'; offset: bigint }

export type PlaceFilter = {
  topic: string
  fingerprint?: string | undefined
  partitions?: readonly number[] | undefined
  /** Also what is replayed or dropped. */
  done: boolean
  /** Inclusive. */
  from: PlaceBound | null
  /** Exclusive. */
  until: PlaceBound | null
  /** Key, beginning of the value, exception class or message hold this. */
  contains?: string | undefined
}
export type Place = { partition: number; offset: bigint }

/** A place in the list of records, newest first: by time, then topic, partition, offset. */
export type RecordAnchor = { atMs: number; topic: string; partition: number; offset: number }

export type RecordPage = {
  rows: DeadLetterRow[]
  /** Beside which the next (older) page begins; null at the end. */
  next: RecordAnchor | null
  previous: RecordAnchor | null
  matched: number
}

/** Index of one cluster's dead letters, built in the background from Kafka: bounded, incremental, rebuildable. */
export interface DeadLetterIndex extends Service {
  topics(): readonly DeadLetterTopic[]
  issues(filter: IssueFilter): readonly DeadLetterIssue[]
  /** Places of a topic's letters, by partition and ascending: for selections. */
  places(filter: PlaceFilter): Place[]
  /** Letters of a topic that nobody has done anything about and that retention takes before then. */
  countExpiring(topic: string, untilMs: number): number
  /** What deleting a topic's records before these offsets, by partition, would take. */
  lettersBelow(topic: string, ends: ReadonlyMap<number, bigint>): Omit<GoingLetters, 'complete'>
  /** Newest first; `beside` is where the page before ended, `back` goes towards the newest. */
  page(filter: RecordFilter, limit: number, beside: RecordAnchor | null, back: boolean): RecordPage
  /** What the index knows of one record besides its bytes; null: not indexed (yet, or no longer). */
  find(
    topic: string,
    partition: number,
    offset: bigint,
  ): {
    status: IssueStatus
    /** The issue that it counts to; null: only a replay of it is known. */
    fingerprint: string | null
    expiresAt: string | null
  } | null
  /**
   * Where the ledger of replays says something of which letters, as far as it was read; null before its first
   * record.
   */
  ledgerMap(): LedgerMap | null
  /** Did a person drop the letter at this place? */
  isDropped(topic: string, partition: number, offset: bigint): boolean
  /** Of a dead-letter topic that is there now. */
  topicId(topic: string): string | null
  /** The issue that a fingerprint counts to after what people merged. */
  canonicalOf(fingerprint: string): string
  /** The issue of a letter by its own fingerprint and message, after what people merged and split. */
  fingerprintOf(fingerprint: string, message: string | null): string
  isDeadLetterTopic(topic: string): boolean
  /** How far each log of an issue's topics is now: kept with a decision. */
  marksOf(fingerprint: string): TriageMarks
  /** A decision was written: take it over now. Never throws. */
  triageChanged(): Promise<void>
  /** Issues that were resolved and got letters since. */
  reopened(): readonly string[]
  /** Reads a topic, or all, anew from the oldest record; answers which. */
  rebuild(topic?: string): string[]
  /**
   * Where a dead-letter topic's records came from that do not say so themselves: a person's word, the
   * configuration, the headers of all others if they name one topic, the name; null: nobody knows.
   */
  originOf(topic: string): string | null
  /** Letters of a topic whose replay is known (ledger or runner) become `replayed`. */
  markReplayed(topic: string, letters: readonly { partition: number; offset: bigint }[]): void
  /** Everything that Kafka retains is indexed and read to its end. */
  complete(): boolean
  /** Letters that are kept of the cluster, the newest. */
  readonly limit: number
  /** End of the last round; null before the first. */
  sampledAtMs(): number | null
  /** Why the index as a whole is behind or partial; a topic's own trouble stands at the topic. */
  problems(): readonly Problem[]
  onChange(listener: () => void): () => void
}

export interface DeadLetterIndexes {
  /** Throws CLUSTER_UNKNOWN. */
  of(cluster: string): DeadLetterIndex
}
