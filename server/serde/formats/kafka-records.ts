/**
 * Layouts of the records that Kafka's brokers write to their own topics (as Kafka 4.3's coordinators for
 * groups, transactions and shares define them). `from`/`to`: versions that have the field; `tag`: it stands
 * among the tagged ones.
 */
export type KafkaField = {
  name: string
  type: 'int8' | 'int16' | 'uint16' | 'int32' | 'int64' | 'string' | 'bytes' | 'uuid' | KafkaField[]
  list?: boolean
  from?: number
  to?: number
  nullable?: boolean
  tag?: number
}
export type KafkaLayout = {
  name: string
  key: KafkaField[]
  value: KafkaField[]
  last: number
  flexible: number
}

const f = (name: string, type: KafkaField['type'], more: Partial<KafkaField> = {}): KafkaField => ({
  name,
  type,
  ...more,
})
const strings = (name: string) => f(name, 'string', { list: true })
const group = f('groupId', 'string')
const member = f('memberId', 'string')
const numbers = (name: string, type: 'int16' | 'int32' = 'int32') => f(name, type, { list: true })
const assignmentEpochs = f('assignmentEpochs', 'int32', { list: true, tag: 0 })
const owned = (name: string, more: KafkaField[] = []) =>
  f(name, [f('topicId', 'uuid'), numbers('partitions'), ...more], { list: true })
const pairs = (name: string, more: Partial<KafkaField> = {}) =>
  f(name, [f('key', 'string'), f('value', 'string')], { list: true, ...more })
const namedTopics = (name: string) =>
  f(name, [f('topicId', 'uuid'), f('topicName', 'string'), numbers('partitions')], { list: true })
const assignmentEpoch = [f('assignmentEpoch', 'int32'), f('assignmentTimestamp', 'int64', { tag: 0 })]
const memberEpochs = [f('memberEpoch', 'int32'), f('previousMemberEpoch', 'int32'), f('state', 'int8')]
const tasks = (suffix: string, more: KafkaField[] = []) =>
  ['activeTasks', 'standbyTasks', 'warmupTasks'].map(name =>
    f(`${name}${suffix}`, [f('subtopologyId', 'string'), numbers('partitions'), ...more], { list: true }),
  )
const madeTopics = (name: string) =>
  f(
    name,
    [f('name', 'string'), f('partitions', 'int32'), f('replicationFactor', 'int16'), pairs('topicConfigs')],
    { list: true },
  )
const layout = (
  name: string,
  key: KafkaField[],
  value: KafkaField[],
  last = 0,
  flexible = 0,
): KafkaLayout => ({
  name,
  key,
  value,
  last,
  flexible,
})
const topicMetadata = f(
  'topics',
  [
    f('topicId', 'uuid'),
    f('topicName', 'string'),
    f('numPartitions', 'int32'),
    f('partitionMetadata', [f('partition', 'int32'), strings('racks')], { list: true }),
  ],
  { list: true },
)
const offsetCommit = layout(
  'offset-commit',
  [f('group', 'string'), f('topic', 'string'), f('partition', 'int32')],
  [
    f('offset', 'int64'),
    f('leaderEpoch', 'int32', { from: 3 }),
    f('metadata', 'string'),
    f('commitTimestamp', 'int64'),
    f('expireTimestamp', 'int64', { from: 1, to: 1 }),
    f('topicId', 'uuid', { from: 4, tag: 0 }),
  ],
  4,
  4,
)

