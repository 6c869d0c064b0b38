import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { noteProof, proofSize } from '@/scripts/lib/proof'
import { freshDatabaseUrl, kafkaBootstrap } from '@/scripts/services/in-test'
import { readCommittedByJava } from '@/scripts/services/kafka-tool'
import { testStore } from '@/server/http/testing'
import type { Store } from '@/server/store/types'
import { listReplayRecords } from './list-replay-records'
import {
  type Bed,
  CLUSTER,
  ledgerOf,
  makeBed,
  makeLetters,
  namedIndex,
  plan,
  readCommitted,
  run,
  untilState,
  valuesOf,
} from './testing'

/** Many small transactions, so that a kill falls into one. */
const BATCH_RECORDS = 20
const PARTITIONS = 3
/** The long form runs beside other work, too. */
const LONG_MS = 4 * 3_600_000

/** What is killed how often while it replays how much, and how fast; null: as fast as it can. */
const FORMS = [
  {
    name: 'throttled to last for minutes',
    kills: proofSize(3, 50),
    records: proofSize(1_000, 20_000),
    ratePerSecond: proofSize(150, 100),
  },
  { name: 'at full speed', kills: proofSize(5, 10), records: proofSize(3_000, 20_000), ratePerSecond: null },
]

let url: string
let store: Store
let bed: Bed
beforeAll(async () => {
  url = await freshDatabaseUrl()
  store = await testStore(url)
  // The index knows none of these topics: a selection reads the log.
  const deadLetters = namedIndex({ isDeadLetterTopic: topic => topic.endsWith('.never') })
  bed = await makeBed(kafkaBootstrap(), { store, deadLetters })
})
afterAll(async () => {
  await bed?.close()
  await store?.close()
})

