import { expect, it } from 'vitest'
import { decodePartition } from './decode-partition'
import { encodeBatch, record } from './test-batches'

const MIB = 1024 * 1024

/** Each holds five mebibytes of zeros, packed to some hundred bytes. */
const batches = [0, 1, 2, 3, 4, 5, 6, 7].map(offset =>
  encodeBatch({
    records: [record(offset, { value: Buffer.alloc(5 * MIB) })],
    baseOffset: BigInt(offset),
    compression: 'zstd',
  }),
)

it('unpacks some sixteen mebibytes of one fetch, and the rest with the next', () => {
  const offsets: bigint[][] = []
  for (let at = 0n; at < 8n; ) {
    const { records, nextOffset, corrupt } = decodePartition({
      partition: 0,
      buffer: Buffer.concat(batches.slice(Number(at))),
      fetchOffset: at,
      isolation: 'read_committed',
      abortedTransactions: [],
    })
    expect(corrupt).toBeNull()
    offsets.push(records.map(one => one.offset))
    at = nextOffset
  }
  expect(offsets).toEqual([
    [0n, 1n, 2n, 3n],
    [4n, 5n, 6n, 7n],
  ])
})

it('tells of a broken batch behind them only when it comes to it', () => {
  const broken = Buffer.from(batches[7] ?? [])
  broken.writeUInt8((broken.at(-1) ?? 0) ^ 1, broken.length - 1)
  const decode = (from: number) =>
    decodePartition({
      partition: 0,
      buffer: Buffer.concat([...batches.slice(from, 7), broken]),
      fetchOffset: BigInt(from),
      isolation: 'read_committed',
      abortedTransactions: [],
    })
  expect(decode(0)).toMatchObject({ nextOffset: 4n, corrupt: null })
  expect(decode(4)).toMatchObject({ nextOffset: 7n, corrupt: { offset: 7n, fault: 'checksum' } })
})
