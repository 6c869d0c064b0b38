import { deflateRawSync, inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packBlock, unpackBlock } from './pack-block'

const number = fc.option(fc.integer({ min: 0, max: 2 ** 48 }))
const points = fc
  .uniqueArray(fc.integer({ min: 100, max: 5000 }), { maxLength: 60 })
  .map(slots => slots.sort((a, b) => a - b))
  .chain(slots =>
    fc.tuple(...slots.map(slot => fc.record({ slot: fc.constant(slot), lag: number, timeLagMs: number }))),
  )
const kept = (ms: number | null) => (ms === null ? null : Math.round(ms / 100) * 100)

test('one series of a block is what it is in the whole, wherever it stands', async () => {
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string(), points, { maxKeys: 8 }), async series => {
      const block = new Map(Object.entries(series))
      const packed = await packBlock(block, 100)
      const whole = await unpackBlock(packed, 100)
      for (const [key, list] of block) {
        const wanted = list.map(one => ({ ...one, timeLagMs: kept(one.timeLagMs) }))
        expect(whole.get(key)).toEqual(wanted)
        expect(await unpackBlock(packed, 100, key)).toEqual(new Map([[key, wanted]]))
      }
      expect(await unpackBlock(packed, 100, 'a series that nobody wrote')).toEqual(new Map())
    }),
    { numRuns: 100 },
  )
})

test('a torn block is refused, also behind what is passed over', async () => {
  const list = [1, 2, 3].map(slot => ({ slot, lag: 300, timeLagMs: 70_000 }))
  const bytes = inflateRawSync(await packBlock(new Map([['a', list]]), 0))
  const torn = deflateRawSync(bytes.subarray(0, -1))
  await expect(unpackBlock(torn, 0)).rejects.toThrow('torn')
  await expect(unpackBlock(torn, 0, 'b')).rejects.toThrow('torn')
})
