import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AppError } from '@/lib/errors'
import { kafkaBootstrap, schemaRegistry, uniqueName } from '@/scripts/services/in-test'
import { testCluster, testConfig, testStore } from '@/server/http/testing'
import { createSchemas } from '@/server/schemas/create-service'
import { type Double, framed, register, registryConfig, registryDouble } from '@/server/schemas/testing'
import { parseJson } from '@/server/serde/json-value'
import { RecordSerde } from '@/server/serde/record-serde'
import { compileWriter } from '@/server/serde/schema/schema-writer'
import { autoPlan } from '@/server/serde/serde-plan'
import { auditEvent } from '@/server/store/schema'
import type { Store } from '@/server/store/types'
import { getReplayEdit } from './get-replay-edit'
import { resumeReplay } from './resume-replay'
import {
  type Bed,
  CLUSTER,
  header,
  makeBed,
  makeTopic,
  plan,
  readCommitted,
  run,
  springHeaders,
  untilState,
  writeAll,
} from './testing'

const ENDS = ['completed', 'partial', 'failed', 'stopped'] as const
const ORDER = {
  type: 'record',
  name: 'Order',
  fields: [
    { name: 'id', type: 'long' },
    { name: 'amount', type: 'int' },
    { name: 'note', type: ['null', 'string'], default: null },
  ],
}
const avro = { kind: 'avro' as const, text: JSON.stringify(ORDER), references: [] }
const bytesOf = (id: number, text: string) => framed(id, compileWriter(avro).encode(parseJson(text), text))
/** As a consumer with the schema reads it: its bytes end where the value does. */
function readOf(id: number, value: Buffer | null): unknown {
  const serde = new RecordSerde({ ...autoPlan('t'), registry: true })
  serde.learn([{ key: `id:${id}`, ok: true, schema: avro, id, subject: null, version: null }])
  return serde.payload('value', { key: null, value, headers: [] })?.text
}

let url: string
let store: Store
let bed: Bed
/** The registry as Milena sees it: a door before the real one, which may be shut. */
let door: Double
let isOpen = true

beforeAll(async () => {
  url = (await schemaRegistry()).url
  door = await registryDouble((request, response) => {
    if (!isOpen) return void request.destroy()
    fetch(`${url}${request.url}`).then(
      async answer => {
        const headers = { 'content-type': answer.headers.get('content-type') ?? 'application/json' }
        response.writeHead(answer.status, headers).end(await answer.text())
      },
      () => response.writeHead(502).end(),
    )
  })
  store = await testStore()
  bed = await openBed()
}, 150_000)
afterAll(async () => {
  await bed?.close()
  door?.close()
  await store?.close()
})

/** A process of its own over the same store: it has asked the registry for nothing yet. */
async function openBed(): Promise<Bed> {
  const schemaRegistry = registryConfig(door.url)
  const config = testConfig({ clusters: [testCluster(kafkaBootstrap(), { id: CLUSTER, schemaRegistry })] })
  const schemas = createSchemas({ config, clock: { now: () => Date.now() }, store })
  return makeBed(kafkaBootstrap(), { store, config: { schemaRegistry }, schemas, runner: { triesMax: 2 } })
}

async function seed(values: Buffer[]): Promise<{ origin: string; letters: string; records: Ref[] }> {
  const origin = await makeTopic(bed.cluster, uniqueName('order.edit.schema'))
  const letters = await makeTopic(bed.cluster, `${origin}-dlt`)
  await writeAll(
    bed.cluster,
    letters,
    values.map((value, n) => ({
      partition: 0,
      key: Buffer.from(`k${n}`),
      value,
      headers: [...springHeaders(origin, 0, BigInt(n)), header('tenant', 'a')],
      timestampMs: Date.now(),
    })),
  )
  return { origin, letters, records: values.map((_, n) => ({ partition: 0, offset: `${n}` })) }
}
type Ref = { partition: number; offset: string }

