import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { kafkaBootstrap } from '@/scripts/services/in-test'
import { LedgerFollower } from '@/server/dead-letters/ledger-follower'
import type { KafkaCluster } from '@/server/kafka/port'
import { LEDGER_TOPIC } from './ledger'
import { replaysOfLetter } from './replays-of-letter'
import { type Bed, makeBed, makeLetters, namedIndex, plan, run, untilState } from './testing'

let bed: Bed
let follower: LedgerFollower
/** Fetches of the ledger. */
let fetches = 0
const stop = new AbortController()

/** The port, with fetches of the ledger counted. */
function counting(cluster: KafkaCluster): KafkaCluster {
  return new Proxy(cluster, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target)
      if (name !== 'openFetcher') return typeof value === 'function' ? value.bind(target) : value
      return (options: Parameters<KafkaCluster['openFetcher']>[0]) => {
        const fetcher = target.openFetcher(options)
        return {
          close: () => fetcher.close(),
          fetch: (request: Parameters<typeof fetcher.fetch>[0]) => {
            if (request.topic === LEDGER_TOPIC) fetches += 1
            return fetcher.fetch(request)
          },
        }
      }
    },
  })
}

/** What the index does in the background. */
async function follow(): Promise<void> {
  follower.adopt(await bed.cluster.metadata({ maxAgeMs: 0 }))
  await follower.locate()
  while (await follower.readUntil(Date.now() + 5_000));
}

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })
beforeAll(async () => {
  bed = await makeBed(kafkaBootstrap(), {
    wrap: counting,
    deadLetters: namedIndex({ ledgerMap: () => follower.map }),
  })
  follower = new LedgerFollower(bed.cluster, bed.clock, stop.signal, {
    entry: () => undefined,
    forgotten: () => undefined,
  })
})
afterAll(async () => {
  stop.abort()
  follower.close()
  await bed.close()
})

it('a plan reads of the ledger what concerns its letters: by the map, and by what came since it was drawn', async () => {
  const ctx = bed.context()
  const { letters, refs } = await makeLetters(bed.cluster, 6)
  const records = refs.slice(0, 3)
  const { id } = await run(ctx, { selection: { topic: letters, records }, target: { kind: 'origin' } })
  expect((await untilState(ctx, id, ['completed'])).replayed).toBe(3)

  // Not mapped yet: it stands behind the map's end.
  const whole = { selection: { topic: letters, records: refs }, target: { kind: 'origin' as const } }
  const refused = [{ reason: 'already-replayed', count: 3 }]
  expect((await plan(ctx, whole)).refusals).toMatchObject(refused)
  await follow()
  expect((await plan(ctx, whole)).refusals).toMatchObject(refused)

  const [first] = refs
  const topic = (await bed.cluster.metadata({ topics: [letters] })).topics.get(letters)
  const topicId = topic?.ok ? topic.value.topicId : ''
  const letter = { topicId, partition: 0, offset: BigInt(first?.offset ?? 0) }
  const source = { cluster: bed.cluster, map: follower.map, signal: stop.signal }
  expect(await replaysOfLetter(source, letter)).toMatchObject([{ replay: id, count: 1 }])
  expect(await replaysOfLetter(source, { ...letter, offset: 5n })).toEqual([])
})

it('of letters that nobody replayed nothing is read, however long the ledger is', async () => {
  const { letters, refs } = await makeLetters(bed.cluster, 3)
  const selection = { topic: letters, records: refs }
  // Others use this broker's ledger, too: what they write between the look and the plan is read.
  await expect
    .poll(
      async () => {
        await follow()
        fetches = 0
        expect((await plan(bed.context(), { selection, target: { kind: 'origin' } })).replayable).toBe(3)
        return fetches
      },
      { timeout: 40_000 },
    )
    .toBe(0)
})
