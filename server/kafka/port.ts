/**
 * The Kafka port in Kafka's own words: what features ask of a cluster. Types only; `index.ts` makes one.
 * Nothing here throws for a part that failed: a part is an `Answer`, so that one broker, topic or group degrades a row.
 * Whole-cluster failures (unreachable, wrong password, not Kafka) throw AppError.
 */
import type { BatchFault } from '@/lib/contracts/batch-fault'
import type { Problem } from '@/lib/contracts/common'
import type { ClusterConfig } from '@/server/config/types'
import type { GroupDescription, GroupListing, GroupMemberInfo } from './group-info'
import type { BatchInfo, LogRecord, OutgoingRecord, PackedRecord } from './record-types'

export type { GroupDescription, GroupListing, GroupMemberInfo, StreamsTask } from './group-info'
export type * from './record-types'

export type Answer<T> = { ok: true; value: T } | { ok: false; problem: Problem }

export type TopicPartition = { topic: string; partition: number }
export type Isolation = 'read_uncommitted' | 'read_committed'
/** A time limit and a way out for one call. */
export type CallOptions = { signal?: AbortSignal | undefined; timeoutMs?: number | undefined }

export type BrokerNode = { id: number; host: string; port: number; rack: string | null }

export type PartitionMetadata = {
  partition: number
  /** null: leaderless. */
  leader: number | null
  leaderEpoch: number
  replicas: number[]
  isr: number[]
  offlineReplicas: number[]
}

export type TopicMetadata = {
  name: string
  topicId: string
  internal: boolean
  partitions: PartitionMetadata[]
}

export type ClusterMetadata = {
  clusterId: string | null
  brokers: BrokerNode[]
  topics: Map<string, Answer<TopicMetadata>>
  sampledAtMs: number
}

export type Quorum = {
  leaderId: number
  leaderEpoch: number
  highWatermark: bigint
  voters: { id: number; logEndOffset: bigint; lastCaughtUpMs: number | null }[]
  observers: { id: number; logEndOffset: bigint; lastCaughtUpMs: number | null }[]
}

export type OffsetAt = 'earliest' | 'latest' | 'max-timestamp' | { timestampMs: number }
export type OffsetAnswer = TopicPartition & {
  answer: Answer<{ offset: bigint; timestampMs: number; leaderEpoch: number }>
}

export type ConfigResource = { type: 'topic' | 'broker' | 'group'; name: string }
export type ConfigValue = {
  name: string
  value: string | null
  source: 'topic' | 'dynamic-broker' | 'dynamic-default' | 'static-broker' | 'default' | 'group' | 'unknown'
  type: 'boolean' | 'string' | 'int' | 'short' | 'long' | 'double' | 'list' | 'class' | 'password' | 'unknown'
  readOnly: boolean
  sensitive: boolean
  documentation: string | null
  synonyms: { name: string; value: string | null; source: string }[]
}
/** What is told beside values, which configs, and of topics which broker is asked: any, unless it is said. */
export type DescribeOptions = {
  documentation?: boolean | undefined
  /** What would hold without what holds; told unless false. */
  synonyms?: boolean | undefined
  names?: string[] | undefined
  broker?: number | undefined
}
export type ConfigChange = { name: string; op: 'set' | 'delete' | 'append' | 'subtract'; value?: string }

export type NewTopic = {
  name: string
  partitions: number
  replicationFactor: number
  configs: Record<string, string>
}
export type CreatedTopic = {
  name: string
  topicId: string | null
  partitions: number
  replicationFactor: number
  configs: { name: string; value: string | null; source: string }[]
}

/** What became of one partition whose records were deleted. */
export type DeletedRecords = { partition: number; answer: Answer<{ firstOffset: bigint }> }

/** An allowing ACL. */
export type NewAcl = {
  resource: 'topic' | 'group'
  name: string
  pattern: 'literal' | 'prefixed'
  /** `User:alice`. */
  principal: string
  host: string
  operation: 'read' | 'write' | 'describe'
}

