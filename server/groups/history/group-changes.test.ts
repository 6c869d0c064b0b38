import { describe, expect, it } from 'vitest'
import type { GroupDescription } from '@/server/kafka/port'
import { changeBetween } from './group-changes'

const AT = 1_700_000_000_000

/** A group of members with their partitions of one topic. */
function group(members: Record<string, number[]>, epoch: number | null = null): GroupDescription {
  // Only what is compared.
  return {
    epoch,
    members: Object.entries(members).map(([memberId, partitions]) => ({
      memberId,
      assigned: [{ topic: 'orders', partitions }],
    })),
  } as unknown as GroupDescription
}

describe('what happened between two looks at a group', () => {
  it('nothing: the same members, in another order, with the same partitions', () => {
    expect(changeBetween(group({ a: [0], b: [1] }), group({ b: [1], a: [0] }), AT)).toBeNull()
  })

  it('is not known at the first look', () => {
    expect(changeBetween(null, group({ a: [0] }), AT)).toBeNull()
  })

  it('a deployment: as many members as before, and none of them the same', () => {
    expect(changeBetween(group({ a: [0], b: [1] }), group({ c: [0], d: [1] }), AT)).toEqual({
      atMs: AT,
      kind: 'members',
      detail: { from: 2, to: 2, joined: 2, left: 2 },
    })
  })

  it('a member that went', () => {
    expect(changeBetween(group({ a: [0], b: [1] }), group({ a: [0, 1] }), AT)).toMatchObject({
      kind: 'members',
      detail: { from: 2, to: 1, joined: 0, left: 1 },
    })
  })

  it.each([
    [
      'partitions that moved between those who stayed',
      group({ a: [0, 1], b: [] }),
      group({ a: [0], b: [1] }),
    ],
    ['an epoch that grew', group({ a: [0] }, 3), group({ a: [0] }, 4)],
  ])('a rebalance: %s', (_, before, after) => {
    expect(changeBetween(before, after, AT)).toMatchObject({ atMs: AT, kind: 'rebalance' })
  })
})
