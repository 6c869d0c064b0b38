import { kafkaClient, type Running } from './kafka.ts'
import { GROUPS, TOPICS } from './topics.ts'

const EVERY_MS = 15 * 60_000

/**
 * settlement-batch: a job that runs now and then and is away in between. Its group has no members and still has lag,
 * which grows until the next run.
 */
export function startSettlementJob(brokers: string[]): Running {
  const admin = kafkaClient('settlement-batch', brokers).admin()
  const settle = async () => {
    await admin.connect()
    const ends = await admin.fetchTopicOffsets(TOPICS.authorized)
    const partitions = ends.map(({ partition, high }) => ({ partition, offset: high }))
    await admin.setOffsets({ groupId: GROUPS.settlement, topic: TOPICS.authorized, partitions })
    await admin.disconnect()
  }
  const timer = setInterval(() => {
    settle().catch((error: unknown) => process.stderr.write(`settlement-batch: ${String(error)}\n`))
  }, EVERY_MS)
  return {
    stop: async () => {
      clearInterval(timer)
      await admin.disconnect()
    },
  }
}
