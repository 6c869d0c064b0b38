import type { ClusterConfig } from '@/server/config/types'
import { openBatchReader, openFetcher } from './fetch/fetcher'
import type {
  BatchReader,
  CallOptions,
  ConfigChange,
  ConfigResource,
  DescribeOptions,
  Fetcher,
  GroupListing,
  GroupMemberInfo,
  Isolation,
  KafkaCluster,
  NewAcl,
  NewTopic,
  OffsetAt,
  PlacedRecord,
  ProduceRecord,
  ProduceResult,
  TopicPartition,
  TransactionalWriter,
} from './port'
import { activeProducers, transactionsOf } from './protocol/active-producers'
import { describeLogDirs, describeQuorum, probeBrokers } from './protocol/brokers'
import { committedOffsets } from './protocol/committed-offsets'
import { describeConfigs, incrementalAlterConfigs } from './protocol/configs'
import type { MetadataOptions } from './protocol/connections'
import { createAcls } from './protocol/create-acls'
import { within } from './protocol/deadline'
import { deleteRecords } from './protocol/delete-records'
import { describeAcls } from './protocol/describe-acls'
import {
  commitOffsets,
  deleteGroup,
  deleteOffsets,
  type OffsetChange,
  removeMember,
} from './protocol/group-changes'
import { describeGroups, listGroups } from './protocol/groups'
import { ClusterLink } from './protocol/link'
import type { LinkOptions } from './protocol/link-options'
import { listOffsets } from './protocol/list-offsets'
import { offsetsByTime } from './protocol/offsets-by-time'
import { openTransactions } from './protocol/open-transactions'
import { createPartitions, createTopic, deleteTopic } from './protocol/topics'
import { createProducer, type RecordProducer } from './write/produce'
import { openWriter } from './write/transactional-writer'

/** One cluster behind the port: each call under its own deadline, all of them over one link. */
export class Cluster implements KafkaCluster {
  readonly id: string
  readonly config: ClusterConfig
  readonly link: ClusterLink
  readonly #producer: RecordProducer

  constructor(config: ClusterConfig, options: LinkOptions) {
    this.id = config.id
    this.config = config
    this.link = new ClusterLink(config, options)
    this.#producer = createProducer(this.link, () => options.clock.now())
  }

  metadata(options?: MetadataOptions) {
    return this.link.metadata(options)
  }

  probeBrokers(options?: CallOptions) {
    return within(options, scope => probeBrokers(this.link, scope))
  }

  describeQuorum(options?: CallOptions) {
    return within(options, scope => describeQuorum(this.link, scope))
  }

  features(options?: CallOptions) {
    return this.link.features(options)
  }

  listOffsets(partitions: TopicPartition[], at: OffsetAt, options?: CallOptions & { isolation?: Isolation }) {
    const isolation = options?.isolation ?? 'read_uncommitted'
    return within(options, scope => {
      const ask = (where: readonly TopicPartition[], when: OffsetAt, level: Isolation) =>
        listOffsets(this.link, where, when, level, scope)
      return typeof at === 'object'
        ? offsetsByTime(ask, partitions, at, isolation)
        : ask(partitions, at, isolation)
    })
  }

  describeConfigs(resources: ConfigResource[], options?: CallOptions & DescribeOptions) {
    return within(options, scope => describeConfigs(this.link, resources, options ?? {}, scope))
  }

  incrementalAlterConfigs(
    resource: ConfigResource,
    changes: ConfigChange[],
    options?: CallOptions & { validateOnly?: boolean },
  ) {
    const validateOnly = options?.validateOnly ?? false
    return within(options, scope =>
      incrementalAlterConfigs(this.link, resource, changes, validateOnly, scope),
    )
  }

  createTopic(topic: NewTopic, options?: CallOptions & { validateOnly?: boolean }) {
    return within(options, scope => createTopic(this.link, topic, options?.validateOnly ?? false, scope))
  }

