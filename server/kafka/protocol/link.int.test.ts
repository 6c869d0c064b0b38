import { afterAll, describe, expect, it } from 'vitest'
import { kafkaBootstrap } from '@/scripts/services/in-test'
import { testLink } from '../testing'

const link = testLink(kafkaBootstrap())
afterAll(() => link.close())

describe('a link to a living cluster', () => {
  it('reads metadata, versions and features', async () => {
    const metadata = await link.metadata({ maxAgeMs: 0 })
    expect(metadata.brokers).toHaveLength(1)
    const [broker] = metadata.brokers
    expect(await link.version(broker?.id ?? 0, 3, [11, 12, 99])).toBe(12)
    expect((await link.features()).get('transaction.version')).toBe(2)
    const found = await link.findCoordinator('group', ['a', 'b'])
    expect(found.get('a')).toEqual({ ok: true, value: broker?.id })
  })
})
