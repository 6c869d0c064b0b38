/** Helpers for integration tests of the port and of whoever stands on it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { createAclsV3, offsetCommitV9 } from '@platformatic/kafka'
import { Kafka, logLevel, type Producer } from 'kafkajs'
import { bootstrapServers, clusterConfig as testConfig } from '@/server/config/test-cluster'
import type { ClusterConfig } from '@/server/config/types'
import { Cluster } from './cluster'
import type { KafkaCluster, NewTopic, TopicPartition } from './port'
import { send } from './protocol/api'
import { within } from './protocol/deadline'
import { ClusterLink } from './protocol/link'
import type { LinkOptions } from './protocol/link-options'
import { CoordinatorClient } from './write/coordinator-client'
import { encodeBatch } from './write/encode-batch'
import { patchKafkaJs } from './write/kafkajs-patches'
import {
  INIT_PRODUCER_ID_KEY,
  initProducerIdApi,
  type ProducerIdentity,
  produceApi,
  VERSIONS,
} from './write/transaction-requests'

export { bootstrapServers, testConfig }

const clock = { now: () => Date.now() }

/** Connections of a cluster, for tests of the port's parts. Close it. */
export function testLink(
  bootstrap: string,
  over: Partial<ClusterConfig> = {},
  options: Partial<LinkOptions> = {},
): ClusterLink {
  return new ClusterLink(testConfig(bootstrap, over), { clock, ...options })
}

/** The whole port of a plain cluster. Close it. */
export function testCluster(
  bootstrap: string,
  over: Partial<ClusterConfig> = {},
  options: Partial<LinkOptions> = {},
): Cluster {
  return new Cluster(testConfig(bootstrap, over), { clock, ...options })
}

/** Makes a topic of that name, waits until every partition has its leader, and deletes it afterwards. */
export async function withTopic<T>(
  cluster: KafkaCluster,
  topic: Partial<NewTopic> & { name: string },
  run: (name: string) => Promise<T>,
): Promise<T> {
  await makeTopic(cluster, topic)
  try {
    return await run(topic.name)
  } finally {
    await cluster.deleteTopic(topic.name).catch(() => undefined)
  }
}

/** Makes a topic and waits until it can be written and read; one partition unless told otherwise. */
export async function makeTopic(
  cluster: KafkaCluster,
  topic: Partial<NewTopic> & { name: string },
): Promise<void> {
  const { partitions = 1, replicationFactor = -1, configs = {} } = topic
  await cluster.createTopic({ name: topic.name, partitions, replicationFactor, configs })
  for (let attempt = 0; attempt < 500; attempt++) {
    const metadata = await cluster.metadata({ topics: [topic.name], maxAgeMs: 0 })
    const answer = metadata.topics.get(topic.name)
    const made = answer?.ok ? answer.value.partitions : []
    if (made.length > 0 && made.every(one => one.leader !== null)) {
      // The controller names a leader before the broker knows that it is one; kafkajs then writes a whole
      // request twice.
      const asked = made.map(({ partition }) => ({ topic: topic.name, partition }))
      const ends = await cluster.listOffsets(asked, 'latest')
      if (ends.every(one => one.answer.ok)) return
    }
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  throw new Error(`topic ${topic.name} got no leaders`)
}

export type TestMessage = {
  partition?: number
  key?: string | Buffer | null
  value: string | Buffer | null
  timestampMs?: number
  headers?: Record<string, string | Buffer>
}

function kafkaJs(cluster: Cluster): Kafka {
  patchKafkaJs()
  return new Kafka({ ...cluster.link.kafkaJsOptions(), logLevel: logLevel.NOTHING })
}

/**
 * Many messages at once, written by another client than ours; `send` may be called repeatedly, each call
 * makes batches of its own.
 */
export async function withProducer<T>(
  cluster: Cluster,
  run: (send: (topic: string, messages: TestMessage[]) => Promise<void>) => Promise<T>,
): Promise<T> {
  const producer: Producer = kafkaJs(cluster).producer({ allowAutoTopicCreation: false, idempotent: true })
  await producer.connect()
  try {
    return await run(async (topic, messages) => {
      await producer.send({
        topic,
        messages: messages.map(({ partition = 0, key = null, value, timestampMs, headers }) => ({
          partition,
          key,
          value,
          ...(timestampMs === undefined ? {} : { timestamp: String(timestampMs) }),
          ...(headers === undefined ? {} : { headers }),
        })),
      })
    })
  } finally {
    await producer.disconnect()
  }
}

/** Moves the start of a partition's log up to `offset`, as retention does. */
export async function deleteRecordsBefore(
  cluster: Cluster,
  topic: string,
  partition: number,
  offset: bigint,
): Promise<void> {
  const admin = kafkaJs(cluster).admin()
  await admin.connect()
  try {
    // Without it the client does not know where the topic's partitions are.
    await admin.fetchTopicOffsets(topic)
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(offset) }] })
  } finally {
    await admin.disconnect()
  }
}