test('one rule for many Avro values: read, changed and written by the schema they carry, shown as JSON', async () => {
  const id = await register(url, uniqueName('order'), { schema: avro.text })
  const { origin, letters, records } = await seed([
    bytesOf(id, '{"id":9007199254740993,"amount":-1,"note":null}'),
    bytesOf(id, '{"id":2,"amount":5,"note":"kept"}'),
    framed(id, Buffer.from([0x80])),
  ])
  const ctx = bed.context()
  const edit = { fields: [{ op: 'set' as const, path: 'amount', json: '7' }] }
  const planned = await plan(ctx, { selection: { topic: letters, records }, edit })
  expect(planned).toMatchObject({ replayable: 2, refused: 1, edits: { changed: 2, unchanged: 0 } })
  expect(planned.refusals).toMatchObject([
    {
      reason: 'edit-failed',
      samples: [{ offset: '2', params: { problem: 'unreadable', part: 'value' } }],
    },
  ])
  expect(planned.edits?.samples[0]?.value).toEqual({
    before: '{"id":9007199254740993,"amount":-1,"note":null}',
    after: '{"id":9007199254740993,"amount":7,"note":null}',
  })
  const { id: replay } = await run(ctx, { planId: planned.planId })
  expect(await untilState(ctx, replay, ENDS)).toMatchObject({ state: 'completed', replayed: 2, refused: 1 })
  // Whoever approves or looks later sees the rules and what they make of it.
  const seen = await getReplayEdit(ctx, { cluster: CLUSTER, replay })
  expect(seen.rules).toMatchObject({ fields: edit.fields, headers: [], key: false, value: false })
  expect(seen.samples).toEqual(planned.edits?.samples)
  expect(seen.headerDiffs).toHaveLength(2)
  const auditor = bed.context({ roles: ['auditor'] })
  await expect(getReplayEdit(auditor, { cluster: CLUSTER, replay })).rejects.toThrow(
    expect.objectContaining({ code: 'DENIED' }),
  )
  const arrived = await readCommitted(bed.cluster, origin)
  expect(arrived.map(one => readOf(id, one.value))).toEqual([
    '{"id":9007199254740993,"amount":7,"note":null}',
    '{"id":2,"amount":7,"note":"kept"}',
  ])
  // Both originals stand in the audit log, byte for byte.
  const rows = await store.db.select().from(auditEvent)
  const text = JSON.stringify(rows.filter(one => one.resource === `topic:${letters}`))
  for (const value of [
    '{"id":9007199254740993,"amount":-1,"note":null}',
    '{"id":2,"amount":5,"note":"kept"}',
  ])
    expect(text).toContain(bytesOf(id, value).toString('base64'))
})

test('what the schema refuses is refused: by a rule with the record and the place, typed as a whole with the field', async () => {
  const id = await register(url, uniqueName('order'), { schema: avro.text })
  const { origin, letters, records } = await seed([bytesOf(id, '{"id":1,"amount":1,"note":null}')])
  const ctx = bed.context()
  const selection = { topic: letters, records }
  const words = { fields: [{ op: 'set' as const, path: 'amount', json: '"many"' }] }
  expect((await plan(ctx, { selection, edit: words })).refusals).toMatchObject([
    { reason: 'edit-failed', count: 1, samples: [{ params: { problem: 'schema-mismatch', at: 'amount' } }] },
  ])
  const whole = { value: { encoding: 'json' as const, data: '{"id":1,"amount":1,"odd":true}' } }
  const error = await plan(ctx, { selection, edit: whole }).catch((thrown: AppError) => thrown)
  expect(error).toMatchObject({
    code: 'SCHEMA_MISMATCH',
    fields: [{ path: 'edit.value.odd', code: 'SCHEMA_MISMATCH' }],
  })
  expect(await readCommitted(bed.cluster, origin)).toEqual([])
})

