import { afterAll, beforeAll, expect, it } from 'vitest'
import { messages } from '@/lib/contracts/messages'
import { type KafkaCluster, startKafkaCluster } from '@/scripts/services/kafka'
import { streamMessages } from './stream-messages'
import { openReading } from './testing'

let kafka: KafkaCluster
let reading: ReturnType<typeof openReading>

beforeAll(async () => {
  kafka = await startKafkaCluster(3)
  reading = openReading(kafka.bootstrap)
}, 120_000)
afterAll(async () => {
  await reading?.close()
  await kafka?.stop()
})

/** Partitions that this node leads; `null`: those without a leader. */
async function ledBy(topic: string, node: number | null): Promise<number[]> {
  const found = (await reading.cluster.metadata({ topics: [topic], maxAgeMs: 0 })).topics.get(topic)
  if (!found?.ok) throw new Error('no topic')
  return found.value.partitions.filter(one => one.leader === node).map(one => one.partition)
}

it('a live tail names partitions without a leader and takes them in when theirs comes', async () => {
  const topic = await reading.topicOf({ partitions: 6, replicationFactor: 1 })
  // Not kafkajs, which writes nowhere while one partition has no leader.
  const to = (partition: number, value: string) =>
    reading.cluster.produce(topic, { partition, key: null, value: Buffer.from(value), headers: [] })
  for (let partition = 0; partition < 6; partition++) await to(partition, 'before')
  const [lost] = await ledBy(topic, 3)
  const [there] = await ledBy(topic, 1)
  if (lost === undefined || there === undefined) throw new Error('a node leads nothing')
  await kafka.nodes[2]?.kill9()
  await expect.poll(() => ledBy(topic, null), { timeout: 30_000 }).toContain(lost)

  const found: string[] = []
  const told: string[] = []
  const leaving = new AbortController()
  const tail = (async () => {
    const input = messages.stream.input.parse({ cluster: 'test', topic, follow: 'true' })
    for await (const event of streamMessages({ ...reading.ctx, signal: leaving.signal }, input)) {
      if (event.event === 'record') found.push(`${event.data.partition} ${event.data.value?.text}`)
      if (event.event === 'problem' || event.event === 'recovered')
        told.push(`${event.event} ${event.data.code} ${event.data.scope}`)
    }
  })().catch(() => undefined)
  try {
    const line = (event: string) => `${event} LEADER_UNAVAILABLE partition:${topic}/${lost}`
    await expect.poll(() => told, { timeout: 20_000 }).toContain(line('problem'))
    await to(there, 'meanwhile')
    await expect.poll(() => found, { timeout: 10_000 }).toEqual([`${there} meanwhile`])
    await kafka.nodes[2]?.restart()
    await expect.poll(() => ledBy(topic, null), { timeout: 30_000 }).toEqual([])
    await to(lost, 'after')
    await expect.poll(() => found, { timeout: 40_000 }).toEqual([`${there} meanwhile`, `${lost} after`])
    await expect
      .poll(() => told.filter(one => one.endsWith(`/${lost}`)))
      .toEqual([line('problem'), line('recovered')])
  } finally {
    leaving.abort()
    await tail
  }
}, 180_000)
