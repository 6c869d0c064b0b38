import { Writer } from '@platformatic/kafka'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { offsetFetchRequest } from './offset-fetch-request'

/** The same as the library's own writer writes it, field by field. */
function plainly(version: number, groups: readonly string[]): Buffer {
  const writer = Writer.create().appendArray([...groups], (w, group) => {
    w.appendString(group)
    if (version >= 9) w.appendString(null).appendInt32(-1)
    w.appendUnsignedVarInt(0)
  })
  return writer.appendBoolean(false).appendTaggedFields().buffer
}

const name = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constant('그룹'.repeat(3000)),
)

test.each([8, 9, 10])('v%d asks for many groups as the library’s writer does', version => {
  fc.assert(
    fc.property(fc.array(name, { maxLength: 300 }), groups => {
      expect(offsetFetchRequest(version, groups).buffer).toEqual(plainly(version, groups))
    }),
    { numRuns: 50 },
  )
})

test('before v8 one group is asked for', () => {
  const one = Writer.create().appendString('그룹').appendUnsignedVarInt(0)
  expect(offsetFetchRequest(7, ['그룹']).buffer).toEqual(one.appendBoolean(false).appendTaggedFields().buffer)
})
