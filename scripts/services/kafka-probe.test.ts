import { expect, test } from 'vitest'
import { parseMetadata } from './kafka-probe.ts'

const text = (value: string) => {
  const length = Buffer.alloc(2)
  length.writeInt16BE(value.length)
  return Buffer.concat([length, Buffer.from(value)])
}
const int32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
const none = Buffer.from([0xff, 0xff])

function answer(brokers: { id: number; rack?: string }[]): Buffer {
  const rows = brokers.map(({ id, rack }) => [
    int32(id),
    text('127.0.0.1'),
    int32(9092),
    rack ? text(rack) : none,
  ])
  const body = [int32(7), int32(brokers.length), ...rows.flat(), text('cluster-x'), int32(1), int32(0)]
  const bytes = Buffer.concat(body)
  return Buffer.concat([int32(bytes.length), bytes])
}

test('brokers with and without a rack, and the cluster they belong to', () => {
  const seen = parseMetadata(answer([{ id: 1 }, { id: 3, rack: 'rack-3' }]))
  expect(seen).toEqual({ nodeIds: [1, 3], clusterId: 'cluster-x' })
})

test('an answer that has not come whole yet is none', () => {
  const whole = answer([{ id: 1 }])
  for (let length = 0; length < whole.length; length += 1)
    expect(parseMetadata(whole.subarray(0, length))).toBeNull()
})
