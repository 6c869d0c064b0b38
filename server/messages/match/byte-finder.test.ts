import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteFinder } from './byte-finder'

// Few different bytes, so that needles are found, and nearly found, often.
const bytes = (minLength: number, maxLength: number) =>
  fc.array(fc.constantFrom(0x61, 0x62, 0x22, 0xea), { minLength, maxLength }).map(list => Buffer.from(list))

test('finds what indexOf finds, from anywhere', () => {
  let found = 0
  fc.assert(
    fc.property(bytes(0, 300), bytes(1, 14), fc.nat(20), fc.boolean(), (body, needle, from, planted) => {
      const whole = planted ? Buffer.concat([body, needle, body]) : body
      const at = new ByteFinder(needle).in(whole, from)
      expect(at).toBe(whole.indexOf(needle, from))
      if (at >= 0) found++
    }),
    { numRuns: 5000 },
  )
  expect(found).toBeGreaterThan(500)
})

test('text that repeats a part of it is looked through once', () => {
  const body = Buffer.alloc(1024 * 1024, 'a')
  const needle = Buffer.concat([Buffer.alloc(3000, 'a'), Buffer.from('b')])
  expect(new ByteFinder(needle).in(body)).toBe(-1)
  expect(new ByteFinder(needle).in(Buffer.concat([body, Buffer.from('b')]))).toBe(body.length - 3000)
})
