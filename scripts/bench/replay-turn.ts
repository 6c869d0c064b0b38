// node --import ./scripts/lib/alias-hooks.mjs scripts/bench/replay-turn.ts <copy|replay> <bootstrap>
// <dead-letter topic> <target> [database url] One turn of the replay bench in a process of its own, so that
// its memory is its own. Answers a line of JSON.
import { setTimeout as sleep } from 'node:timers/promises'
import { Kafka, logLevel } from 'kafkajs'
import type { Replay } from '@/lib/contracts/replays'
import type { Context } from '@/server/context'
import { testStore } from '@/server/http/testing'
import { CLUSTER, makeBed, namedIndex, plan, run, untilState } from '@/server/replays/testing'

export type Turn = {
  ms: number
  records: number
  planMs: number | null
  growthMiB: number | null
  /** With the plan before it. */
  wholeGrowthMiB: number | null
  cpuMs: number
}

const BATCH = 500
const [mode = '', bootstrap = '', letters = '', target = '', databaseUrl = null] = process.argv.slice(2)

/** What people write by hand with kafkajs as it comes: a consumer, a producer, batches of 500, no transaction. */
async function copy(): Promise<Turn> {
  const kafka = new Kafka({ clientId: 'bench-copy', brokers: [bootstrap], logLevel: logLevel.ERROR })
  const admin = kafka.admin()
  await admin.connect()
  const offsets = await admin.fetchTopicOffsets(letters)
  const records = offsets.reduce((sum, one) => sum + Number(one.high), 0)
  await admin.disconnect()
  const consumer = kafka.consumer({ groupId: `bench-copy-${process.pid}` })
  const producer = kafka.producer({ allowAutoTopicCreation: false })
  await Promise.all([consumer.connect(), producer.connect()])
  await consumer.subscribe({ topic: letters, fromBeginning: true })
  let copied = 0
  let startedAt = 0
  let cpu = process.cpuUsage()
  const done = Promise.withResolvers<number>()
  await consumer.run({
    eachBatch: async ({ batch }) => {
      // Joining the group is not copying.
      if (startedAt === 0) {
        startedAt = performance.now()
        cpu = process.cpuUsage()
      }
      for (let at = 0; at < batch.messages.length; at += BATCH) {
        const messages = batch.messages.slice(at, at + BATCH).map(one => ({
          key: one.key,
          value: one.value,
          headers: one.headers ?? {},
          partition: batch.partition,
        }))
        await producer.send({ topic: target, acks: -1, messages })
        copied += messages.length
      }
      if (copied >= records) done.resolve(performance.now() - startedAt)
    },
  })
  const ms = await done.promise
  const cpuMs = cpuSince(cpu)
  await Promise.all([consumer.disconnect(), producer.disconnect()])
  return { ms, records, planMs: null, growthMiB: null, wholeGrowthMiB: null, cpuMs }
}

/**
 * Exactly once: plan, then run to its end, from the moment it is taken up to the last record's mirror.
 * Writing it down is not replaying.
 */
async function replay(): Promise<Turn> {
  const store = await testStore(databaseUrl)
  const bed = await makeBed(bootstrap, { store, deadLetters: namedIndex({ isDeadLetterTopic: () => false }) })
  const ctx = bed.context()
  const before = residentMiB()
  let peak = before
  const watch = setInterval(() => {
    peak = Math.max(peak, residentMiB())
  }, 100)
  const plannedAt = performance.now()
  const planned = await plan(ctx, {
    selection: { topic: letters },
    target: { kind: 'topic', topic: target },
  })
  const planMs = performance.now() - plannedAt
  // Once for the replay alone, and once with what its plan took and left behind.
  const afterPlan = residentMiB()
  const planPeak = peak
  peak = afterPlan
  const { id } = await run(ctx, { planId: planned.planId })
  const startedAt = performance.now()
  const cpu = process.cpuUsage()
  const end = await untilEnded(ctx, id)
  const ms = performance.now() - startedAt
  const cpuMs = cpuSince(cpu)
  clearInterval(watch)
  if (end.state !== 'completed') throw new Error(`${end.state}: ${JSON.stringify(end)}`)
  await bed.close()
  await store.close()
  const growthMiB = Math.round(peak - afterPlan)
  const wholeGrowthMiB = Math.round(Math.max(peak, planPeak) - before)
  return { ms, records: end.replayed, planMs, growthMiB, wholeGrowthMiB, cpuMs }
}

/** Looks in the process instead of asking the store: such questions would be a part of what is measured. */
async function untilEnded(ctx: Context, id: string): Promise<Replay> {
  const runner = ctx.services.replays.of(CLUSTER)
  const giveUpAt = performance.now() + 300_000
  for (let seen = false; performance.now() < giveUpAt; await sleep(10)) {
    const view = runner.progress(id)
    seen ||= view !== null
    if (seen && (view === null || view.remaining === 0)) break
  }
  return untilState(ctx, id, ['completed', 'partial', 'failed', 'stopped'], 30_000)
}

function cpuSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start)
  return Math.round((user + system) / 1000)
}

function residentMiB(): number {
  return process.memoryUsage.rss() / 2 ** 20
}

const turn = await (mode === 'copy' ? copy() : replay())
process.stdout.write(`${JSON.stringify(turn)}\n`)
await sleep(0)
process.exit(0)
