import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freshDatabaseUrl } from '@/scripts/services/in-test'
import { testStore } from '@/server/http/testing'
import { silentLogger } from '@/server/log'
import { revokedSession } from '@/server/store/schema/index'
import type { Store } from '@/server/store/types'
import { createRevokedSessions } from './revoked-sessions'

const HOUR = 3_600_000
const dialects: [string, () => Promise<string | null>][] = [
  ['pglite', async () => null],
  ['postgres', freshDatabaseUrl],
]

describe.each(dialects)('sessions that were ended, on %s', (_, databaseUrl) => {
  let store: Store
  let nowMs = 1_795_000_000_000
  const made = () => createRevokedSessions({ store, clock: { now: () => nowMs }, log: silentLogger })
  beforeAll(async () => {
    store = await testStore(await databaseUrl())
  })
  afterAll(() => store?.close())

  it('are known here at once, to a process that starts later, and forgotten when their tokens have expired', async () => {
    const here = made()
    expect(here.has('a')).toBe(false)
    await here.add('a')
    await here.add('a')
    expect(here.has('a')).toBe(true)
    const later = made()
    later.start()
    await expect.poll(() => later.has('a')).toBe(true)
    await later.stop()
    nowMs += 13 * HOUR
    expect(here.has('a')).toBe(false)
    const next = made()
    next.start()
    await expect.poll(async () => (await store.db.select().from(revokedSession)).length).toBe(0)
    await next.stop()
  })

  it('hold here even when they cannot be written down', async () => {
    const broken = await testStore()
    await broken.close()
    const here = createRevokedSessions({ store: broken, clock: { now: () => nowMs }, log: silentLogger })
    await expect(here.add('b')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    expect(here.has('b')).toBe(true)
  })
})
