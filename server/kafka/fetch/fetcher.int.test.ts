import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import type { FetchedPartition, Fetcher } from '../port'
import { makeTopic, testCluster, withProducer } from '../testing'
import { FETCH_KEY, FETCH_VERSIONS } from './fetch-api'

const cluster = testCluster(kafkaBootstrap())
const topic = uniqueName('fetch')

beforeAll(async () => {
  await makeTopic(cluster, { name: topic, partitions: 3 })
  await withProducer(cluster, async send => {
    for (const partition of [0, 1])
      for (let batch = 0; batch < 3; batch++)
        await send(
          topic,
          [0, 1].map(i => ({
            partition,
            key: `k${i}`,
            value: `p${partition} b${batch} r${i}`,
            headers: { h: 'x' },
          })),
        )
  })
})
afterAll(async () => {
  await cluster.deleteTopic(topic).catch(() => undefined)
  await cluster.close()
})

function answered(part: FetchedPartition | undefined) {
  if (!part?.answer.ok) throw new Error(JSON.stringify(part?.answer))
  return part.answer.value
}

async function using<T>(run: (fetcher: Fetcher) => Promise<T>, from = cluster): Promise<T> {
  const fetcher = from.openFetcher()
  try {
    return await run(fetcher)
  } finally {
    fetcher.close()
  }
}

const request = (offset: bigint, over: object = {}) => ({
  topic,
  positions: [0, 1, 2].map(partition => ({ partition, offset: partition === 2 ? 0n : offset })),
  isolation: 'read_committed' as const,
  maxWaitMs: 50,
  ...over,
})

test.each(FETCH_VERSIONS)('speaks version %i', async version => {
  const older = testCluster(kafkaBootstrap(), {}, { versionCap: new Map([[FETCH_KEY, version]]) })
  try {
    const [zero, one, two] = await using(fetcher => fetcher.fetch(request(3n)), older)
    expect(answered(zero).records.map(record => [record.offset, record.value?.toString()])).toEqual([
      [3n, 'p0 b1 r1'],
      [4n, 'p0 b2 r0'],
      [5n, 'p0 b2 r1'],
    ])
    expect(answered(one)).toMatchObject({ nextOffset: 6n, highWatermark: 6n, lastStableOffset: 6n })
    expect(answered(one).logStartOffset).toBe(version >= 5 ? 0n : -1n)
    expect(answered(two)).toMatchObject({ records: [], nextOffset: 0n, highWatermark: 0n })
  } finally {
    await older.close()
  }
})

describe('what can be asked for', () => {
  test('limits in bytes cut between batches, never below one', async () => {
    const [part] = await using(fetcher =>
      fetcher.fetch(request(0n, { positions: [{ partition: 0, offset: 0n, maxBytes: 1 }] })),
    )
    expect(answered(part).records).toHaveLength(2)
    expect(answered(part).nextOffset).toBe(2n)
  })

  test('an offset out of range is answered with where the log lies', async () => {
    const [zero, one] = await using(fetcher =>
      fetcher.fetch(
        request(0n, {
          positions: [
            { partition: 0, offset: 99n },
            { partition: 1, offset: 0n },
          ],
        }),
      ),
    )
    expect(zero?.answer).toMatchObject({
      ok: false,
      problem: {
        code: 'OFFSET_OUT_OF_RANGE',
        scope: `partition:${topic}/0`,
        params: { logStartOffset: '0', highWatermark: '6', offset: '99' },
      },
    })
    expect(answered(one).records).toHaveLength(6)
  })

  test('a partition or topic that does not exist is a problem of its own', async () => {
    const [zero, gone] = await using(fetcher =>
      fetcher.fetch(
        request(0n, {
          positions: [
            { partition: 0, offset: 0n },
            { partition: 42, offset: 0n },
          ],
        }),
      ),
    )
    expect(answered(zero).records).toHaveLength(6)
    expect(gone?.answer).toMatchObject({ ok: false, problem: { code: 'PARTITION_UNKNOWN' } })
    const [nowhere] = await using(fetcher => fetcher.fetch({ ...request(0n), topic: uniqueName('nowhere') }))
    expect(nowhere?.answer).toMatchObject({ ok: false, problem: { code: 'TOPIC_UNKNOWN' } })
  })

  test('a topic that was made anew under the same name is read by its new id', async () => {
    const name = uniqueName('again')
    const read = () =>
      using(fetcher =>
        fetcher.fetch({ ...request(0n), topic: name, positions: [{ partition: 0, offset: 0n }] }),
      )
    await makeTopic(cluster, { name })
    await withProducer(cluster, send => send(name, [{ value: 'old' }]))
    expect(answered((await read())[0]).records).toHaveLength(1)
    const other = testCluster(kafkaBootstrap())
    try {
      await other.deleteTopic(name)
      await expect
        .poll(
          async () =>
            makeTopic(other, { name }).then(
              () => 'made',
              error => error.code,
            ),
          { timeout: 10_000 },
        )
        .toBe('made')
      await withProducer(other, send => send(name, [{ value: 'new' }]))
      // `cluster` still believes in the old id.
      expect(answered((await read())[0]).records.map(record => record.value?.toString())).toEqual(['new'])
    } finally {
      await other.deleteTopic(name)
      await other.close()
    }
  })
})

describe('connections', () => {
  test('stay warm from one fetcher to the next, and are not shared by two at once', async () => {
    await using(fetcher => fetcher.fetch(request(0n)))
    await sleep(5)
    const before = cluster.link.openConnections
    for (let i = 0; i < 5; i++) {
      await using(fetcher => fetcher.fetch(request(0n)))
      await sleep(1)
    }
    expect(cluster.link.openConnections).toBe(before)
    // A long poll does not hold up a second reader.
    const waiting = cluster.openFetcher()
    const poll = waiting.fetch(request(6n, { maxWaitMs: 2000 })).catch(error => error.code)
    const startedMs = performance.now()
    await using(fetcher => fetcher.fetch(request(0n)))
    expect(performance.now() - startedMs).toBeLessThan(5000)
    waiting.close()
    expect(await poll).toBeDefined()
  })

  test('an abort ends a long poll at once and closes its connection', async () => {
    const controller = new AbortController()
    const fetcher = cluster.openFetcher({ signal: controller.signal })
    const poll = fetcher.fetch(request(6n, { maxWaitMs: 30_000 })).then(
      () => 'answered',
      error => error.code,
    )
    await sleep(200)
    const open = cluster.link.openConnections
    const startedMs = performance.now()
    controller.abort()
    expect(await poll).toBe('CANCELLED')
    expect(performance.now() - startedMs).toBeLessThan(10_000)
    await expect.poll(() => cluster.link.openConnections).toBeLessThan(open)
    await expect(fetcher.fetch(request(0n))).rejects.toMatchObject({ code: 'CANCELLED' })
  })

  test('a fetch that is longer than the poll comes when a record is written', async () => {
    const name = uniqueName('poll')
    await makeTopic(cluster, { name })
    try {
      const poll = using(fetcher =>
        fetcher.fetch({
          ...request(0n),
          topic: name,
          positions: [{ partition: 0, offset: 0n }],
          maxWaitMs: 5000,
        }),
      )
      await sleep(50)
      await withProducer(cluster, send => send(name, [{ value: 'there' }]))
      expect(answered((await poll)[0]).records.map(record => record.value?.toString())).toEqual(['there'])
    } finally {
      await cluster.deleteTopic(name)
    }
  })
})
