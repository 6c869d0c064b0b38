import { expect, test } from 'vitest'
import type { Problem } from '@/lib/contracts/common'
import { EMPTY_SEARCH, searchReducer } from './search-state'

const broken = (offset: number): Problem => ({
  scope: 'partition:t/0',
  code: 'DECODE_FAILED',
  params: { topic: 't', partition: 0, offset: String(offset) },
})

test('what a live tail can not read is kept while it goes on, and begins anew with it', () => {
  const tail = searchReducer(EMPTY_SEARCH, { type: 'start', goesOn: false, tail: true })
  const told = searchReducer(tail, {
    type: 'events',
    events: [
      { event: 'problem', data: broken(3) },
      { event: 'problem', data: broken(9) },
      { event: 'skipped', data: { records: 5 } },
    ],
  })
  expect(told).toMatchObject({ problems: [broken(3), broken(9)], skipped: 5 })
  const many = Array.from({ length: 1_000 }, (_, n) => ({ event: 'problem' as const, data: broken(n) }))
  expect(searchReducer(told, { type: 'events', events: many }).problems.length).toBeLessThanOrEqual(50)
  expect(searchReducer(told, { type: 'start', goesOn: false, tail: true }).problems).toEqual([])
})

test('a partition of a live tail that is read again is no problem any more, what was left out of it stays one', () => {
  const away: Problem = { scope: 'partition:t/0', code: 'LEADER_UNAVAILABLE' }
  const recovered = { event: 'recovered' as const, data: away }
  const problem = { event: 'problem' as const, data: away }
  const after = (events: Parameters<typeof searchReducer>[1] & { type: 'events' }) =>
    searchReducer({ ...EMPTY_SEARCH, problems: [broken(3)] }, events)
  const back = after({ type: 'events', events: [problem, recovered] })
  expect(back).toMatchObject({ problems: [broken(3)], recovered: ['partition:t/0'] })
  const again = after({ type: 'events', events: [problem, recovered, problem] })
  expect(again).toMatchObject({ problems: [broken(3), away], recovered: [] })
})