export type LogDirReplica = TopicPartition & {
  broker: number
  bytes: bigint
  offsetLag: bigint
  future: boolean
}
export type BrokerLogDirs = {
  broker: number
  answer: Answer<{
    dirs: { path: string; totalBytes: bigint | null; usableBytes: bigint | null }[]
    replicas: LogDirReplica[]
  }>
}

/** Committed positions of many groups in flat columns: 240,000 rows without an object each. `offset` -1: no commit. */
export type CommittedColumns = {
  groups: string[]
  topics: string[]
  group: Int32Array
  topic: Int32Array
  partition: Int32Array
  offset: Float64Array
  /** By row: offsets that a double does not hold exactly; absent when there are none. */
  huge?: ReadonlyMap<number, bigint>
  length: number
  /** Share groups only: lag in records as the broker tells it (KIP-1226), NaN where it doesn't; else absent. */
  shareLag?: Float64Array
  /**
   * By group, where it was asked for: a number that stays while its coordinator tells the same, byte for byte;
   * 0 where nobody can say.
   */
  versions?: Float64Array
  /** Groups whose offsets could not be read. */
  failed: Map<string, Problem>
}

export type FetchedOf<V> = { partition: number; answer: Answer<V> }

export type FetchedPartition = FetchedOf<{
  records: LogRecord[]
  /** Where to go on: taken from batch headers, so that gaps and control batches are stepped over. */
  nextOffset: bigint
  highWatermark: bigint
  lastStableOffset: bigint
  logStartOffset: bigint
  bytes: number
}>

export type FetchRequest = {
  topic: string
  positions: { partition: number; offset: bigint; maxBytes?: number }[]
  isolation: Isolation
  /**
   * Keep aborted records (marked) instead of dropping them. With `read_uncommitted` they are marked up to the
   * last stable offset; behind it nobody can tell yet, and they are marked as that.
   */
  includeAborted?: boolean
  /** Keep those records of the first batch that stand before the position: they were fetched with it. */
  wholeBatches?: boolean
  maxWaitMs?: number
  maxBytes?: number
}

/** A fetch session of its own: a connection a leader, closed with `close()` or the signal. Joins no group. */
export interface Fetcher {
  fetch(request: FetchRequest): Promise<FetchedPartition[]>
  /**
   * Nobody looks into what this request brought any more, nor at a view of its bytes: that memory is filled again.
   * Absent: who hands it on keeps some of it.
   */
  giveBack?(answers: readonly FetchedPartition[]): void
  close(): void
}

/**
 * Steps over the records of an opened batch without making anything: the fields are those of the record it stands on,
 * as places in `body` (a length below 0 is null). Everything is checked against the bounds.
 */
export interface RecordSteps {
  readonly body: Buffer
  /** Where the record begins and ends. */
  readonly start: number
  readonly end: number
  readonly offset: bigint
  readonly timestampMs: number
  readonly keyAt: number
  readonly keyBytes: number
  readonly valueAt: number
  readonly valueBytes: number
  readonly headersAt: number
  readonly headerCount: number
  /** To the next record; false behind the last. Throws an Error that says why for one that contradicts itself. */
  next(): boolean
  /** The record it stands on; its Buffers are views. */
  record(): LogRecord
}

/** A batch as it was fetched: nothing is checked, decompressed or decoded before `open`. */
export interface LogBatch {
  readonly info: BatchInfo
  readonly maxTimestampMs: number
  /** As stored. */
  readonly bytes: number
  /** Checks its checksum, decompresses it, stands before its first record. Throws an Error that says what is broken. */
  open(): RecordSteps
}

export type FetchedBatches = {
  /** In order of the log; markers left out, aborted ones too unless they were asked for. */
  batches: LogBatch[]
  nextOffset: bigint
  /** A batch whose header makes no sense; nothing behind it came. `nextOffset` null: nobody can know where to go on. */
  corrupt: { offset: bigint; nextOffset: bigint | null; reason: string; fault: BatchFault } | null
  highWatermark: bigint
  lastStableOffset: bigint
  logStartOffset: bigint
  bytes: number
}

