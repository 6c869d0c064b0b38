import type { EventOf } from '../contracts/endpoint'
import type { GroupDetail, groups, PartitionLag } from '../contracts/groups'
import { partitionKey } from '../partition-key'

type LagEvent = EventOf<typeof groups.lagStream>['data']

/**
 * A group with what an event of its live stream says: partitions that changed in place of the old ones, in
 * their order.
 */
export function takeLag<G extends GroupDetail>(group: G, { whole, gone, partitions, ...live }: LagEvent): G {
  if (whole) return { ...group, ...live, partitions }
  if (partitions.length === 0 && gone.length === 0) return { ...group, ...live }
  const byKey = new Map(group.partitions.map(row => [partitionKey(row), row]))
  for (const place of gone) byKey.delete(partitionKey(place))
  const size = byKey.size
  for (const row of partitions) byKey.set(partitionKey(row), row)
  const rows = [...byKey.values()]
  return { ...group, ...live, partitions: byKey.size === size ? rows : rows.sort(byPlace) }
}

function byPlace(a: PartitionLag, b: PartitionLag): number {
  return a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1
}
