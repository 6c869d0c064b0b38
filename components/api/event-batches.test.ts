import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { messages } from '@/lib/contracts/messages'
import { eventBatches } from './event-batches'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

const skipped = (records: number) => JSON.stringify({ records })

test('the first event is handed on at once, what follows ten times a second, in order and nothing twice', () => {
  const batches: number[][] = []
  const { take } = eventBatches(messages.stream, events =>
    batches.push(events.map(one => (one.event === 'skipped' ? one.data.records : -1))),
  )
  take('skipped', skipped(0))
  vi.advanceTimersByTime(1)
  expect(batches).toEqual([[0]])
  for (let n = 1; n <= 1000; n++) {
    take('skipped', skipped(n))
    vi.advanceTimersByTime(1)
  }
  vi.advanceTimersByTime(100)
  expect(batches.flat()).toEqual(Array.from({ length: 1001 }, (_, n) => n))
  expect(batches.length).toBeLessThanOrEqual(12)
})

test('what the contract does not know is left out; nothing comes after `cancel`; `flush` hands on what waits', () => {
  const seen: string[] = []
  const batches = eventBatches(messages.stream, events => seen.push(...events.map(one => one.event)))
  batches.take('weather', '{}')
  batches.take('toString', '{}')
  batches.take('skipped', '{"records":"many"}')
  batches.take('skipped', skipped(1))
  batches.flush()
  expect(seen).toEqual(['skipped'])
  batches.take('skipped', skipped(2))
  batches.cancel()
  vi.advanceTimersByTime(1000)
  expect(seen).toEqual(['skipped'])
})
