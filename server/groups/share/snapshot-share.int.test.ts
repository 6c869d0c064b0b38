import { serialize } from 'node:v8'
import { deflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freshDatabaseUrl } from '@/scripts/services/in-test'
import { testStore } from '@/server/http/testing'
import { silentLogger } from '@/server/log'
import { lagSnapshot } from '@/server/store/schema/index'
import type { Store } from '@/server/store/types'
import { described, listing, snapshot } from '../testing'
import { packSnapshot, unpackSnapshot } from './pack-snapshot'
import { SnapshotShare } from './snapshot-share'

const T0 = 1_700_000_000_000
const seen = (atMs: number, offset: number) => {
  const taken = snapshot(atMs, [['그룹', 't', 3, offset]], { 't/3': { lso: 9, hw: 12, leaderless: true } })
  return { ...taken, seq: atMs }
}

it('what is packed comes back as it was; another shape is nobody’s, and broken bytes are refused', async () => {
  const shared = { snapshot: seen(T0, 5), described: new Map([['그룹', null]]) }
  expect(await unpackSnapshot(await packSnapshot(shared))).toMatchObject(shared)
  expect(await unpackSnapshot(deflateRawSync(serialize({ shape: 99 })))).toBeNull()
  await expect(unpackSnapshot(Buffer.from('none of ours'))).rejects.toThrow()
})

describe.each(['pglite', 'postgres'] as const)('two replicas on %s', dialect => {
  let store: Store
  let nowMs = T0
  const clock = { now: () => nowMs }
  // Every turn is due: the rest is up to the clock of the test.
  const open = (instance: string) =>
    new SnapshotShare({ store, clock, log: silentLogger, cluster: 'c', instance, intervalMs: 1 })
  const turn = async (share: SnapshotShare, watched: string[] = []) => {
    await new Promise(resolve => setTimeout(resolve, 5))
    return share.turn(watched)
  }
  beforeAll(async () => {
    store = await testStore(dialect === 'postgres' ? await freshDatabaseUrl() : null)
  }, 60_000)
  afterAll(() => store.close())

  it('one samples and writes while another follows; who follows is told of members and tells what is watched', async () => {
    const [one, two] = [open('one'), open('two')]
    expect((await turn(one)).kind).toBe('sample')
    await one.publish(seen(nowMs, 1))
    expect(await store.db.select().from(lagSnapshot)).toEqual([])
    // Nothing to follow yet: it looks for itself.
    expect((await turn(two, ['그룹', `odd\0${'x'.repeat(1000)}`])).kind).toBe('sample')
    expect([one.leads, two.leads]).toEqual([true, false])
    one.noteDescribed('그룹', described(listing('그룹'), 't', [3]))
    await one.publish(seen(nowMs, 2))
    expect(one.watchedElsewhere.size).toBe(2)
    expect(one.watchedElsewhere.has('그룹')).toBe(true)
    const followed = await turn(two)
    if (followed.kind !== 'follow') throw new Error(followed.kind)
    expect([...followed.shared.snapshot.commits.offset]).toEqual([2])
    expect(followed.shared.described.get('그룹')?.members).toHaveLength(1)
    // The same once more is no news.
    expect((await turn(two)).kind).not.toBe('follow')
    expect(two.leads).toBe(false)

    nowMs += 1000
    expect((await turn(two)).kind).toBe('sample')
    expect(two.leads).toBe(true)
    expect((await turn(one)).kind).toBe('sample')
    expect(one.leads).toBe(false)
    await one.publish(seen(nowMs, 7))
    await two.leave()
    await turn(one)
    expect(one.leads).toBe(true)
    await one.leave()
  })
})
