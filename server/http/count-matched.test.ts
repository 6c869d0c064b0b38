import { expect, it } from 'vitest'
import { COUNTED_MOST, countMatched } from './count-matched'

const rows = (count: number) => Array.from({ length: count }, (_, i) => i)
/** Rows of a table, of which the caller sees every second one. */
const count = (page: Partial<Parameters<typeof countMatched>[0]>, all: number) => {
  const asked: number[] = []
  const read = async (limit: number) => {
    asked.push(limit)
    return rows(all).slice(0, limit)
  }
  const counted = countMatched({ isFirst: true, hasMore: true, shown: 10, ...page }, read, i => i % 2 === 0)
  return counted.then(answer => ({ answer, asked }))
}

it('counts what may be seen, once, and not beyond its bound', async () => {
  expect(await count({}, 100)).toEqual({ answer: { matched: 50 }, asked: [COUNTED_MOST + 1] })
  expect((await count({}, COUNTED_MOST)).answer).toEqual({ matched: COUNTED_MOST / 2 })
  const beyond = await count({}, COUNTED_MOST * 20)
  expect(beyond.answer).toEqual({ matched: COUNTED_MOST / 2, matchedIsLeast: true })
  expect(beyond.asked).toEqual([COUNTED_MOST + 1])
})

it('reads nothing where the page says it all, nor for the pages after it', async () => {
  expect(await count({ hasMore: false, shown: 7 }, 7)).toEqual({ answer: { matched: 7 }, asked: [] })
  expect(await count({ isFirst: false }, 100)).toEqual({ answer: {}, asked: [] })
})

it('never tells fewer than there are on the page', async () => {
  expect((await count({ shown: 30 }, 20)).answer).toEqual({ matched: 30 })
})
