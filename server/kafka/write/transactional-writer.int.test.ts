import { createTopicsV7, fetchV17 } from '@platformatic/kafka'
import { afterAll, describe, expect, test } from 'vitest'
import type { AppError } from '@/lib/errors'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { decodePartition } from '../fetch/decode-partition'
import { openFetcher } from '../fetch/fetcher'
import type { OutgoingRecord } from '../port'
import type { Connections } from '../protocol/connections'
import { testLink } from '../testing'
import { openWriter } from './transactional-writer'

const link = testLink(kafkaBootstrap())
afterAll(() => link.close())

/**
 * The same cluster as before transaction.version 2: AddPartitionsToTxn, Produce 11, EndTxn 4, one epoch for
 * all transactions.
 */
const old: Connections = new Proxy(link, {
  get(target, name) {
    if (name === 'features') return async () => new Map<string, number>()
    const value = Reflect.get(target, name, target)
    return typeof value === 'function' ? value.bind(target) : value
  },
})

async function makeTopic(partitions = 1, configs: Record<string, string> = {}): Promise<string> {
  const name = uniqueName('write')
  const connection = await link.control()
  await createTopicsV7.api.async(
    connection,
    [
      {
        name,
        numPartitions: partitions,
        replicationFactor: 1,
        assignments: [],
        configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
      },
    ],
    10_000,
    false,
  )
  link.forget()
  return name
}

/** What a read-committed reader sees: `partition:value` in order. */
async function committed(topic: string): Promise<string[]> {
  const metadata = await link.metadata({ topics: [topic], maxAgeMs: 0 })
  const answer = metadata.topics.get(topic)
  if (!answer?.ok) throw new Error(`no topic ${topic}`)
  const fetcher = openFetcher(link)
  const seen: string[] = []
  try {
    for (const { partition } of answer.value.partitions) {
      let offset = 0n
      for (;;) {
        const positions = [{ partition, offset }]
        const [part] = await fetcher.fetch({ topic, positions, isolation: 'read_committed', maxWaitMs: 20 })
        if (!part?.answer.ok) throw new Error('no answer')
        for (const record of part.answer.value.records) seen.push(`${partition}:${record.value}`)
        if (part.answer.value.nextOffset === offset) break
        offset = part.answer.value.nextOffset
      }
    }
    return seen
  } finally {
    fetcher.close()
  }
}

