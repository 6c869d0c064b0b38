import { expect, it } from 'vitest'
import { KnownLooks } from './known-looks'

const at = { topic: 't', topicId: 'id', partition: 3, committed: 7, lso: 9 }
const record = { empty: false, timestampMs: 5 }
const nothing = { empty: true, timestampMs: null }

it('a record stays where it is; that there is none holds only up to the end that was looked at', () => {
  const looks = new KnownLooks()
  expect(looks.at('t', 'id', 3, 7, 9)).toBeUndefined()
  looks.remember(at, record)
  expect(looks.at('t', 'id', 3, 7, 900)).toBe(record)
  looks.remember(at, nothing)
  expect(looks.at('t', 'id', 3, 7, 9)).toBe(nothing)
  expect(looks.at('t', 'id', 3, 7, 10)).toBeUndefined()
  looks.remember(at, null)
  expect(looks.at('t', 'id', 3, 7, 10)).toBeNull()
  expect(looks.at('t', 'id', 3, 8, 9)).toBeUndefined()
  expect(looks.size).toBe(1)
})

it('another topic by the same name has nothing of the first', () => {
  const looks = new KnownLooks()
  looks.remember(at, record)
  expect(looks.at('t', 'other', 3, 7, 9)).toBeUndefined()
  looks.remember({ ...at, topicId: 'other', partition: 4 }, record)
  expect(looks.at('t', 'id', 3, 7, 9)).toBeUndefined()
  expect(looks.size).toBe(1)
})

it('the oldest go', () => {
  const looks = new KnownLooks()
  for (let i = 0; i < 10_002; i++) looks.remember({ ...at, partition: i % 50, committed: i }, record)
  expect(looks.size).toBe(10_000)
  expect(looks.at('t', 'id', 1, 1, 9)).toBeUndefined()
  expect(looks.at('t', 'id', 2, 2, 9)).toBe(record)
})
