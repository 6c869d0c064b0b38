import { expect, it } from 'vitest'
import type { OffsetPlan } from '@/lib/contracts/offset-plans'
import { testStore } from '@/server/http/testing'
import { claimPlan, listPlans, savePlan } from './plan-store'

const NOW = 1_795_000_000_000

it('of what one person planned the newest two hundred are kept; what was applied, and of others, all', async () => {
  const store = await testStore()
  const save = (by: string, number: number) => {
    const at = new Date(NOW + number).toISOString()
    const counts = { partitions: 1, changed: 1, skipped: '0', repeated: '0' }
    const plan = { id: `${by}-${number}`, group: by, to: 'earliest', by, reason: null, ...counts }
    return savePlan(store, 'c', { ...plan, createdAt: at, expiresAt: at } as OffsetPlan)
  }
  const kept = async (group: string) =>
    (await listPlans(store, { cluster: 'c', group, limit: 1000 }, NOW)).map(plan => plan.id)
  try {
    await save('ben', 0)
    await save('ann', 0)
    expect(await claimPlan(store, 'ann-0', 'ann', NOW)).toBe(true)
    for (let i = 1; i <= 203; i++) await save('ann', i)
    const mine = await kept('ann')
    expect(mine).toHaveLength(201)
    expect(mine.slice(-2)).toEqual(['ann-4', 'ann-0'])
    expect(await kept('ben')).toEqual(['ben-0'])
  } finally {
    await store.close()
  }
}, 120_000)