/** A fetcher for scans: batches as they came. */
export interface BatchReader {
  fetch(request: FetchRequest): Promise<FetchedOf<FetchedBatches>[]>
  /** Nobody looks into these batches any more, nor at a view of their bytes: that memory is filled again. */
  giveBack(answers: readonly FetchedOf<FetchedBatches>[]): void
  close(): void
}

/** A transaction that has not ended, on one partition. */
export type ActiveProducers = { producers: ActiveProducer[]; isWhole: boolean }
/** A producer that a partition's leader remembers. */
export type ActiveProducer = TopicPartition & {
  producerId: bigint
  /** Where its transaction began that is open now; null: none is. */
  openFrom: bigint | null
  /** Timestamp of its last record here; -1: the broker does not know. */
  lastWriteMs: number
  /** null: it has none, or the cluster doesn't say. */
  transactionalId: string | null
}

export type OpenTransactionInfo = TopicPartition & {
  producerId: bigint
  firstOffset: bigint
  /** When its producer last wrote here. */
  lastWriteMs: number
  /** null: the cluster doesn't say. */
  transactionalId: string | null
  /** As its coordinator calls it (`Ongoing`, `PrepareCommit`, `Empty`, ...); null: the cluster doesn't say. */
  state: string | null
}

/**
 * A producer in Kafka transactions (KIP-890's TV2 where the cluster has it). One active owner of an id: opening
 * fences and aborts what was open.
 */
export interface TransactionalWriter {
  readonly transactionalId: string
  /** What leaders of partitions know it by; another one where an ended transaction used up its epochs. */
  readonly producerId: bigint
  /**
   * Offsets by record, in order; nothing is visible to read-committed readers before `commit`. Looks at no bytes
   * after it has answered.
   */
  send(topic: string, records: readonly (OutgoingRecord | PackedRecord)[]): Promise<bigint[]>
  /**
   * Ends the transaction; a lost answer is settled by asking again with the old epoch. Throws OUTCOME_UNKNOWN only
   * if even that fails.
   */
  commit(): Promise<void>
  abort(): Promise<void>
  close(): Promise<void>
}

/** `timestampMs`: without, the time at which it is sent. */
export type ProduceRecord = Omit<OutgoingRecord, 'partition' | 'timestampMs'> & { timestampMs?: number }
export type PlacedRecord = ProduceRecord & { partition: number }
export type ProduceResult = { partition: number; offset: bigint; timestampMs: number }

export interface KafkaCluster {
  readonly id: string
  readonly config: ClusterConfig

  metadata(options?: CallOptions & { topics?: string[]; maxAgeMs?: number }): Promise<ClusterMetadata>
  /** Brokers that answered ApiVersions within the time. */
  probeBrokers(options?: CallOptions): Promise<{ id: number; answer: Answer<{ latencyMs: number }> }[]>
  /** null where the cluster is no KRaft cluster or does not let us ask. */
  describeQuorum(options?: CallOptions): Promise<Quorum | null>
  features(options?: CallOptions): Promise<Map<string, number>>
  listOffsets(
    partitions: TopicPartition[],
    at: OffsetAt,
    options?: CallOptions & { isolation?: Isolation },
  ): Promise<OffsetAnswer[]>
  describeConfigs(
    resources: ConfigResource[],
    options?: CallOptions & DescribeOptions,
  ): Promise<{ resource: ConfigResource; answer: Answer<ConfigValue[]> }[]>
  incrementalAlterConfigs(
    resource: ConfigResource,
    changes: ConfigChange[],
    options?: CallOptions & { validateOnly?: boolean },
  ): Promise<void>
  createTopic(topic: NewTopic, options?: CallOptions & { validateOnly?: boolean }): Promise<CreatedTopic>
  deleteTopic(name: string, options?: CallOptions): Promise<void>
  /** `count` is the new number, not how many more. */
  createPartitions(
    topic: string,
    count: number,
    options?: CallOptions & { validateOnly?: boolean },
  ): Promise<void>
  /** Deletes the records before an offset, partition by partition. */
  deleteRecords(
    topic: string,
    partitions: { partition: number; offset: bigint }[],
    options?: CallOptions,
  ): Promise<DeletedRecords[]>
  /** Adds ACLs; those that are there already stay. */
  createAcls(acls: NewAcl[], options?: CallOptions): Promise<void>
  /** Allowing ACLs that name exactly this topic or group. SECURITY_DISABLED on a cluster without an authorizer. */
  describeAcls(of: Pick<NewAcl, 'resource' | 'name'>, options?: CallOptions): Promise<NewAcl[]>
  describeLogDirs(options?: CallOptions & { topics?: string[] }): Promise<BrokerLogDirs[]>

