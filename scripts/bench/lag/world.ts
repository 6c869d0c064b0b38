import { setTimeout as sleep } from 'node:timers/promises'
import { Connection, findCoordinatorV6, listOffsetsV9, offsetCommitV9 } from '@platformatic/kafka'
import { kafkaClient } from '../../demo/company/kafka.ts'
import { say } from '../../lib/say.ts'

/**
 * What a cluster of many groups looks like: each reads two topics of twelve partitions, one group in five is
 * behind.
 */
const TOPICS = 100
export const PARTITIONS = 12
export const TOPICS_OF_ONE = 2
export const ROWS_OF_ONE = TOPICS_OF_ONE * PARTITIONS
const RECORDS = 40
const BEHIND = 15
/** A group of one topic of so many partitions, as the largest that people have. */
export const WIDE = { topic: 'bench.wide-service.events', group: 'bench-wide', partitions: 500 }

const topicOf = (number: number) => `bench.lag-service.topic-${number % TOPICS}`
export const groupOf = (number: number) => `bench-lag-${number}`
export const isBehind = (number: number) => number % 5 === 0
/** Effective lag of the first so many groups together. */
export const lagOf = (groups: number) => Math.ceil(groups / 5) * ROWS_OF_ONE * BEHIND

/** Where a topic's partitions end. */
export type Ends = ReadonlyMap<string, readonly number[]>

/** Topics with records of their own, so that there is something to be behind of. */
export async function makeLagTopics(bootstrap: string): Promise<Ends> {
  const kafka = kafkaClient('bench-lag-setup', [bootstrap])
  const admin = kafka.admin()
  await admin.connect()
  const topics = Array.from({ length: TOPICS }, (_, number) => ({
    topic: topicOf(number),
    numPartitions: PARTITIONS,
    replicationFactor: 1,
  }))
  topics.push({ topic: WIDE.topic, numPartitions: WIDE.partitions, replicationFactor: 1 })
  await admin.createTopics({ topics, waitForLeaders: true, timeout: 60_000 })
  await untilLed(bootstrap, topics)
  const producer = kafka.producer({ allowAutoTopicCreation: false })
  await producer.connect()
  for (const { topic, numPartitions } of topics)
    await producer.send({
      topic,
      messages: Array.from({ length: numPartitions * RECORDS }, (_, i) => ({
        partition: i % numPartitions,
        value: `record ${i}`,
      })),
    })
  await producer.disconnect()
  // A send that was tried again may have written twice: the broker's word on the ends holds.
  const ends = new Map<string, number[]>()
  for (const { topic } of topics) {
    const found = await admin.fetchTopicOffsets(topic)
    ends.set(
      topic,
      found.sort((a, b) => a.partition - b.partition).map(({ offset }) => Number(offset)),
    )
  }
  await admin.disconnect()
  return ends
}

/** Metadata names leaders a little before they lead: asks for ends until the broker answers for each. */
async function untilLed(
  bootstrap: string,
  topics: readonly { topic: string; numPartitions: number }[],
): Promise<void> {
  const [host = '', port = ''] = bootstrap.split(':')
  const connection = new Connection('bench-lag-setup')
  await connection.connect(host, Number(port))
  const ends = topics.map(({ topic: name, numPartitions }) => ({
    name,
    partitions: Array.from({ length: numPartitions }, (_, partitionIndex) => ({
      partitionIndex,
      currentLeaderEpoch: -1,
      timestamp: -1n,
    })),
  }))
  for (let turn = 0; ; turn += 1)
    try {
      await listOffsetsV9.api.async(connection, -1, 0, ends)
      break
    } catch (error) {
      if (turn >= 300) throw error
      await sleep(100)
    }
  await connection.close()
}

export class Commits {
  readonly #connection: Connection
  readonly #ends: Ends

  private constructor(connection: Connection, ends: Ends) {
    this.#connection = connection
    this.#ends = ends
  }

  static async open(host: string, port: number, ends: Ends): Promise<Commits> {
    const connection = new Connection('bench-lag', { requestTimeout: 60_000 })
    await connection.connect(host, port)
    // The first question for a coordinator makes the topic of offsets.
    for (let turn = 0; turn < 200; turn += 1) {
      const found = await findCoordinatorV6.api.async(connection, 0, [groupOf(0)]).catch(() => null)
      if (found) return new Commits(connection, ends)
      await sleep(100)
    }
    throw new Error('no group coordinator after twenty seconds')
  }

  /** As a program that never joins the group; asked again while the coordinator loads. */
  async commit(group: string, topics: { name: string; offsets: number[] }[]): Promise<void> {
    const request = topics.map(({ name, offsets }) => ({
      name,
      partitions: offsets.map((offset, partitionIndex) => ({
        partitionIndex,
        committedOffset: BigInt(offset),
        committedLeaderEpoch: -1,
        committedMetadata: null,
      })),
    }))
    for (let turn = 0; ; turn += 1)
      try {
        await offsetCommitV9.api.async(this.#connection, group, -1, '', null, request)
        return
      } catch (error) {
        if (turn >= 100) throw error
        await sleep(100)
      }
  }

  /** Groups `from` to `to`, by raw commits: a client that joins would take minutes. */
  async makeGroups(from: number, to: number): Promise<void> {
    const waiting = new Set<Promise<unknown>>()
    for (let number = from; number < to; number += 1) {
      const behind = isBehind(number) ? BEHIND : 0
      const topics = Array.from({ length: TOPICS_OF_ONE }, (_, i) =>
        this.#behind(topicOf(number * TOPICS_OF_ONE + i), behind),
      )
      const done = this.commit(groupOf(number), topics).finally(() => waiting.delete(done))
      waiting.add(done)
      if (waiting.size >= 50) await Promise.race(waiting)
    }
    await Promise.all(waiting)
    say('bench', `${to.toLocaleString('en')} groups`)
  }

  /** The wide group, so many records behind on each of its partitions. */
  async makeWideGroup(behind: number): Promise<void> {
    await this.commit(WIDE.group, [this.#behind(WIDE.topic, behind)])
  }

  #behind(name: string, behind: number) {
    return { name, offsets: (this.#ends.get(name) ?? []).map(end => end - behind) }
  }

  async close(): Promise<void> {
    await this.#connection.close()
  }
}
