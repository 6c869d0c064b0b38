import { describe, expect, it, vi } from 'vitest'
import type { ClusterMetadata } from '../port'
import { MetadataCache } from './metadata-cache'

function setup() {
  const asked: (string[] | null)[] = []
  const answer: (() => void)[] = []
  let exists = new Set(['a', 'b'])
  const cache = new MetadataCache(
    async topics => {
      asked.push(topics)
      await new Promise<void>(resolve => answer.push(resolve))
      const names = topics ?? [...exists]
      const metadata: ClusterMetadata = {
        clusterId: 'c',
        brokers: [{ id: 1, host: 'h', port: 1, rack: null }],
        topics: new Map(
          names.map(name => [
            name,
            exists.has(name)
              ? { ok: true, value: { name, topicId: '', internal: false, partitions: [] } }
              : { ok: false, problem: { scope: name, code: 'TOPIC_UNKNOWN' } },
          ]),
        ),
        sampledAtMs: 1,
      }
      return metadata
    },
    { now: () => 1_000_000 },
  )
  const get = (topics: string[] | null, maxAgeMs = 60_000) => cache.get({ topics, maxAgeMs })
  const settle = async <T>(promise: Promise<T>) => {
    await Promise.resolve()
    for (const one of answer.splice(0)) one()
    return promise
  }
  return { asked, cache, get, settle, only: (names: string[]) => (exists = new Set(names)) }
}

describe('cached metadata', () => {
  it('is asked once for all who ask at the same time, and remembered', async () => {
    const { asked, get, settle } = setup()
    const [one, two] = await settle(Promise.all([get(null), get(null)]))
    expect(one).toBe(two)
    expect(await get(null)).toBe(one)
    expect((await get(['a', 'zzz'])).topics.get('zzz')?.ok).toBe(false) // from the whole
    expect(asked).toEqual([null])
  })

  it('forgets within a moment that a topic was not there, and keeps for long that one was', async () => {
    const { asked, get, settle, only } = setup()
    const clock = vi.spyOn(performance, 'now').mockReturnValue(1000)
    await settle(get(null))
    await settle(get(['late']))
    only(['a', 'b', 'late'])
    expect((await get(['late'])).topics.get('late')?.ok).toBe(false)
    clock.mockReturnValue(1300)
    expect((await settle(get(['late']))).topics.get('late')?.ok).toBe(true)
    clock.mockReturnValue(30_000)
    expect((await get(['a'])).topics.get('a')?.ok).toBe(true)
    expect((await get(['late'])).topics.get('late')?.ok).toBe(true)
    expect(asked).toEqual([null, ['late']])
    clock.mockRestore()
  })

  it('knows single topics, and brokers alone', async () => {
    const { asked, get, settle } = setup()
    expect((await settle(get([]))).brokers).toHaveLength(1)
    expect((await get([])).brokers).toHaveLength(1)
    await settle(get(['a']))
    await get(['a'])
    expect((await settle(get(['a', 'b']))).topics.size).toBe(2)
    expect(await get(['b'])).toMatchObject({ clusterId: 'c', sampledAtMs: expect.any(Number) })
    expect(asked).toEqual([[], ['a'], ['a', 'b']])
  })

  it('forgets one topic or all; an answer that was under way by then is not kept', async () => {
    const { asked, cache, get, settle, only } = setup()
    await settle(get(['a']))
    cache.forget('a')
    const old = get(['a'])
    cache.forget('a') // deleted while the answer was on its way
    await settle(old)
    only([])
    expect((await settle(get(['a']))).topics.get('a')?.ok).toBe(false)
    expect(asked).toHaveLength(3)
  })

  it('does not remember a failure', async () => {
    let fails = true
    const cache = new MetadataCache(
      async () => {
        if (fails) throw new Error('down')
        return { clusterId: null, brokers: [], topics: new Map(), sampledAtMs: 0 }
      },
      { now: () => 0 },
    )
    await expect(cache.get({ topics: null, maxAgeMs: 60_000 })).rejects.toThrow('down')
    fails = false
    await expect(cache.get({ topics: null, maxAgeMs: 60_000 })).resolves.toBeDefined()
  })
})