const PROTO = `syntax = "proto3";
package shop;
message Order {
  int64 id = 1;
  int32 amount = 2;
  string note = 3;
}
`
const JSON_SCHEMA = {
  type: 'object',
  properties: {
    id: { type: 'integer' },
    amount: { type: 'integer', minimum: 0 },
    note: { type: 'string' },
  },
  required: ['id', 'amount'],
  additionalProperties: false,
}
test.each([
  {
    type: 'PROTOBUF',
    schema: { kind: 'protobuf' as const, text: PROTO, references: [] },
    wrong: '"many"',
  },
  {
    type: 'JSON',
    schema: { kind: 'json-schema' as const, text: JSON.stringify(JSON_SCHEMA), references: [] },
    wrong: '-7',
  },
])(
  'a rule on $type values: written by the schema they carry, every digit kept; what it refuses goes nowhere',
  async ({ type, schema, wrong }) => {
    const before = '{"id":9007199254740993,"amount":5,"note":"kept"}'
    const after = '{"id":9007199254740993,"amount":7,"note":"kept"}'
    const id = await register(url, uniqueName('order'), { schemaType: type, schema: schema.text })
    const value = (text: string) => framed(id, compileWriter(schema).encode(parseJson(text), text))
    const { origin, letters, records } = await seed([value(before)])
    const ctx = bed.context()
    const selection = { topic: letters, records }
    const edit = (json: string) => ({ fields: [{ op: 'set' as const, path: 'amount', json }] })
    expect((await plan(ctx, { selection, edit: edit(wrong) })).refusals).toMatchObject([
      {
        reason: 'edit-failed',
        count: 1,
        samples: [{ params: { problem: 'schema-mismatch', at: 'amount' } }],
      },
    ])
    const planned = await plan(ctx, { selection, edit: edit('7') })
    expect(planned.edits).toMatchObject({ changed: 1, samples: [{ value: { before, after } }] })
    const { id: replay } = await run(ctx, { planId: planned.planId })
    expect(await untilState(ctx, replay, ENDS)).toMatchObject({ state: 'completed', replayed: 1 })
    const arrived = await readCommitted(bed.cluster, origin)
    expect(arrived.map(one => one.value?.toString('hex'))).toEqual([value(after).toString('hex')])
  },
)

test('a value that names no schema is written by the one that a person names', async () => {
  const subject = uniqueName('order')
  const id = await register(url, subject, { schema: avro.text })
  const { origin, letters, records } = await seed([Buffer.from('{"id":1}')])
  const ctx = bed.context()
  const value = { encoding: 'json' as const, data: '{"id":1,"amount":2}', schema: { subject } }
  const { id: replay } = await run(ctx, { selection: { topic: letters, records }, edit: { value } })
  expect(await untilState(ctx, replay, ENDS)).toMatchObject({ state: 'completed', replayed: 1 })
  const [arrived] = await readCommitted(bed.cluster, origin)
  expect(readOf(id, arrived?.value ?? null)).toBe('{"id":1,"amount":2,"note":null}')
  const none = { ...value, schema: { subject: uniqueName('none') } }
  await expect(plan(ctx, { selection: { topic: letters, records }, edit: { value: none } })).rejects.toThrow(
    expect.objectContaining({ code: 'SCHEMA_UNKNOWN' }),
  )
})

test('a registry that is gone when the replay runs stops it and fails no record; back, it goes on', async () => {
  const id = await register(url, uniqueName('order'), { schema: avro.text })
  const { origin, letters, records } = await seed([bytesOf(id, '{"id":1,"amount":1,"note":null}')])
  const edit = { fields: [{ op: 'set' as const, path: 'amount', json: '2' }] }
  const { planId } = await plan(bed.context(), { selection: { topic: letters, records }, edit })
  await bed.close()
  bed = await openBed()
  const ctx = bed.context()
  isOpen = false
  const { id: replay } = await run(ctx, { planId })
  expect(await untilState(ctx, replay, ENDS)).toMatchObject({
    state: 'stopped',
    stateReason: 'REGISTRY_UNREACHABLE',
    failed: 0,
    remaining: 1,
  })
  isOpen = true
  // The client leaves a registry that was down alone for some seconds.
  await expect
    .poll(
      async () => {
        await resumeReplay(ctx, { cluster: CLUSTER, replay })
        return (await untilState(ctx, replay, ENDS)).state
      },
      { timeout: 60_000, interval: 1_000 },
    )
    .toBe('completed')
  const [arrived] = await readCommitted(bed.cluster, origin)
  expect(readOf(id, arrived?.value ?? null)).toBe('{"id":1,"amount":2,"note":null}')
})
