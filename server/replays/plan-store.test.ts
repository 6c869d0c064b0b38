import { expect, it } from 'vitest'
import type { ReplayPlan } from '@/lib/contracts/replays'
import { testStore } from '@/server/http/testing'
import { replayPlan } from '@/server/store/schema/index'
import { type StoredPlan, savePlan } from './plan-store'

const NOW = 1_795_000_000_000

it('of one person the newest two hundred plans are kept, and 64 MiB of them; of others all', async () => {
  const store = await testStore()
  const save = (by: string, number: number, request = '{}') => {
    const createdAtMs = NOW + number
    const id = `p-${by}-${number}`
    const plan = { id, cluster: 'c', by, hash: 'h', createdAtMs, expiresAtMs: createdAtMs + 1 } as StoredPlan
    return savePlan(store, plan, { request, records: '{}', chunks: [], hash: 'h' }, {} as ReplayPlan)
  }
  const kept = async (by: string) => {
    const rows = await store.db.select({ id: replayPlan.id, by: replayPlan.by }).from(replayPlan)
    return rows.filter(row => row.by === by).map(row => row.id)
  }
  try {
    await save('ben', 0)
    for (let i = 0; i < 203; i++) await save('ann', i)
    expect(await kept('ann')).toHaveLength(200)
    expect(await kept('ann')).not.toContain('p-ann-2')
    expect(await kept('ann')).toContain('p-ann-3')
    const large = 'x'.repeat(20 * 1024 * 1024)
    for (let i = 203; i < 207; i++) await save('ann', i, large)
    expect((await kept('ann')).sort()).toEqual(['p-ann-204', 'p-ann-205', 'p-ann-206'])
    // The one that was just made stays, whatever it weighs.
    await save('ann', 207, large.repeat(4))
    expect(await kept('ann')).toEqual(['p-ann-207'])
    expect(await kept('ben')).toEqual(['p-ben-0'])
  } finally {
    await store.close()
  }
}, 120_000)