  listGroups(options?: CallOptions): Promise<{ groups: readonly GroupListing[]; problems: Problem[] }>
  describeGroups(
    groups: GroupListing[],
    options?: CallOptions,
  ): Promise<{ group: string; answer: Answer<GroupDescription> }[]>
  /** Committed offsets, many groups a request (KIP-709); those of share groups by DescribeShareGroupOffsets. */
  committedOffsets(
    groups: readonly GroupListing[],
    /** `again`: asked all the time, for much the same groups; what stays the same is then not read anew. */
    options?: CallOptions & { again?: boolean },
  ): Promise<CommittedColumns>
  /** Offsets (share groups: start offsets) of a group without members; by partition, GROUP_ACTIVE where one came. */
  commitOffsets(
    group: GroupListing,
    changes: (TopicPartition & { offset: bigint })[],
    options?: CallOptions,
  ): Promise<(TopicPartition & { answer: Answer<null> })[]>
  /** Deletes committed offsets by partition (share groups: of whole topics). */
  deleteOffsets(
    group: GroupListing,
    partitions: TopicPartition[],
    options?: CallOptions,
  ): Promise<(TopicPartition & { answer: Answer<null> })[]>
  /** Throws GROUP_ACTIVE, GROUP_UNKNOWN. */
  deleteGroup(group: GroupListing, options?: CallOptions): Promise<void>
  /** Takes a static member out of a classic or consumer group. Throws MEMBER_UNKNOWN, GROUP_TYPE_UNSUPPORTED. */
  removeMember(
    group: GroupListing,
    member: Pick<GroupMemberInfo, 'memberId' | 'instanceId'>,
    options?: CallOptions,
  ): Promise<void>

  /** Transactions that hold back read-committed readers of these partitions. What can't be asked is left out. */
  openTransactions(partitions: TopicPartition[], options?: CallOptions): Promise<OpenTransactionInfo[]>
  /**
   * Idempotent and transactional producers of these partitions; others leave no trace. `isWhole`: all leaders told.
   * Without `withIds` no coordinator is asked for their transactional ids, which are null.
   */
  activeProducers(
    partitions: TopicPartition[],
    options?: CallOptions & { withIds?: boolean },
  ): Promise<ActiveProducers>
  openFetcher(options?: { signal?: AbortSignal }): Fetcher
  openBatchReader(options?: { signal?: AbortSignal }): BatchReader
  openWriter(
    transactionalId: string,
    options?: CallOptions & { transactionTimeoutMs?: number },
  ): Promise<TransactionalWriter>
  /** One record, idempotent, never retried by itself after a lost answer (OUTCOME_UNKNOWN). */
  produce(topic: string, record: PlacedRecord, options?: CallOptions): Promise<ProduceResult>
  /** The same of several as one batch, in their order: all of them are written, or none. */
  produceRun(
    topic: string,
    partition: number,
    records: readonly ProduceRecord[],
    options?: CallOptions,
  ): Promise<ProduceResult[]>
  close(): Promise<void>
}

export interface KafkaClusters {
  /** AppError CLUSTER_UNKNOWN. Lazy: the first call connects. */
  get(id: string): KafkaCluster
  list(): readonly ClusterConfig[]
  close(): Promise<void>
}
