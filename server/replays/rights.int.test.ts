import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AppError } from '@/lib/errors'
import { type SecureKafkaInfo, secureKafka } from '@/scripts/services/in-test'
import { allowAll } from '@/server/kafka/testing'
import { LEDGER_TOPIC } from './ledger'
import { type Bed, makeBed, makeLetters, plan, readCommitted, run, untilState } from './testing'

let kafka: SecureKafkaInfo
let admin: Bed
let alice: Bed
beforeAll(async () => {
  kafka = await secureKafka()
  admin = await makeBed(kafka.listeners.plaintext)
  const { name: username, password } = kafka.users.alice
  alice = await makeBed(kafka.listeners.saslPlaintext, {
    config: { sasl: { mechanism: 'SCRAM-SHA-512', username, password } },
    runner: { triesMax: 2 },
  })
})
afterAll(async () => {
  await alice?.close()
  await admin?.close()
})

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => ({ code: 'fine' }),
    (error: AppError) => ({ code: error.code, ...error.params }),
  )

test('what Kafka does not let Milena do is said before anything is written', async () => {
  const { origin, letters, refs } = await makeLetters(admin.cluster, 5)
  const selection = { topic: letters, records: refs }
  await allowAll(kafka.listeners.plaintext, 'alice', 'topic', origin, 'prefixed')
  const ctx = alice.context()

  // The ledger can neither be seen nor made.
  await expect
    .poll(
      () =>
        plan(ctx, { selection }).then(
          one => one.ledger,
          () => null,
        ),
      { timeout: 10_000 },
    )
    .toMatchObject({ state: 'unavailable', reason: 'CLUSTER_DENIED' })
  expect(await failure(run(ctx, { selection }))).toMatchObject({
    code: 'LEDGER_UNAVAILABLE',
    reason: 'CLUSTER_DENIED',
  })

  // The ledger is there and ours to write, the transactional id is not.
  const other = await makeLetters(admin.cluster, 1)
  const first = await run(admin.context(), { selection: { topic: other.letters, records: other.refs } })
  await untilState(admin.context(), first.id, ['completed'])
  await allowAll(kafka.listeners.plaintext, 'alice', 'topic', LEDGER_TOPIC, 'literal')
  await expect
    .poll(async () => (await plan(ctx, { selection })).ledger.state, { timeout: 10_000 })
    .toBe('ready')
  expect(await failure(run(ctx, { selection }))).toMatchObject({
    code: 'LEDGER_UNAVAILABLE',
    reason: 'CLUSTER_DENIED',
  })
  expect(await readCommitted(admin.cluster, origin)).toEqual([])

  await allowAll(kafka.listeners.plaintext, 'alice', 'transactional-id', 'milena-', 'prefixed')
  let id = ''
  await expect
    .poll(
      () =>
        run(ctx, { selection }).then(
          one => (id = one.id),
          () => '',
        ),
      { timeout: 10_000 },
    )
    .not.toBe('')
  expect(await untilState(ctx, id, ['completed', 'partial', 'failed', 'stopped'])).toMatchObject({
    state: 'completed',
    replayed: 5,
  })
  expect(await readCommitted(admin.cluster, origin)).toHaveLength(5)
}, 90_000)