/** A group that has committed on a partition; nobody joins it. */
export async function commitOffset(
  bootstrap: string,
  group: string,
  topic: string,
  partition: number,
  offset: bigint,
): Promise<void> {
  const link = testLink(bootstrap)
  try {
    const committed = { committedOffset: offset, committedLeaderEpoch: -1, committedMetadata: null }
    const topics = [{ name: topic, partitions: [{ partitionIndex: partition, ...committed }] }]
    // The coordinator of a broker's first group loads for a moment.
    const commit = async () => {
      const found = (await link.findCoordinator('group', [group])).get(group)
      const connection = await link.control(found?.ok ? found.value : undefined)
      await offsetCommitV9.api.async(connection, group, -1, '', null, topics)
    }
    for (let tries = 100; ; tries--) {
      const error: unknown = await commit()
        .then(() => null)
        .catch((thrown: unknown) => thrown)
      if (error === null) return
      if (tries === 0) throw error
      await sleep(100)
    }
  } finally {
    await link.close()
  }
}

const ACL_RESOURCES = { topic: 2, group: 3, cluster: 4, 'transactional-id': 5 } as const
const ACL = { literal: 3, prefixed: 4, anyOperation: 2, allow: 3 } as const

/**
 * Lets a user do everything with what begins with a prefix (or is called exactly so). Takes effect some
 * milliseconds later.
 */
export async function allowAll(
  bootstrap: string,
  user: string,
  type: keyof typeof ACL_RESOURCES,
  name: string,
  pattern: 'literal' | 'prefixed',
): Promise<void> {
  const link = testLink(bootstrap)
  try {
    const acl = {
      resourceType: ACL_RESOURCES[type],
      resourceName: name,
      resourcePatternType: ACL[pattern],
      principal: `User:${user}`,
      host: '*',
      operation: ACL.anyOperation,
      permissionType: ACL.allow,
    }
    await createAclsV3.api.async(await link.control(), [acl])
  } finally {
    await link.close()
  }
}

/**
 * A transaction as Kafka loses them: these partitions hold a record of it, and its coordinator knows of none. Takes
 * a broker that does not verify transactions. Answers its producer.
 */
export async function loseTransaction(
  bootstrap: string,
  transactionalId: string,
  places: readonly TopicPartition[],
): Promise<ProducerIdentity> {
  const link = testLink(bootstrap)
  const [oldest] = VERSIONS.produce
  try {
    return await within({ timeoutMs: 30_000 }, async scope => {
      const identity = await new CoordinatorClient(link, transactionalId).ask(
        scope,
        INIT_PRODUCER_ID_KEY,
        VERSIONS.initProducerId,
        (connection, version, tried) =>
          send(connection, initProducerIdApi(version), [transactionalId, 15_000], tried),
      )
      const record = { key: Buffer.from('lost'), value: null, headers: [], timestampMs: Date.now() }
      const batch = encodeBatch([record], { ...identity, baseSequence: 0, transactional: true })
      for (const { topic, partition } of places) {
        const { brokerId } = await link.leaderOf(topic, partition, scope)
        const connection = await link.control(brokerId, scope)
        const batches = [{ topic, partition, batch }]
        const [answer] = await send(connection, produceApi(oldest), [transactionalId, 8_000, batches], scope)
        if (answer?.errorCode !== 0) throw new Error(`the leader refused it: ${answer?.errorCode}`)
      }
      return identity
    })
  } finally {
    await link.close()
  }
}
