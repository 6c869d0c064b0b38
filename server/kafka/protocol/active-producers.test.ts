import { expect, test } from 'vitest'
import { activeProducers } from './active-producers'
import { within } from './deadline'
import type { ClusterLink } from './link'

const NOT_LEADER = 6
const place = (partition: number) => ({ topic: 't', partition })

/** Partition 0 is led by broker 1; partition 1 by 2, which only an answer of this moment knows, or nobody. */
function linkOf(movedTo: number | null) {
  const asked: [broker: number, partitions: number[]][] = []
  const link = {
    async metadataIn(_scope: unknown, { maxAgeMs = 0 }) {
      const leaders = [1, maxAgeMs === 0 ? movedTo : 1]
      const partitions = leaders.map((leader, partition) => ({ partition, leader }))
      return { topics: new Map([['t', { ok: true, value: { partitions } }]]) }
    },
    async read({ broker }: { broker: number }, _api: unknown, [topics]: [{ partitionIndexes: number[] }[]]) {
      const wanted = topics.flatMap(one => one.partitionIndexes)
      asked.push([broker, wanted])
      const partitions = wanted.map(partitionIndex => ({
        partitionIndex,
        errorCode: broker === partitionIndex + 1 ? 0 : NOT_LEADER,
        activeProducers:
          broker === partitionIndex + 1
            ? [{ producerId: BigInt(partitionIndex), currentTxnStartOffset: 5n, lastTimestamp: 0n }]
            : [],
      }))
      return { topics: [{ name: 't', partitions }] }
    },
  } as unknown as Pick<ClusterLink, 'metadataIn' | 'read'>
  return { asked, link }
}

const ask = (link: Pick<ClusterLink, 'metadataIn' | 'read'>) =>
  within({ timeoutMs: 5_000 }, scope => activeProducers(link, [place(0), place(1)], scope))

test('a leader that moved is asked where it is now, and only for what is missed', async () => {
  const { asked, link } = linkOf(2)
  const { producers, isWhole } = await ask(link)
  expect(isWhole).toBe(true)
  expect(producers.map(one => [one.partition, one.producerId, one.openFrom])).toEqual([
    [0, 0n, 5n],
    [1, 1n, 5n],
  ])
  expect(asked).toEqual([
    [1, [0, 1]],
    [2, [1]],
  ])
})

test('what nobody leads is told as missing, beside what is known', async () => {
  const { asked, link } = linkOf(null)
  expect(await ask(link)).toMatchObject({ isWhole: false, producers: [{ partition: 0 }] })
  expect(asked).toHaveLength(1)
})