async function startVictim(): Promise<ChildProcess> {
  const args = ['--import', './scripts/lib/alias-hooks.mjs', 'server/replays/run-until-killed.ts']
  const child = spawn(process.execPath, [...args, kafkaBootstrap(), url, String(BATCH_RECORDS)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let errors = ''
  child.stderr?.on('data', chunk => {
    errors += chunk
  })
  const [output] = await Promise.race([
    once(child.stdout ?? child, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error(`the victim ended: ${errors}`))),
  ])
  expect(String(output)).toContain('ready')
  return child
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

/**
 * Until any moment: by the clock, while it takes the lease, opens the transaction and asks the ledger; or by
 * its progress, while it writes, commits or mirrors.
 */
async function letItRun(
  kill: number,
  { records, ratePerSecond }: (typeof FORMS)[number],
  replayed: () => Promise<number>,
): Promise<void> {
  if (kill % 3 === 2) return sleep(Math.random() * 1000)
  const most = ratePerSecond === null ? records / 3 : ratePerSecond * 3
  const goal = (await replayed()) + Math.random() * most
  const giveUpAt = performance.now() + 10_000
  while ((await replayed()) < goal && performance.now() < giveUpAt) await sleep(5)
  await sleep(Math.random() * 15)
}

/** The context of a process that makes replays and runs none: its victims do. */
function makersContext() {
  const idle = { wake: () => undefined }
  // create-replay asks for `wake` alone.
  return bed.context({
    services: { ...bed.context().services, replays: { of: () => idle as never } },
  })
}

test.each(FORMS)(
  'each record is there once, and the ledger says where, through $kills kills, $name',
  {
    timeout: proofSize(900_000, LONG_MS),
  },
  async form => {
    const { kills: KILLS, records: RECORDS, ratePerSecond } = form
    const ctx = makersContext()
    let kills = 0
    let replays = 0
    let midway = 0
    while (kills < KILLS) {
      const { origin, letters, refs } = await makeLetters(bed.cluster, RECORDS, PARTITIONS)
      const rate = ratePerSecond === null ? {} : { ratePerSecond }
      const { planId } = await plan(ctx, { selection: { topic: letters, from: 'oldest' }, ...rate })
      expect(refs).toHaveLength(RECORDS)
      const { id } = await run(ctx, { planId })
      replays += 1
      for (;;) {
        const victim = await startVictim()
        if (kills >= KILLS) {
          const ends = ['completed', 'partial', 'failed', 'stopped'] as const
          const done = await untilState(ctx, id, ends, proofSize(600_000, LONG_MS))
          expect(done).toMatchObject({ state: 'completed' })
          await kill(victim)
          break
        }
        await letItRun(kills, form, async () => (await untilState(ctx, id, [], 0)).replayed)
        await kill(victim)
        kills += 1
        const { state, replayed } = await untilState(ctx, id, [], 0)
        if (state === 'running' && replayed > 0) midway += 1
        if (state === 'completed') break
      }
      expect(await untilState(ctx, id, [], 0)).toMatchObject({
        state: 'completed',
        replayed: RECORDS,
        unknown: 0,
        failed: 0,
        refused: 0,
        remaining: 0,
      })
      const arrived = await readCommitted(bed.cluster, origin)
      expect(valuesOf(arrived)).toEqual(Array.from({ length: RECORDS }, (_, n) => `${n}`))
      if (proofSize(0, 1) === 1) {
        const seen = await readCommittedByJava(kafkaBootstrap(), origin, RECORDS)
        expect(seen.sort((a, b) => Number(a) - Number(b))).toEqual(valuesOf(arrived))
      }
      const placed = new Map(arrived.map(one => [`${one.partition}/${one.offset}`, one]))
      const ledger = await ledgerOf(bed.cluster, letters)
      expect(ledger).toHaveLength(RECORDS)
      for (const { target, replay, partition, offset } of ledger) {
        expect(replay).toBe(id)
        const source = placed
          .get(`${target.partition}/${target.offset}`)
          ?.headers.find(one => one.name.toString() === 'x-replay-source')
        expect(source?.value?.toString()).toBe(`${letters}/${partition}/${offset}`)
      }
      // The mirror says the same as the ledger, also for what was committed just before a kill.
      const entries = new Map(ledger.map(one => [`${one.partition}/${one.offset}`, one]))
      const mirror = await listReplayRecords(ctx, { cluster: CLUSTER, replay: id, limit: 1000 })
      for (const item of mirror.items) {
        const entry = entries.get(`${item.partition}/${item.offset}`)
        expect(item.target?.offset).toBe(entry?.target.offset.toString())
      }
    }
    // A proof that never met a running transaction would prove nothing.
    expect(midway).toBeGreaterThan(0)
    noteProof(`replay through kills, ${form.name}`, {
      kills,
      killsMidway: midway,
      replays,
      recordsEach: RECORDS,
    })
  },
)

test('two replicas, two replays of the same records, and kills: each record once, each replay accounts for all', {
  timeout: proofSize(300_000, LONG_MS),
}, async () => {
  const records = proofSize(1_500, 20_000)
  const kills = proofSize(3, 20)
  const ctx = makersContext()
  const { origin, letters } = await makeLetters(bed.cluster, records, PARTITIONS)
  const selection = { topic: letters, from: 'oldest' }
  const plans = [await plan(ctx, { selection }), await plan(ctx, { selection })]
  const ids: string[] = []
  for (const { planId } of plans) ids.push((await run(ctx, { planId })).id)
  const victims = [await startVictim(), await startVictim()]
  for (let n = 0; n < kills; n++) {
    await sleep(300 + Math.random() * 900)
    const at = n % victims.length
    const victim = victims[at]
    if (victim) await kill(victim)
    victims[at] = await startVictim()
  }
  const ends = ['completed', 'partial', 'failed', 'stopped'] as const
  const done = []
  for (const id of ids) done.push(await untilState(ctx, id, ends, proofSize(200_000, LONG_MS)))
  for (const victim of victims) await kill(victim)
  for (const one of done) {
    expect(one).toMatchObject({ state: 'completed', selected: records, failed: 0, unknown: 0, remaining: 0 })
    expect(one.replayed + one.refused).toBe(records)
  }
  expect(done.reduce((sum, one) => sum + one.replayed, 0)).toBe(records)
  const arrived = await readCommitted(bed.cluster, origin)
  expect(valuesOf(arrived)).toEqual(Array.from({ length: records }, (_, n) => `${n}`))
  noteProof('two replicas and two replays of the same records', { kills, records })
})
