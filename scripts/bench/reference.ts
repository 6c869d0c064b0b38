import { kafkaClient } from '../demo/company/kafka.ts'
import { run } from '../lib/process.ts'
import { BIG_TOPIC, BIG_TOPIC_PARTITIONS } from './load.ts'

/** The same questions asked another way, on the same broker, in turns with ours. */
export interface Reference {
  name: string
  newestPage(): Promise<void>
  topicsList(): Promise<void>
  /** Lag of some groups; answers how many. */
  lagOfGroups(): Promise<number>
  close(): Promise<void>
}

const PAGE = 50
const GROUPS_ASKED = 100

async function openKafkaJs(bootstrap: string) {
  const kafka = kafkaClient('bench-reference', [bootstrap])
  const admin = kafka.admin()
  await admin.connect()
  const lagOfGroups = async () => {
    await admin.fetchTopicOffsets(BIG_TOPIC)
    for (let number = 0; number < GROUPS_ASKED; number += 1)
      await admin.fetchOffsets({ groupId: `bench-group-${number}`, topics: [BIG_TOPIC] })
    return GROUPS_ASKED
  }
  return { kafka, admin, lagOfGroups }
}

/** kcat: the newest records of each partition, and the list of topics. It has no groups: those are kafkajs's. */
async function kcatReference(bootstrap: string): Promise<Reference> {
  const { admin, lagOfGroups } = await openKafkaJs(bootstrap)
  const kcat = async (args: string[]) => {
    const { code, stderr } = await run('kcat', ['-b', bootstrap, ...args], { timeoutMs: 60_000 })
    if (code !== 0) throw new Error(`kcat ended with ${code}: ${stderr}`)
  }
  const each = Math.ceil(PAGE / BIG_TOPIC_PARTITIONS)
  return {
    name: 'kcat',
    // Its own default waits half a second for more before it says that the end is reached.
    newestPage: () =>
      kcat(['-C', '-t', BIG_TOPIC, '-o', `-${each}`, '-e', '-q', '-X', 'fetch.wait.max.ms=5']),
    topicsList: () => kcat(['-L', '-J']),
    lagOfGroups,
    close: () => admin.disconnect(),
  }
}

/** Without kcat: a consumer that joins a group, seeks back from the end and reads. The usual way in JavaScript. */
async function kafkaJsReference(bootstrap: string): Promise<Reference> {
  const { kafka, admin, lagOfGroups } = await openKafkaJs(bootstrap)
  const newestPage = async () => {
    const consumer = kafka.consumer({
      groupId: `bench-browse-${performance.now()}`,
      maxWaitTimeInMs: 100,
      metadataMaxAge: 300_000,
    })
    await consumer.connect()
    await consumer.subscribe({ topics: [BIG_TOPIC] })
    const ends = await admin.fetchTopicOffsets(BIG_TOPIC)
    await new Promise<void>((resolve, reject) => {
      let seen = 0
      consumer
        .run({
          autoCommit: false,
          eachMessage: async () => {
            seen += 1
            if (seen === PAGE) resolve()
          },
        })
        .catch(reject)
      for (const { partition, high } of ends) {
        const from = Math.max(0, Number(high) - Math.ceil(PAGE / ends.length))
        consumer.seek({ topic: BIG_TOPIC, partition, offset: String(from) })
      }
    })
    await consumer.disconnect()
  }
  return {
    name: 'kafkajs',
    newestPage,
    topicsList: async () => {
      await admin.fetchTopicMetadata()
    },
    lagOfGroups,
    close: () => admin.disconnect(),
  }
}

/** kcat where it is installed, otherwise kafkajs. */
export async function openReference(bootstrap: string): Promise<Reference> {
  const { code } = await run('kcat', ['-V'])
  return code === 0 ? kcatReference(bootstrap) : kafkaJsReference(bootstrap)
}

/** Topics beside the big one, so that a list has something to list. */
export async function makeTopics(bootstrap: string, others: number): Promise<void> {
  const kafka = kafkaClient('bench-setup', [bootstrap])
  const admin = kafka.admin()
  await admin.connect()
  const small = Array.from({ length: others }, (_, number) => ({
    topic: `bench.small-service.topic-${number}`,
    numPartitions: 3,
    replicationFactor: 1,
  }))
  const big = { topic: BIG_TOPIC, numPartitions: BIG_TOPIC_PARTITIONS, replicationFactor: 1 }
  await admin.createTopics({ topics: [big, ...small], waitForLeaders: false })
  await admin.disconnect()
}
