import fc from 'fast-check'
import { type ICustomPartitioner, Partitioners } from 'kafkajs'
import { expect, test } from 'vitest'
import { partitionOfKey } from '@/server/messages/key-partition'

/** Where kafkajs itself would write the key. */
function asKafkaJs(partitioner: ICustomPartitioner, key: Buffer, partitions: number): number {
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: 1,
    replicas: [1],
    isr: [1],
  }))
  return partitioner()({ topic: 't', partitionMetadata, message: { key, value: null } })
}

const key = fc.uint8Array({ minLength: 1, maxLength: 40 }).map(bytes => Buffer.from(bytes))

test.each([
  ['kafkajs', Partitioners.DefaultPartitioner],
  ['kafkajs-legacy', Partitioners.LegacyPartitioner],
] as const)('%s: the partition that the client itself gives', (name, partitioner) => {
  fc.assert(
    fc.property(key, fc.integer({ min: 1, max: 200 }), (bytes, partitions) => {
      expect(partitionOfKey(name, bytes, partitions)).toBe(asKafkaJs(partitioner, bytes, partitions))
    }),
    { numRuns: 500 },
  )
})

test.each([
  // murmur2 of these keys as it stands in Kafka's own UtilsTest.testMurmur2.
  ['java', '21', (-973_932_308 & 0x7f_ff_ff_ff) % 7],
  ['java', 'foobar', (-790_332_482 & 0x7f_ff_ff_ff) % 7],
  // CRC-32 of "123456789", as every description of it says.
  ['librdkafka', '123456789', 0xcb_f4_39_26 % 7],
] as const)('%s of %s', (partitioner, text, partition) => {
  expect(partitionOfKey(partitioner, Buffer.from(text), 7)).toBe(partition)
})

test('all is no partition', () => {
  expect(partitionOfKey('all', Buffer.from('a'), 7)).toBeNull()
})
