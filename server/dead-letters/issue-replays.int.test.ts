import { afterAll, beforeAll, expect, it } from 'vitest'
import { deadLetterTriage } from '@/lib/contracts/dead-letter-triage'
import { kafkaBootstrap } from '@/scripts/services/in-test'
import { testStore } from '@/server/http/testing'
import { silentLogger } from '@/server/log'
import {
  type Bed,
  CLUSTER,
  header,
  makeBed,
  makeLetters,
  plan,
  run,
  springHeaders,
  untilState,
  writeAll,
} from '@/server/replays/testing'
import type { Store } from '@/server/store/types'
import { ClusterDeadLetterIndex } from './cluster-index'
import { getIssue } from './get-issue'
import { until } from './testing'

let bed: Bed
let store: Store
let index: ClusterDeadLetterIndex
const clock = { now: () => Date.now() }
const all = { may: () => true }

beforeAll(async () => {
  store = await testStore()
  bed = await makeBed(kafkaBootstrap(), {
    store,
    deadLetters: { of: () => index },
    wrap: cluster => {
      index = new ClusterDeadLetterIndex({ cluster, store, clock, log: silentLogger })
      return cluster
    },
  })
  index.start()
})
afterAll(async () => {
  await index?.stop()
  await bed?.close()
  await store?.close()
})

it("replays of an issue's letters stand in its history: who, when, why, how many, and what came back", async () => {
  const { origin, letters, refs } = await makeLetters(bed.cluster, 4)
  const ctx = bed.context()
  const issue = await until(
    'indexed',
    () => index.issues({ ...all, topic: letters }).find(one => one.count === 4),
    30_000,
  )
  const { fingerprint } = issue
  const story = async (context = ctx) => {
    const answer = await getIssue(context, { cluster: CLUSTER, fingerprint })
    expect(deadLetterTriage.issue.output.safeParse(answer).error).toBeUndefined()
    return answer.history
  }
  expect(await story()).toEqual([])
  const replayed = async (selection: { topic: string; records?: typeof refs; fingerprint?: string }) => {
    const planned = await plan(ctx, { selection, reason: 'fixed in 1.4.2' })
    const { id } = await run(ctx, { planId: planned.planId })
    return untilState(ctx, id, ['completed', 'partial', 'failed', 'stopped'])
  }
  // Letters by their places, and then what is left of the issue.
  const some = await replayed({ topic: letters, records: refs.slice(0, 1) })
  const event = {
    ...{ kind: 'replay', actor: ctx.actor.name, actorKind: 'user', from: null, to: 'completed' },
    ...{ text: 'fixed in 1.4.2', at: some.startedAt },
    replay: { id: some.id, state: 'completed', letters: 1, replayed: 1, whole: true },
  }
  expect(await story()).toEqual([{ id: some.id, ...event }])
  await until('marked', () => index.issues({ ...all, fingerprint })[0]?.open === 3, 30_000)
  const rest = await replayed({ topic: letters, fingerprint })
  expect((await story()).map(({ replay }) => replay)).toEqual([
    { id: rest.id, state: 'completed', letters: 3, replayed: 3, whole: true },
    event.replay,
  ])
  await writeAll(bed.cluster, letters, [
    {
      ...{ partition: 0, key: Buffer.from('k-0'), value: Buffer.from('0'), timestampMs: Date.now() },
      headers: [
        ...springHeaders(origin, 0, 4n),
        header('x-replay-id', some.id),
        header('x-replay-count', '1'),
      ],
    },
  ])
  await until('back', () => index.issues({ ...all, fingerprint })[0]?.status === 'refailed', 30_000)
  expect((await story())[0]).toMatchObject({
    kind: 'refailed',
    actorKind: 'system',
    to: '1',
  })
})
