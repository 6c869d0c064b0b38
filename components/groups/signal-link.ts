import type { GroupDetail } from '@/lib/contracts/groups'
import { routes } from '@/lib/routes'

type Signal = GroupDetail['signals'][number]
export type SignalLink = {
  href: string
  words: 'record' | 'topicConfigs' | 'offsets' | 'chart' | 'members'
}

/** Where a signal's "look next" leads; null where it is outside the console. */
export function signalLink(
  { kind, params }: Signal,
  cluster: string,
  { group, partitions }: Pick<GroupDetail, 'group' | 'partitions'>,
): SignalLink | null {
  const { topic, partition } = params
  const page = (query: Record<string, string>) => routes.group(cluster, group, undefined, query)
  switch (kind) {
    case 'stuckPartition': {
      const row = partitions.find(one => one.topic === topic && one.partition === partition)
      return row?.committed == null
        ? null
        : { href: routes.record(cluster, row.topic, row.partition, row.committed), words: 'record' }
    }
    case 'dataLost':
      return typeof topic === 'string'
        ? { href: routes.topic(cluster, topic, 'configs'), words: 'topicConfigs' }
        : null
    case 'skew':
      return { href: page({ of: `${topic}/${partition}` }), words: 'chart' }
    case 'beyondEnd':
    case 'rewind':
      return { href: page({ tab: 'offsets' }), words: 'offsets' }
    case 'stop':
    case 'stall':
    case 'idleMember':
    case 'unevenMembers':
    case 'rebalanceStorm':
      return { href: page({ tab: 'members' }), words: 'members' }
    default:
      return null
  }
}
