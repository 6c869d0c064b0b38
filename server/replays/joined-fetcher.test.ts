import { expect, test } from 'vitest'
import type { FetchedPartition, FetchRequest } from '@/server/kafka/port'
import { joinedFetcher } from './joined-fetcher'

test('it has ended when its last fetch has, also one that failed', async () => {
  const fetches: PromiseWithResolvers<FetchedPartition[]>[] = []
  let closed = 0
  const fetcher = joinedFetcher({
    fetch() {
      const made = Promise.withResolvers<FetchedPartition[]>()
      fetches.push(made)
      return made.promise
    },
    close: () => void closed++,
  })
  const request: FetchRequest = { topic: 'a', positions: [], isolation: 'read_committed' }
  const first = fetcher.fetch(request)
  const second = fetcher.fetch(request).catch((error: Error) => error.message)
  let ended = false
  const joined = fetcher.ended().then(() => {
    ended = true
  })
  expect(closed).toBe(1)
  fetches[0]?.resolve([])
  expect(await first).toEqual([])
  expect(ended).toBe(false)
  fetches[1]?.reject(new Error('closed'))
  expect(await second).toBe('closed')
  await joined
  expect(ended).toBe(true)
})
