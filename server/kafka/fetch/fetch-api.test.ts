import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CorruptBatch } from './corrupt-batch'
import { FETCH_VERSIONS, parseResponse } from './fetch-api'

const versions = fc.constantFrom(...FETCH_VERSIONS)

test('any bytes are an answer or refused: no other error, no allocation by a false count', () => {
  fc.assert(
    fc.property(versions, fc.uint8Array({ maxLength: 400 }), (version, raw) => {
      try {
        for (const part of parseResponse(version, Buffer.from(raw)).parts)
          expect(part.records.length).toBeLessThanOrEqual(400)
      } catch (error) {
        expect(error).toBeInstanceOf(CorruptBatch)
      }
    }),
    { numRuns: 5000 },
  )
})

test('an answer of version 4: fixed lengths, null lists', () => {
  const bytes = Buffer.alloc(4 + 4 + 3 + 4 + 4 + 2 + 8 + 8 + 4 + 4 + 3)
  let at = 4
  at = bytes.writeInt32BE(1, at)
  at = bytes.writeInt16BE(1, at)
  at += bytes.write('t', at)
  at = bytes.writeInt32BE(1, at)
  at = bytes.writeInt32BE(7, at)
  at = bytes.writeInt16BE(6, at)
  at = bytes.writeBigInt64BE(-1n, at)
  at = bytes.writeBigInt64BE(-1n, at)
  at = bytes.writeInt32BE(-1, at)
  at = bytes.writeInt32BE(3, at)
  bytes.write('abc', at)
  expect(parseResponse(4, bytes)).toEqual({
    errorCode: 0,
    parts: [
      {
        partition: 7,
        errorCode: 6,
        highWatermark: -1n,
        lastStableOffset: -1n,
        logStartOffset: -1n,
        abortedTransactions: [],
        records: Buffer.from('abc'),
      },
    ],
  })
})
