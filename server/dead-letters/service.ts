import type {
  DeadLetterIssue,
  DeadLetterRow,
  DeadLetterTopic,
  IssueStatus,
} from '@/lib/contracts/dead-letters'
import type { Service } from '@/server/services'

/** What a caller may see: topics it has no right to read are left out. */
export type TopicFilter = (topic: string) => boolean

/** Index of one cluster's dead letters, built in the background from Kafka: bounded, incremental, rebuildable. */
export interface DeadLetterIndex extends Service {
  topics(): readonly DeadLetterTopic[]
  issues(filter: { topic?: string; may: TopicFilter }): readonly DeadLetterIssue[]
  /** Newest first; `after` is the last row of the page before. */
  records(filter: {
    topic?: string
    fingerprint?: string
    status?: IssueStatus
    may: TopicFilter
  }): readonly DeadLetterRow[]
  isDeadLetterTopic(topic: string): boolean
  /** The topic a dead-letter topic's records came from, by headers, configuration or name. */
  originOf(topic: string): string | null
  /** Rows whose replay is known (ledger or runner) become `replayed`. */
  markReplayed(records: { topic: string; partition: number; offset: bigint; replay: string }[]): void
  complete(): boolean
  sampledAtMs(): number | null
  onChange(listener: () => void): () => void
}

export interface DeadLetterIndexes {
  of(cluster: string): DeadLetterIndex
}
