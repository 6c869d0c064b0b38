import { LagBook } from '@/server/groups/lag-book'
import { takeSnapshot } from '@/server/groups/take-snapshot'
import type { KafkaCluster } from '@/server/kafka/port'
import { type Series, timed } from '../measure.ts'

const TURNS = 200

/** One group alone, as somebody who watches it has it taken each second: commits, ends and members. */
export async function measureRefresh(cluster: KafkaCluster, group: string): Promise<Series> {
  const { groups } = await cluster.listGroups()
  const listing = groups.find(one => one.group === group)
  if (!listing) throw new Error(`there is no group ${group}`)
  const book = new LagBook()
  const samples: number[] = []
  for (let turn = 0; turn < TURNS * 1.5; turn += 1) {
    const ms = await timed(async () => {
      const [taken] = await Promise.all([
        takeSnapshot(cluster, Date.now, {
          seq: turn + 1,
          groups: [listing],
          knownStart: at => book.knownStart(at, Date.now()),
        }),
        cluster.describeGroups([listing]),
      ])
      book.take(taken)
    })
    if (turn >= TURNS / 2) samples.push(ms)
  }
  return { name: `refresh of one group`, rounds: [samples] }
}
