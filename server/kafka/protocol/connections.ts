/**
 * What the parts of the Kafka port share: sockets, metadata, versions and coordinators of one cluster.
 * `ClusterLink` (link.ts) is one, for each cluster; nothing connects before the first call.
 */
import type { Connection } from '@platformatic/kafka'
import type { KafkaConfig } from 'kafkajs'
import type { ClusterConfig } from '@/server/config/types'
import type { Answer, CallOptions, ClusterMetadata } from '../port'

/** FindCoordinator's key types. A share key is `group:base64url(topicId):partition`. */
export type CoordinatorType = 'group' | 'transaction' | 'share'

export type Leader = { brokerId: number; leaderEpoch: number; topicId: string }

export type MetadataOptions = CallOptions & {
  /** Only these; all without. A topic that does not exist is an Answer with TOPIC_UNKNOWN, never made. */
  topics?: string[] | undefined
  /** How old a shared answer may be; 0 asks the cluster. Default 2,000. */
  maxAgeMs?: number | undefined
}

export interface Connections {
  readonly config: ClusterConfig

  /**
   * A pooled connection to that broker, or to any that lives: take it afresh for every request, since dead
   * ones are replaced here. Never put a long poll on it: answers come in order. Two lanes a broker, so that a
   * heavy request has one for itself. Throws AppError BROKER_UNREACHABLE, or what befell the whole cluster
   * (CLUSTER_UNREACHABLE, NOT_KAFKA, AUTHENTICATION_FAILED, ...).
   */
  control(brokerId?: number, options?: CallOptions & { lane?: 0 | 1 }): Promise<Connection>

  /**
   * A new connection that the caller owns and closes (`connection.close()`); it closes by itself when the
   * signal aborts and with the cluster. Bounded in number a cluster: waits for a free one within the time,
   * then TIMED_OUT.
   */
  dedicated(brokerId: number, options?: CallOptions): Promise<Connection>

  /** Cached and shared between concurrent callers. */
  metadata(options?: MetadataOptions): Promise<ClusterMetadata>
  /**
   * Forget what is cached of a topic (of everything without one): after NOT_LEADER_OR_FOLLOWER, a creation, a
   * deletion.
   */
  forget(topic?: string): void
  /**
   * AppError TOPIC_UNKNOWN, PARTITION_UNKNOWN, LEADER_UNAVAILABLE. After a not-leader answer:
   * `forget(topic)`, then ask again.
   */
  leaderOf(topic: string, partition: number, options?: CallOptions & { maxAgeMs?: number }): Promise<Leader>

  /**
   * The highest of `mine` (versions we can speak) that this broker knows, by its ApiVersions. AppError
   * BROKER_TOO_OLD when there is none.
   */
  version(brokerId: number, apiKey: number, mine: readonly number[], options?: CallOptions): Promise<number>
  /** Finalized feature levels, e.g. `transaction.version` 2. */
  features(options?: CallOptions): Promise<Map<string, number>>

  /**
   * Broker id by key, asked in one request where the broker can (v4+), retried while the coordinator loads
   * (14, 15, 16).
   */
  findCoordinator(
    type: CoordinatorType,
    keys: readonly string[],
    options?: CallOptions,
  ): Promise<Map<string, Answer<number>>>

  /** Bootstrap, TLS and SASL for a kafkajs client of the same cluster. */
  kafkaJsOptions(): KafkaConfig

  /** Closes every socket, dedicated ones too. Later calls throw SHUTTING_DOWN. */
  close(): Promise<void>
}