/** By the version of the key. */
export const CONSUMER_OFFSETS: Record<number, KafkaLayout> = {
  0: offsetCommit,
  1: offsetCommit,
  2: layout(
    'group-metadata',
    [f('group', 'string')],
    [
      f('protocolType', 'string'),
      f('generation', 'int32'),
      f('protocol', 'string', { nullable: true }),
      f('leader', 'string', { nullable: true }),
      f('currentStateTimestamp', 'int64', { from: 2 }),
      f(
        'members',
        [
          f('memberId', 'string'),
          f('groupInstanceId', 'string', { from: 3, nullable: true }),
          f('clientId', 'string'),
          f('clientHost', 'string'),
          f('rebalanceTimeout', 'int32', { from: 1 }),
          f('sessionTimeout', 'int32'),
          f('subscription', 'bytes'),
          f('assignment', 'bytes'),
        ],
        { list: true },
      ),
    ],
    4,
    4,
  ),
  3: layout(
    'consumer-group-metadata',
    [group],
    [f('epoch', 'int32'), f('metadataHash', 'int64', { tag: 0 })],
  ),
  4: layout('consumer-group-partition-metadata', [group], [topicMetadata]),
  5: layout(
    'consumer-group-member-metadata',
    [group, member],
    [
      f('instanceId', 'string', { nullable: true }),
      f('rackId', 'string', { nullable: true }),
      f('clientId', 'string'),
      f('clientHost', 'string'),
      strings('subscribedTopicNames'),
      f('subscribedTopicRegex', 'string', { nullable: true }),
      f('rebalanceTimeoutMs', 'int32'),
      f('serverAssignor', 'string', { nullable: true }),
      f(
        'classicMemberMetadata',
        [
          f('sessionTimeoutMs', 'int32'),
          f('supportedProtocols', [f('name', 'string'), f('metadata', 'bytes')], { list: true }),
        ],
        { nullable: true, tag: 0 },
      ),
    ],
  ),
  6: layout('consumer-group-target-assignment-metadata', [group], assignmentEpoch),
  7: layout('consumer-group-target-assignment-member', [group, member], [owned('topicPartitions')]),
  8: layout(
    'consumer-group-current-member-assignment',
    [group, member],
    [
      ...memberEpochs,
      owned('assignedPartitions', [assignmentEpochs]),
      owned('partitionsPendingRevocation', [assignmentEpochs]),
    ],
  ),
  9: layout('share-group-partition-metadata', [group], [topicMetadata]),
  10: layout(
    'share-group-member-metadata',
    [group, member],
    [
      f('rackId', 'string', { nullable: true }),
      f('clientId', 'string'),
      f('clientHost', 'string'),
      strings('subscribedTopicNames'),
    ],
  ),
  11: layout('share-group-metadata', [group], [f('epoch', 'int32'), f('metadataHash', 'int64')]),
  12: layout('share-group-target-assignment-metadata', [group], assignmentEpoch),
  13: layout('share-group-target-assignment-member', [group, member], [owned('topicPartitions')]),
  14: layout(
    'share-group-current-member-assignment',
    [group, member],
    [...memberEpochs, owned('assignedPartitions')],
  ),
  15: layout(
    'share-group-state-partition-metadata',
    [group],
    [
      namedTopics('initializingTopics'),
      namedTopics('initializedTopics'),
      f('deletingTopics', [f('topicId', 'uuid'), f('topicName', 'string')], { list: true }),
    ],
  ),
  16: layout(
    'consumer-group-regular-expression',
    [group, f('regularExpression', 'string')],
    [strings('topics'), f('version', 'int64'), f('timestamp', 'int64')],
  ),
  17: layout(
    'streams-group-metadata',
    [group],
    [
      f('epoch', 'int32'),
      f('metadataHash', 'int64'),
      f('validatedTopologyEpoch', 'int32', { tag: 0 }),
      pairs('lastAssignmentConfigs', { tag: 1 }),
    ],
  ),
  19: layout(
    'streams-group-member-metadata',
    [group, member],
    [
      f('instanceId', 'string', { nullable: true }),
      f('rackId', 'string', { nullable: true }),
      f('clientId', 'string'),
      f('clientHost', 'string'),
      f('rebalanceTimeoutMs', 'int32'),
      f('topologyEpoch', 'int32'),
      f('processId', 'string'),
      f('userEndpoint', [f('host', 'string'), f('port', 'uint16')], { nullable: true }),
      pairs('clientTags'),
    ],
  ),
  20: layout('streams-group-target-assignment-metadata', [group], assignmentEpoch),
  21: layout('streams-group-target-assignment-member', [group, member], tasks('')),
  22: layout(
    'streams-group-current-member-assignment',
    [group, member],
    [...memberEpochs, ...tasks('', [assignmentEpochs]), ...tasks('PendingRevocation', [assignmentEpochs])],
  ),
  23: layout(
    'streams-group-topology',
    [group],
    [
      f('epoch', 'int32'),
      f(
        'subtopologies',
        [
          f('subtopologyId', 'string'),
          strings('sourceTopics'),
          strings('sourceTopicRegex'),
          madeTopics('stateChangelogTopics'),
          strings('repartitionSinkTopics'),
          madeTopics('repartitionSourceTopics'),
          f(
            'copartitionGroups',
            [
              numbers('sourceTopics', 'int16'),
              numbers('sourceTopicRegex', 'int16'),
              numbers('repartitionSourceTopics', 'int16'),
            ],
            { list: true },
          ),
        ],
        { list: true },
      ),
    ],
  ),
}

export const TRANSACTION_STATE: Record<number, KafkaLayout> = {
  0: layout(
    'transaction-log',
    [f('transactionalId', 'string')],
    [
      f('producerId', 'int64'),
      f('previousProducerId', 'int64', { from: 1, tag: 0 }),
      f('nextProducerId', 'int64', { from: 1, tag: 1 }),
      f('producerEpoch', 'int16'),
      f('transactionTimeoutMs', 'int32'),
      f('transactionStatus', 'int8'),
      f('transactionPartitions', [f('topic', 'string'), f('partitionIds', 'int32', { list: true })], {
        list: true,
        nullable: true,
      }),
      f('transactionLastUpdateTimestampMs', 'int64'),
      f('transactionStartTimestampMs', 'int64'),
      f('clientTransactionVersion', 'int16', { from: 1, tag: 2 }),
      f('nextProducerEpoch', 'int16', { from: 1, tag: 3 }),
    ],
    1,
    1,
  ),
}

const stateBatches = f(
  'stateBatches',
  [
    f('firstOffset', 'int64'),
    f('lastOffset', 'int64'),
    f('deliveryState', 'int8'),
    f('deliveryCount', 'int16'),
  ],
  { list: true },
)
const deliveryComplete = f('deliveryCompleteCount', 'int32', { tag: 0 })
const sharePartition = [f('groupId', 'string'), f('topicId', 'uuid'), f('partition', 'int32')]

export const SHARE_STATE: Record<number, KafkaLayout> = {
  0: layout('share-snapshot', sharePartition, [
    f('snapshotEpoch', 'int32'),
    f('stateEpoch', 'int32'),
    f('leaderEpoch', 'int32'),
    f('startOffset', 'int64'),
    f('createTimestamp', 'int64'),
    f('writeTimestamp', 'int64'),
    stateBatches,
    deliveryComplete,
  ]),
  1: layout('share-update', sharePartition, [
    f('snapshotEpoch', 'int32'),
    f('leaderEpoch', 'int32'),
    f('startOffset', 'int64'),
    stateBatches,
    deliveryComplete,
  ]),
}
