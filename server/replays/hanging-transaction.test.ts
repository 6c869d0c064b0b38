import { expect, test } from 'vitest'
import { AppError } from '@/lib/errors'
import type {
  KafkaCluster,
  OpenTransactionInfo,
  OutgoingRecord,
  TopicPartition,
  TransactionalWriter,
} from '@/server/kafka/port'
import { carefulWriter, findHanging } from './hanging-transaction'

const place = { topic: 'ledger', partition: 3 }
const open = (over: Partial<OpenTransactionInfo> = {}): OpenTransactionInfo => ({
  ...place,
  producerId: 7n,
  firstOffset: 41n,
  lastWriteMs: 0,
  transactionalId: 'milena-1',
  state: 'CompleteCommit',
  ...over,
})
const { signal } = new AbortController()

/** A cluster that answers one after the other, the last one again and again. */
function answering(...answers: (OpenTransactionInfo[] | AppError)[]) {
  const asked: TopicPartition[][] = []
  return {
    asked,
    openTransactions: async (places: TopicPartition[]) => {
      const answer = answers[Math.min(asked.length, answers.length - 1)]
      asked.push(places)
      if (answer instanceof AppError) throw answer
      return answer ?? []
    },
  }
}

test('one that its coordinator holds to be over, and that stays open, hangs', async () => {
  expect(await findHanging(answering([open()]), place, signal)).toMatchObject({
    code: 'TRANSACTION_HANGS',
    params: { topic: 'ledger', partition: 3, offset: '41', producerId: '7', transactionalId: 'milena-1' },
  })
})

test.each([
  ['its coordinator will end it', [[open({ state: 'Ongoing' })]]],
  ['its markers are being written', [[open({ state: 'PrepareCommit' })]]],
  ['nobody tells', [[open({ transactionalId: null, state: null })]]],
  ['it ended while the coordinator was asked', [[open()], []]],
  ['another one of the same producer began', [[open()], [open({ firstOffset: 50n })]]],
  ['no answer', [new AppError('CLUSTER_DENIED')]],
])('none hangs: %s', async (_why, answers) => {
  expect(await findHanging(answering(...answers), place, signal)).toBeNull()
})

/** Leaders that answer one after the other, the last answer again and again. */
function leaders(...answers: (Awaited<ReturnType<KafkaCluster['activeProducers']>> | AppError)[]) {
  const asked: TopicPartition[][] = []
  return {
    asked,
    activeProducers: async (places: TopicPartition[]) => {
      const answer = answers[Math.min(asked.length, answers.length - 1)]
      asked.push(places)
      if (answer === undefined || answer instanceof AppError) throw answer
      return answer
    },
  }
}
const producing = (producerId: bigint, openFrom: bigint | null) => ({
  producers: [{ ...place, producerId, openFrom, lastWriteMs: 0, transactionalId: 'milena-1' }],
  isWhole: true,
})
const silence = { producers: [], isWhole: false }

async function writing(
  cluster: ReturnType<typeof leaders>,
  first: TopicPartition[] = [],
  sent: string[] = [],
) {
  const writer: TransactionalWriter = {
    transactionalId: 'milena-1',
    producerId: 7n,
    send: async topic => {
      sent.push(topic)
      return []
    },
    commit: async () => undefined,
    abort: async () => undefined,
    close: async () => void sent.push('closed'),
  }
  return { sent, writer: await carefulWriter(writer, cluster, signal, first) }
}
const to = (...partitions: number[]): OutgoingRecord[] =>
  partitions.map(partition => ({ partition, key: null, value: null, headers: [], timestampMs: 0 }))

test('nothing is written behind an open transaction of its own', async () => {
  const { sent, writer } = await writing(leaders(producing(7n, 41n)))
  await expect(writer.send('order', to(3))).rejects.toMatchObject({ code: 'TRANSACTION_HANGS' })
  expect(sent).toEqual([])
})

test('where it will write whatever comes is asked about before a transaction is open, and not again', async () => {
  const cluster = leaders(producing(7n, 41n))
  const sent: string[] = []
  await expect(writing(cluster, [place], sent)).rejects.toMatchObject({ code: 'TRANSACTION_HANGS' })
  expect(sent).toEqual(['closed'])
  const quiet = leaders(producing(7n, null))
  const { writer } = await writing(quiet, [place])
  expect(quiet.asked).toEqual([[place]])
  await writer.send(place.topic, to(place.partition))
  expect(quiet.asked).toHaveLength(1)
})

test('a leader that is just being elected is asked again before anything is written', async () => {
  const { sent, writer } = await writing(leaders(silence, silence, producing(7n, 41n)))
  await expect(writer.send('order', to(3))).rejects.toMatchObject({
    code: 'TRANSACTION_HANGS',
    params: { offset: '41', producerId: '7' },
  })
  expect(sent).toEqual([])
})

test('a partition is asked about once; a stranger stops nothing, nor what is over, nor silence', async () => {
  const cluster = leaders(producing(8n, 41n), producing(7n, null), new AppError('BROKER_TOO_OLD'))
  const { sent, writer } = await writing(cluster)
  await writer.send('order', to(0, 1, 0))
  await writer.send('order', to(1, 2))
  await writer.send('order', to(0, 1, 2))
  await writer.send('order', to(3))
  await writer.send('order', to(3))
  expect(sent).toHaveLength(5)
  const silent = [[3], [3], [3], [3]]
  expect(cluster.asked.map(places => places.map(one => one.partition))).toEqual([[0, 1], [2], ...silent])
})