async function eventually<T>(ask: () => Promise<T>, good: (answer: T) => boolean): Promise<T> {
  // Longer than a coordinator of default settings waits between two looks for transactions that took too long (10 s).
  const until = Date.now() + 30_000
  for (;;) {
    const answer = await ask()
    if (good(answer) || Date.now() > until) return answer
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
const committedCount = (topic: string, count: number) =>
  eventually(
    () => committed(topic),
    seen => seen.length >= count,
  )

const text = (value: string, partition = 0): OutgoingRecord => ({
  partition,
  key: null,
  value: Buffer.from(value),
  headers: [],
  timestampMs: Date.now(),
})

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'fine',
    (error: AppError) => `${error.code}${error.params?.reason ? ` ${error.params.reason}` : ''}`,
  )

describe.each([
  ['transaction.version 2', link as Connections],
  ['before transaction.version 2', old],
])('%s', (_name, connections) => {
  const open = (id = uniqueName('tx')) => openWriter(connections, id)

  test('offsets are where the records stand; several partitions and topics commit together', async () => {
    const [a, b] = [await makeTopic(3), await makeTopic()]
    const writer = await open()
    const first = await writer.send(a, [text('x', 2), text('y', 0), text('z', 2)])
    expect(first).toEqual([0n, 0n, 1n])
    const [second, third] = await Promise.all([writer.send(a, [text('w', 2)]), writer.send(b, [text('l')])])
    expect(second).toEqual([2n])
    expect(third).toEqual([0n])
    expect(await committed(a)).toEqual([])
    await writer.commit()
    expect((await committedCount(a, 4)).sort()).toEqual(['0:y', '2:w', '2:x', '2:z'])
    expect(await committedCount(b, 1)).toEqual(['0:l'])
    await writer.close()
  })

  test('many transactions one after the other, some aborted', async () => {
    const topic = await makeTopic()
    const writer = await open()
    const wanted: string[] = []
    for (let i = 0; i < 30; i++) {
      await writer.send(topic, [text(`${i}a`), text(`${i}b`)])
      if (i % 3 === 1) await writer.abort()
      else {
        await writer.commit()
        wanted.push(`0:${i}a`, `0:${i}b`)
      }
    }
    expect(await committedCount(topic, wanted.length)).toEqual(wanted)
    await writer.close()
  })

  test('nothing sent: commit and abort are nothing', async () => {
    const writer = await open()
    await writer.commit()
    await writer.abort()
    expect(await writer.send(await makeTopic(), [])).toEqual([])
    await writer.commit()
    await writer.close()
    expect(await codeOf(writer.send('x', [text('y')]))).toBe('STATE_CONFLICT closed')
  })

  test('a second owner aborts what was open and fences the first', async () => {
    const topic = await makeTopic()
    const id = uniqueName('tx')
    const first = await openWriter(connections, id)
    await first.send(topic, [text('lost')])
    const second = await openWriter(connections, id)
    await second.send(topic, [text('kept')])
    expect(await codeOf(first.send(topic, [text('late')]))).toBe('STATE_CONFLICT fenced')
    expect(await codeOf(first.commit())).toBe('STATE_CONFLICT fenced')
    await second.commit()
    expect(await committedCount(topic, 1)).toEqual(['0:kept'])
    await second.close()
    await first.close()
  })

  test('a commit of the fenced is refused, and nothing of it is seen', async () => {
    const topic = await makeTopic()
    const id = uniqueName('tx')
    const first = await openWriter(connections, id)
    await first.send(topic, [text('lost')])
    const second = await openWriter(connections, id)
    expect(await codeOf(first.commit())).toBe('STATE_CONFLICT fenced')
    await second.send(topic, [text('kept')])
    await second.commit()
    expect(await committedCount(topic, 1)).toEqual(['0:kept'])
  })

  test('a lost commit answer is settled: it was heard', async () => {
    const topic = await makeTopic()
    const { connections: lossy, lose } = losingAnswers(connections, 'after')
    const writer = await openWriter(lossy, uniqueName('tx'))
    await writer.send(topic, [text('one')])
    lose(1)
    await writer.commit()
    await writer.send(topic, [text('two')])
    await writer.commit()
    expect(await committedCount(topic, 2)).toEqual(['0:one', '0:two'])
  })

  test('a lost commit answer is settled: it was never heard, and is heard now', async () => {
    const topic = await makeTopic()
    const { connections: lossy, lose } = losingAnswers(connections, 'before')
    const writer = await openWriter(lossy, uniqueName('tx'))
    await writer.send(topic, [text('one')])
    lose(1)
    await writer.commit()
    expect(await committedCount(topic, 1)).toEqual(['0:one'])
  })

  test('a lost produce answer is asked again with the same sequence: once in the log', async () => {
    const topic = await makeTopic()
    const { connections: lossy, lose } = losingAnswers(connections, 'after', 1)
    const writer = await openWriter(lossy, uniqueName('tx'))
    lose(2)
    expect(await writer.send(topic, [text('one'), text('two')])).toEqual([0n, 1n])
    await writer.send(topic, [text('three')])
    await writer.commit()
    expect(await committedCount(topic, 3)).toEqual(['0:one', '0:two', '0:three'])
  })

  test('batches the topic finds too large are halved; a record it finds too large is its own fault', async () => {
    const topic = await makeTopic(1, { 'max.message.bytes': '2000' })
    const writer = await open()
    const records = Array.from({ length: 20 }, (_, i) => text(`${i}`.padStart(700, '.')))
    const offsets = await writer.send(topic, records)
    expect(offsets).toEqual(records.map((_, i) => BigInt(i)))
    await writer.commit()
    expect((await committedCount(topic, 20)).map(line => Number(line.replace(/^0:\.+/, '')))).toEqual(
      records.map((_, i) => i),
    )
    const error = await writer.send(topic, [text('x'.repeat(3000))]).catch((e: AppError) => e)
    expect(error).toMatchObject({ params: { record: 'rejected', kafka: 'MESSAGE_TOO_LARGE' } })
    await writer.abort()
    await writer.close()
  })

  test('a topic that is not there: the error names it and the transaction can be aborted', async () => {
    const writer = await open()
    expect(await codeOf(writer.send(uniqueName('missing'), [text('x')]))).toBe('TOPIC_UNKNOWN')
    await writer.abort()
    await writer.close()
  })

  test('a transaction that took too long was aborted by its coordinator', async () => {
    const topic = await makeTopic()
    const writer = await openWriter(connections, uniqueName('tx'), { transactionTimeoutMs: 1_000 })
    await writer.send(topic, [text('slow')])
    await eventually(
      () =>
        writer.send(topic, [text('slower')]).then(
          () => 'open',
          () => 'ended',
        ),
      state => state === 'ended',
    )
    expect(await codeOf(writer.commit())).toMatch(/^STATE_CONFLICT/)
    expect(await committed(topic)).toEqual([])
  }, 40_000)
})

test('every byte of a record stands in the log as it was given', async () => {
  const topic = await makeTopic()
  const writer = await openWriter(link, uniqueName('tx'))
  const header = (name: string | Buffer, value: string | Buffer | null) => ({
    name: Buffer.from(name as string),
    value: value === null ? null : Buffer.from(value as string),
  })
  const records: OutgoingRecord[] = [
    { partition: 0, key: null, value: null, headers: [], timestampMs: 5 },
    {
      partition: 0,
      key: Buffer.alloc(0),
      value: Buffer.alloc(0),
      headers: [
        header('a', '1'),
        header('b', null),
        header('a', ''),
        header(Buffer.from([255, 0]), Buffer.from([0, 254])),
        header('', 'empty name'),
      ],
      timestampMs: 3,
    },
    {
      partition: 0,
      key: Buffer.from([0, 255]),
      value: Buffer.from('값'),
      headers: [],
      timestampMs: 1_795_207_007_382,
    },
  ]
  await writer.send(topic, records)
  await writer.commit()
  await committedCount(topic, 3)
  const { brokerId, topicId } = await link.leaderOf(topic, 0)
  // The library's parser is not asked for the records: ours gets the bytes as they came.
  const connection = await link.control(brokerId)
  const answer = await new Promise<Buffer>((resolve, reject) => {
    connection.send(
      1,
      17,
      () =>
        fetchV17.createRequest(
          100,
          1,
          1 << 20,
          1,
          0,
          -1,
          [
            {
              topicId,
              partitions: [
                {
                  partition: 0,
                  currentLeaderEpoch: -1,
                  fetchOffset: 0n,
                  lastFetchedEpoch: -1,
                  partitionMaxBytes: 1 << 20,
                },
              ],
            },
          ],
          [],
          '',
        ),
      (_c, _k, _v, reader) => Buffer.from(reader.buffer.slice(reader.position)),
      true,
      true,
      (error, payload) => (error ? reject(error) : resolve(payload as Buffer)),
    )
  })
  // throttle 4, error 2, session 4, topics 1, id 16, partitions 1, index 4, error 2, three offsets 24,
  // aborted 1, replica 4, size varint
  let at = 4 + 2 + 4 + 1 + 16 + 1 + 4 + 2 + 24 + 1 + 4
  while ((answer[at] ?? 0) & 0x80) at += 1
  const decoded = decodePartition({
    partition: 0,
    buffer: answer.subarray(at + 1),
    fetchOffset: 0n,
    isolation: 'read_committed',
    abortedTransactions: [],
  })
  expect(
    decoded.records.map(({ key, value, headers, timestampMs }) => ({ key, value, headers, timestampMs })),
  ).toEqual(records.map(({ key, value, headers, timestampMs }) => ({ key, value, headers, timestampMs })))
})

/**
 * Connections whose lane loses answers: `after` the broker has obeyed, or the request `before` it is sent.
 * Lane 0 carries EndTxn, lane 1 Produce.
 */
function losingAnswers(connections: Connections, when: 'before' | 'after', lane: 0 | 1 = 0) {
  let left = 0
  const control: Connections['control'] = async (broker, options) => {
    const connection = await connections.control(broker, options)
    if ((options?.lane ?? 0) !== lane) return connection
    return new Proxy(connection, {
      get(target, name) {
        const value = Reflect.get(target, name, target)
        if (name !== 'send') return typeof value === 'function' ? value.bind(target) : value
        return (...args: unknown[]) => {
          const reply = args.at(-1) as (error: Error | null, payload?: unknown) => void
          if (left <= 0) return value.apply(target, args)
          left -= 1
          const lost = () => reply(Object.assign(new Error('Connection closed'), { code: 'PLT_KFK_NETWORK' }))
          if (when === 'before') return lost()
          return value.apply(target, [...args.slice(0, -1), lost])
        }
      },
    })
  }
  const lossy = new Proxy(connections, {
    get(target, name) {
      if (name === 'control') return control
      const value = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  return {
    connections: lossy,
    lose: (count: number) => {
      left = count
    },
  }
}
