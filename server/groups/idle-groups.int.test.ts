import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freshDatabaseUrl } from '@/scripts/services/in-test'
import { testStore } from '@/server/http/testing'
import type { Store } from '@/server/store/types'
import { IdleGroups } from './idle-groups'
import { LagBook } from './lag-book'
import { listing, snapshot } from './testing'

const T0 = 1_700_000_000_000
const DAY = 86_400_000
const HOUR = 3_600_000
const strange = `그룹\0${'x'.repeat(2000)}\ud800`
const names = ['quiet', 'woken', 'busy', strange]
const ends = { 't/0': 100 }

/** Groups as a process sees them that just started; who stands where. */
function bookAt(atMs: number, offsets: Record<string, number>, states: Record<string, string> = {}) {
  const book = new LagBook()
  const commits = Object.entries(offsets).map(([name, offset]): [string, string, number, number] => [
    name,
    't',
    0,
    offset,
  ])
  const groups = Object.keys(offsets).map(name => listing(name, { state: states[name] ?? 'Empty' }))
  book.take(snapshot(atMs, commits, ends, { groups }))
  return book
}
const standing = (at: number) => Object.fromEntries(names.map(name => [name, at]))
const sinceOf = (book: LagBook, name: string) => book.groups.get(name)?.emptySinceMs

describe.each(['pglite', 'postgres'] as const)('groups without members in %s', dialect => {
  let store: Store
  beforeAll(async () => {
    store = await testStore(dialect === 'postgres' ? await freshDatabaseUrl() : null)
  }, 60_000)
  afterAll(() => store.close())

  it('are known to be so since before a restart, unless they stand elsewhere or had members since', async () => {
    const before = bookAt(T0, standing(5), { busy: 'Stable' })
    const writer = new IdleGroups(store, 'c')
    await writer.adopt(before.groups.values())
    await writer.save(before.groups.values(), { complete: true, atMs: T0 })

    const after = bookAt(T0 + 6 * DAY, { ...standing(5), woken: 9 }, {})
    const idle = new IdleGroups(store, 'c')
    await idle.adopt(after.groups.values())
    expect(names.map(name => sinceOf(after, name))).toEqual([T0, T0 + 6 * DAY, T0 + 6 * DAY, T0])
    await idle.save(after.groups.values(), { complete: true, atMs: T0 + 6 * DAY + HOUR })

    // Looked at once more with a broker away: who is not listed is not forgotten; with all of them it is.
    const some = bookAt(T0 + 7 * DAY, { woken: 9 }, {})
    const last = new IdleGroups(store, 'c')
    await last.adopt(some.groups.values())
    expect(sinceOf(some, 'woken')).toBe(T0 + 6 * DAY)
    const whole = bookAt(T0 + 8 * DAY, standing(5))
    await last.save(some.groups.values(), { complete: false, atMs: T0 + 8 * DAY })
    const again = new IdleGroups(store, 'c')
    await again.adopt(whole.groups.values())
    expect(sinceOf(whole, 'quiet')).toBe(T0)
    await last.save(some.groups.values(), { complete: true, atMs: T0 + 8 * DAY })
    const gone = bookAt(T0 + 9 * DAY, standing(5))
    await new IdleGroups(store, 'c').adopt(gone.groups.values())
    expect(sinceOf(gone, 'quiet')).toBe(T0 + 9 * DAY)
  })

  it('of another cluster are others', async () => {
    const book = bookAt(T0 + 20 * DAY, standing(5))
    await new IdleGroups(store, 'other').adopt(book.groups.values())
    expect(sinceOf(book, 'quiet')).toBe(T0 + 20 * DAY)
  })
})
