import { randomBytes } from 'node:crypto'
import { createGunzip, gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Download } from '@/lib/contracts/common'
import { messages } from '@/lib/contracts/messages'
import { kafkaBootstrap } from '@/scripts/services/in-test'
import { listAudit } from '@/server/audit/list-audit'
import { testStore } from '@/server/http/testing'
import type { Store } from '@/server/store/types'
import { exportMessages } from './export-messages'
import { getExportManifest } from './get-export-manifest'
import { deleteView, listViews, saveView } from './saved-views'
import { openReading } from './testing'

const reading = openReading(kafkaBootstrap())
let store: Store
let topic: string
const COUNT = 900
const NOISY = 300

beforeAll(async () => {
  store = await testStore()
  topic = await reading.topicOf({ partitions: 3 })
  for (let from = 0; from < COUNT; from += 300)
    await reading.send(
      topic,
      Array.from({ length: 300 }, (_, i) => ({
        partition: (from + i) % 3,
        key: `k${from + i}`,
        value: `{"n": ${from + i},\n"big": 12345678901234567890}`,
        headers: { h: '=cmd' },
      })),
    )
  await reading.send(topic, [
    { key: '=1+1', value: Buffer.from([0xff, 0xfe, 0x00]) },
    { key: null, value: null },
  ])
})
afterAll(async () => {
  await reading.close()
  await store.close()
})

const ctx = () => ({ ...reading.ctx, store })
const start = (over: object = {}): Promise<Download> =>
  exportMessages(ctx(), messages.export.input.parse({ cluster: 'test', topic, ...over }))
const manifestOf = (file: Download) =>
  getExportManifest(ctx(), { cluster: 'test', id: file.headers['x-milena-export'] ?? '' })

async function whole(file: Download): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of file.body) chunks.push(chunk)
  return Buffer.concat(chunks)
}
/** Reads a compressed file until some lines have arrived whole, and goes; answers what could be unpacked. */
async function breakOff(file: Download): Promise<string> {
  const unzip = createGunzip()
  let text = ''
  unzip.on('data', chunk => {
    text += String(chunk)
  })
  for await (const chunk of file.body) {
    // In small pieces, as a connection brings them: the file breaks off in the middle of a record.
    for (let at = 0; at < chunk.length && !text.includes('\n'); at += 700)
      await new Promise<void>(done => {
        unzip.write(chunk.subarray(at, at + 700), () => done())
      })
    if (text.includes('\n')) break
  }
  unzip.destroy()
  return text
}
const linesOf = (bytes: Buffer) => bytes.toString('utf8').split('\n').filter(Boolean)

