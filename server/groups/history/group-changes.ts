import type { GroupDescription } from '@/server/kafka/port'
import type { Marker } from './lag-history'

/**
 * What happened between two descriptions of a group: members came or went (a deployment), or partitions moved
 * between those who stayed (a rebalance). null: nothing, or it isn't known.
 */
export function changeBetween(
  before: GroupDescription | null,
  after: GroupDescription,
  atMs: number,
): Marker | null {
  if (!before) return null
  const was = new Set(before.members.map(one => one.memberId))
  const is = new Set(after.members.map(one => one.memberId))
  const joined = [...is].filter(id => !was.has(id)).length
  const left = [...was].filter(id => !is.has(id)).length
  if (joined > 0 || left > 0)
    return { atMs, kind: 'members', detail: { from: was.size, to: is.size, joined, left } }
  const moved = before.epoch !== after.epoch || assignmentOf(before) !== assignmentOf(after)
  return moved ? { atMs, kind: 'rebalance', detail: { members: is.size } } : null
}

function assignmentOf({ members }: GroupDescription): string {
  return members
    .map(({ memberId, assigned }) =>
      [memberId, ...assigned.map(one => `${one.topic}:${one.partitions.join(',')}`)].join(' '),
    )
    .sort()
    .join('\n')
}