  deleteTopic(name: string, options?: CallOptions) {
    return within(options, scope => deleteTopic(this.link, name, scope))
  }

  createPartitions(topic: string, count: number, options?: CallOptions & { validateOnly?: boolean }) {
    const validateOnly = options?.validateOnly ?? false
    return within(options, scope => createPartitions(this.link, topic, count, validateOnly, scope))
  }

  deleteRecords(topic: string, partitions: { partition: number; offset: bigint }[], options?: CallOptions) {
    return within(options, scope => deleteRecords(this.link, topic, partitions, scope))
  }

  createAcls(acls: NewAcl[], options?: CallOptions) {
    return within(options, scope => createAcls(this.link, acls, scope))
  }

  describeAcls(of: Pick<NewAcl, 'resource' | 'name'>, options?: CallOptions) {
    return within(options, scope => describeAcls(this.link, of, scope))
  }

  describeLogDirs(options?: CallOptions & { topics?: string[] }) {
    return within(options, scope => describeLogDirs(this.link, options?.topics, scope))
  }

  listGroups(options?: CallOptions) {
    return within(options, scope => listGroups(this.link, scope))
  }

  describeGroups(groups: GroupListing[], options?: CallOptions) {
    return within(options, scope => describeGroups(this.link, groups, scope))
  }

  committedOffsets(groups: readonly GroupListing[], options?: CallOptions & { again?: boolean }) {
    return within(options, scope => committedOffsets(this.link, groups, scope, options?.again))
  }

  commitOffsets(group: GroupListing, changes: OffsetChange[], options?: CallOptions) {
    return within(options, scope => commitOffsets(this.link, group, changes, scope))
  }

  deleteOffsets(group: GroupListing, partitions: TopicPartition[], options?: CallOptions) {
    return within(options, scope => deleteOffsets(this.link, group, partitions, scope))
  }

  deleteGroup(group: GroupListing, options?: CallOptions) {
    return within(options, scope => deleteGroup(this.link, group, scope))
  }

  removeMember(
    group: GroupListing,
    member: Pick<GroupMemberInfo, 'memberId' | 'instanceId'>,
    options?: CallOptions,
  ) {
    return within(options, scope => removeMember(this.link, group, member, scope))
  }

  activeProducers(partitions: TopicPartition[], options?: CallOptions & { withIds?: boolean }) {
    return within(options, async scope => {
      const { producers, isWhole } = await activeProducers(this.link, partitions, scope)
      const known = await transactionsOf(
        this.link,
        options?.withIds ? producers.map(one => one.producerId) : [],
        scope,
      )
      const withIds = producers.map(one => ({
        ...one,
        transactionalId: known.get(one.producerId)?.transactionalId ?? null,
      }))
      return { producers: withIds, isWhole }
    })
  }

  openTransactions(partitions: TopicPartition[], options?: CallOptions) {
    return within(options, scope => openTransactions(this.link, partitions, scope))
  }

  openFetcher(options?: { signal?: AbortSignal }): Fetcher {
    return openFetcher(this.link, options)
  }

  openBatchReader(options?: { signal?: AbortSignal }): BatchReader {
    return openBatchReader(this.link, options)
  }

  openWriter(
    transactionalId: string,
    options?: CallOptions & { transactionTimeoutMs?: number },
  ): Promise<TransactionalWriter> {
    return openWriter(this.link, transactionalId, options)
  }

  produce(topic: string, record: PlacedRecord, options?: CallOptions): Promise<ProduceResult> {
    return this.#producer.produce(topic, record, options)
  }

  produceRun(
    topic: string,
    partition: number,
    records: readonly ProduceRecord[],
    options?: CallOptions,
  ): Promise<ProduceResult[]> {
    return this.#producer.produceRun(topic, partition, records, options)
  }

  async close(): Promise<void> {
    await Promise.all([this.#producer.close(), this.link.close()])
  }
}