describe('an export', () => {
  it('has every record once, numbers as they were written, and says that it is complete', async () => {
    const file = await start()
    const lines = linesOf(await whole(file))
    expect(lines).toHaveLength(COUNT + 2)
    expect(
      new Set(lines.map(line => JSON.parse(line)).map(one => `${one.partition}/${one.offset}`)).size,
    ).toBe(COUNT + 2)
    expect(
      lines.every(
        (line, i) =>
          i >= COUNT ||
          line.includes('12345678901234567890') ||
          line.includes('Base64') ||
          line.includes('"value":null'),
      ),
    ).toBe(true)
    expect(await manifestOf(file)).toMatchObject({
      state: 'complete',
      reason: 'end',
      records: COUNT + 2,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })

  it('of a page that begins at the newest has the whole log', async () => {
    expect(linesOf(await whole(await start({ from: 'newest' })))).toHaveLength(COUNT + 2)
  })

  it('goes on behind the last record that arrived', async () => {
    const file = await start({ contains: '"n"' })
    const got: string[] = []
    let rest = ''
    for await (const chunk of file.body) {
      const text = rest + Buffer.from(chunk).toString('utf8')
      got.push(...text.split('\n').slice(0, -1))
      rest = text.slice(text.lastIndexOf('\n') + 1)
      if (got.length >= 150) break
    }
    expect(await manifestOf(file)).toMatchObject({ state: 'broken', reason: 'cancelled' })
    const last = JSON.parse(got.at(-1) ?? '{}')
    const second = await start({
      contains: '"n"',
      resume: file.headers['x-milena-export'],
      after: `${last.partition}:${last.offset}`,
    })
    const all = [...got, ...linesOf(await whole(second))].map(line => JSON.parse(line))
    expect(all).toHaveLength(COUNT)
    expect(new Set(all.map(one => one.value.n)).size).toBe(COUNT)
    // However far the first part had come on the server: what counts is what arrived of it, and the rest.
    const unbroken = await start({ contains: '"n"' })
    await whole(unbroken)
    const { records, bytes } = await manifestOf(unbroken)
    expect(records).toBe(COUNT)
    expect(await manifestOf(second)).toMatchObject({
      state: 'complete',
      parts: 2,
      records,
      bytes,
      sha256: null,
    })
  })

  it('broken off and gone on with, compressed: what arrived and the rest are one gzip with every record once', async () => {
    const noisy = await reading.topicOf({ partitions: 2 })
    // What does not shrink: far more than may wait between the log and a reader who leaves.
    const noise = () => randomBytes(15_000).toString('base64')
    for (let from = 0; from < NOISY; from += 60)
      await reading.send(
        noisy,
        Array.from({ length: 60 }, (_, i) => ({
          partition: i % 2,
          value: `{"n": ${from + i}, "noise": "${noise()}"}`,
        })),
      )
    const asked = { topic: noisy, gzip: 'true', contains: '"n"' }
    const file = await start(asked)
    const unpacked = await breakOff(file)
    await expect.poll(async () => (await manifestOf(file)).state).toBe('broken')
    // As the guide says: the lines that arrived whole are packed again, the rest stands behind them.
    const arrived = unpacked.slice(0, unpacked.lastIndexOf('\n') + 1)
    const last = JSON.parse(arrived.trimEnd().split('\n').at(-1) ?? '')
    const rest = await start({
      ...asked,
      resume: file.headers['x-milena-export'],
      after: `${last.partition}:${last.offset}`,
    })
    const joined = Buffer.concat([gzipSync(arrived), await whole(rest)])
    const all = linesOf(gunzipSync(joined)).map(line => JSON.parse(line))
    expect(all).toHaveLength(NOISY)
    expect(new Set(all.map(one => one.value.n)).size).toBe(NOISY)
    expect(await manifestOf(rest)).toMatchObject({ id: (await manifestOf(file)).id, state: 'complete' })
  })

  it('goes on as it was asked for, and its limit holds for all parts together', async () => {
    const file = await start({ format: 'csv', contains: '"n"', partition: ['0', '1'], limit: 310 })
    const all = (await whole(file)).toString('utf8').split('\r\n')
    const asked = await manifestOf(file)
    expect(asked).toMatchObject({ state: 'complete', reason: 'limit', parts: 1, records: 310 })
    for (const after of ['0:9', '1:2']) {
      const rest = await start({ resume: asked.id, after })
      const lines = (await whole(rest)).toString('utf8').split('\r\n')
      expect(lines).toEqual(all.slice(all.findIndex(line => line.startsWith(after.replace(':', ','))) + 1))
    }
    const { asked: request, records, bytes } = asked
    expect(await manifestOf(file)).toMatchObject({
      state: 'complete',
      reason: 'limit',
      parts: 3,
      asked: request,
      records,
      bytes,
    })
    // Nothing had arrived: the file begins anew, head and all.
    expect((await whole(await start({ resume: asked.id }))).toString('utf8').split('\r\n')).toEqual(all)
    expect((await manifestOf(file)).sha256).toBe(asked.sha256)
  })

  it('that went on is told by its newest part alone', async () => {
    const file = await start({ contains: '"n"' })
    const reading = file.body[Symbol.asyncIterator]()
    const arrived = Buffer.from((await reading.next()).value ?? []).toString('utf8')
    const last = JSON.parse(arrived.trimEnd().split('\n').at(-1) ?? '')
    const after = `${last.partition}:${last.offset}`
    const rest = await start({ resume: file.headers['x-milena-export'], after })
    await whole(rest)
    // Only now the server notices that the reader of the first part has gone.
    await reading.return?.()
    expect(await manifestOf(file)).toMatchObject({ state: 'complete', parts: 2, records: COUNT })
  })

  it('that goes on stands in the audit log as well, and goes on for whoever began it alone', async () => {
    const file = await start({ limit: 1 })
    await whole(file)
    const rest = { resume: file.headers['x-milena-export'], after: '0:0' }
    await whole(await start(rest))
    const input = messages.export.input.parse({ cluster: 'test', topic, ...rest })
    const other = { ...ctx(), actor: { ...reading.ctx.actor, name: 'other' } }
    await expect(exportMessages(other, input)).rejects.toMatchObject({ code: 'EXPORT_UNKNOWN' })
    const { items } = await listAudit(
      { ...ctx(), actor: { ...reading.ctx.actor, grants: [{ role: 'auditor' }] } },
      { resource: topic, limit: 2 },
    )
    expect(items.map(one => [one.action, one.details])).toEqual([
      ['record.export', expect.objectContaining({ export: rest.resume, after: '0:0' })],
      ['record.export', expect.objectContaining({ export: rest.resume, limit: 1 })],
    ])
  })

  it('a place to go on from is one in an export that is named', async () => {
    await expect(start({ after: '0:0' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      fields: [{ path: 'resume', code: 'REQUIRED' }],
    })
  })

  it('CSV holds no formula, gzip unpacks, raw is byte for byte', async () => {
    const csv = gunzipSync(
      await whole(await start({ format: 'csv', gzip: 'true', partition: ['0'] })),
    ).toString('utf8')
    expect(csv).toContain('"\'=1+1"')
    expect(csv.split('\r\n').filter(line => /(^|,)[=@]/.test(line))).toEqual([])
    const own = await reading.topicOf()
    await reading.send(own, [
      { key: '', value: null },
      { key: null, value: '' },
    ])
    const input = messages.export.input.parse({ cluster: 'test', topic: own, format: 'csv' })
    const cells = (await whole(await exportMessages(ctx(), input))).toString('utf8').split('\r\n').slice(1, 3)
    // null is not empty.
    expect(cells.map(line => line.split(',').slice(3))).toEqual([
      ['""', '', ''],
      ['', '""', ''],
    ])
    const raw = await whole(await start({ format: 'raw', partition: ['0'], limit: 1 }))
    expect(raw.readInt32BE(0)).toBe(0)
    expect(raw.subarray(24, 26).toString()).toBe('k0')
  })
})

it('saved views: one’s own and shared ones; nobody deletes another’s', async () => {
  const other = { ...ctx(), actor: { ...reading.ctx.actor, name: 'other' } }
  const path = { cluster: 'test', topic }
  const saved = await saveView(ctx(), {
    ...path,
    name: 'mine',
    query: { filter: ['size > 1'] },
    shared: false,
  })
  await saveView(ctx(), { ...path, name: 'ours', query: {}, shared: true })
  const again = await saveView(ctx(), {
    ...path,
    name: 'mine',
    query: { filter: ['size > 2'] },
    shared: false,
  })
  expect(again).toMatchObject({ id: saved.id, query: { filter: ['size > 2'] } })
  expect((await listViews(ctx(), path)).items.map(view => view.name)).toEqual(['mine', 'ours'])
  expect((await listViews(other, path)).items).toMatchObject([{ name: 'ours', mine: false }])
  await expect(deleteView(other, { ...path, view: saved.id })).rejects.toMatchObject({ code: 'VIEW_UNKNOWN' })
  await deleteView(ctx(), { ...path, view: saved.id })
  expect((await listViews(ctx(), path)).items).toHaveLength(1)
})
