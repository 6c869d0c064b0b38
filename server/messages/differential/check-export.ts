import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import type { Download } from '@/lib/contracts/common'
import type { OutputOf } from '@/lib/contracts/endpoint'
import type { messages } from '@/lib/contracts/messages'
import { must, mustBeThese } from './compare'
import type { Filter } from './random-filter'
import type { Rng } from './rng'
import { placeOf, spansOf, type TrueRecord, type Truth, visibleIn, type Where, withinSpans } from './truth'

export type Exporting = {
  start(query: Record<string, unknown>): Promise<Download>
  manifest(file: Download): Promise<OutputOf<typeof messages.manifest>>
}

/** An export reads upwards; `newest` is where a screen begins, for a file it is the whole down to `until`. */
function upwards(where: Where): Where {
  const { from, until, order: _, ...rest } = where
  if (from === 'newest') return { ...rest, from: until ?? 'oldest', order: 'asc' }
  return { ...where, order: 'asc' }
}

/** A file of all that was asked for, whole or cut and gone on with: the records of the truth, and its manifest. */
export async function checkExport(
  { start, manifest }: Exporting,
  rng: Rng,
  truth: Truth,
  where: Where,
  filter: Filter | null,
): Promise<number> {
  const format = rng.pick(['ndjson', 'ndjson', 'raw'] as const)
  const limit = rng.chance(0.2) ? rng.int(1, 40) : undefined
  const gzip = rng.chance(0.2)
  const query = {
    ...where,
    ...filter?.query,
    aborted: String(where.aborted),
    format,
    limit,
    gzip: String(gzip),
  }
  const asked = upwards(where)
  const matching = visibleIn(truth, where).filter(record => filter === null || filter.holds(record))
  const expected = withinSpans(matching, spansOf(truth, asked), true)
    .sort((a, b) => a.partition - b.partition || Number(a.offset - b.offset))
    .slice(0, limit)

  const file = await start(query)
  const sent = await readAll(file)
  const bytes = gzip ? gunzipSync(sent) : sent
  const records = format === 'raw' ? readRaw(bytes) : readLines(bytes)
  mustBeThese(records.map(placeOf), expected.map(placeOf), `${format} has`)
  for (const [i, record] of records.entries()) mustEqual(record, expected[i])
  const told = await manifest(file)
  must(told.state === 'complete', `it is ${told.state}: ${JSON.stringify(told.problems)}`)
  must(told.records === records.length, `the manifest has ${told.records} of ${records.length}`)
  must(told.bytes === bytes.length, `the manifest has ${told.bytes} bytes of ${bytes.length}`)
  must(told.sha256 === createHash('sha256').update(bytes).digest('hex'), 'another sum')
  const isLimited = limit !== undefined && records.length === limit
  must(told.reason === 'end' || (isLimited && told.reason === 'limit'), `it ended by ${told.reason}`)
  if (format !== 'ndjson' || gzip || records.length === 0) return records.length

  const broken = await start(query)
  const arrived = await cutOff(broken, rng.int(0, bytes.length - 1))
  const whole = arrived.subarray(0, arrived.lastIndexOf(10) + 1)
  const last = readLines(whole).at(-1)
  const id = broken.headers['x-milena-export']
  const rest = await start({ resume: id, ...(last && { after: placeOf(last).replace('/', ':') }) })
  const joined = Buffer.concat([whole, await readAll(rest)])
  must(joined.equals(bytes), `cut behind ${last && placeOf(last)} and gone on with it is another file`)
  const after = await manifest(rest)
  must(
    after.state === 'complete' && after.records === records.length && after.bytes === bytes.length,
    `the manifest of both parts: ${after.state}, ${after.records} records, ${after.bytes} bytes`,
  )
  return records.length
}

async function readAll(file: Download): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of file.body) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** So many bytes of a file, then the reader is gone. */
async function cutOff(file: Download, length: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let arrived = 0
  for await (const chunk of file.body) {
    chunks.push(chunk)
    arrived += chunk.length
    if (arrived >= length) break
  }
  return Buffer.concat(chunks).subarray(0, length)
}

/** A record as the file has it; what JSON says of bytes that stand as JSON is compared as JSON. */
type Exported = {
  partition: number
  offset: string
  timestampMs: number
  key: Part
  value: Part
  headers: { name: string; value: Part }[]
}
type Part = Buffer | { json: unknown } | null

type Line = Record<string, unknown> & { headers: Record<string, unknown>[] }

function readLines(bytes: Buffer): Exported[] {
  const text = bytes.toString('utf8')
  must(text === '' || text.endsWith('\n'), 'the last line is cut')
  return text
    .split('\n')
    .slice(0, -1)
    .map(line => {
      const one = JSON.parse(line) as Line
      return {
        partition: Number(one.partition),
        offset: String(one.offset),
        timestampMs: Date.parse(String(one.timestamp)),
        key: partOf(one, 'key'),
        value: partOf(one, 'value'),
        headers: one.headers.map(header => ({ name: String(header.name), value: partOf(header, 'value') })),
      }
    })
}

function partOf(line: Record<string, unknown>, name: string): Part {
  const bytes = line[`${name}Base64`]
  if (typeof bytes === 'string') return Buffer.from(bytes, 'base64')
  if (line[`${name}Format`] === undefined) {
    must(line[name] === null, `${name} has no format`)
    return null
  }
  return line[`${name}Format`] === 'json' ? { json: line[name] } : Buffer.from(String(line[name]))
}

function readRaw(bytes: Buffer): Exported[] {
  const found: Exported[] = []
  let at = 0
  const int32 = () => {
    at += 4
    return bytes.readInt32BE(at - 4)
  }
  const int64 = () => {
    at += 8
    return bytes.readBigInt64BE(at - 8)
  }
  const part = () => {
    const length = int32()
    if (length < 0) return null
    at += length
    return bytes.subarray(at - length, at)
  }
  while (at < bytes.length)
    found.push({
      partition: int32(),
      offset: String(int64()),
      timestampMs: Number(int64()),
      key: part(),
      value: part(),
      headers: Array.from({ length: int32() }, () => ({ name: part()?.toString() ?? '', value: part() })),
    })
  return found
}

function mustEqual(found: Exported, record: TrueRecord | undefined): void {
  const at = placeOf(found)
  if (record === undefined) throw new Error(`${at} is not expected`)
  must(placeOf(record) === at, `${at} stands where ${placeOf(record)} should`)
  must(found.timestampMs === record.timestampMs, `${at} is of ${found.timestampMs}`)
  mustBeBytes(`${at} key`, found.key, record.key)
  mustBeBytes(`${at} value`, found.value, record.value)
  must(found.headers.length === record.headers.length, `${at} has ${found.headers.length} headers`)
  for (const [i, { name, value }] of found.headers.entries()) {
    must(name === record.headers[i]?.name, `${at} header ${i} is called ${name}`)
    mustBeBytes(`${at} header ${i}`, value, record.headers[i]?.value ?? null)
  }
}

function mustBeBytes(what: string, found: Part, bytes: Buffer | null): void {
  if (found === null || bytes === null) {
    must(found === bytes, `${what}: null is not empty`)
    return
  }
  if (Buffer.isBuffer(found)) {
    must(found.equals(bytes), `${what}: ${found.toString('latin1').slice(0, 80)}`)
    return
  }
  const same = JSON.stringify(found.json) === JSON.stringify(JSON.parse(bytes.toString('utf8')))
  must(same, `${what}: ${JSON.stringify(found.json).slice(0, 80)}`)
}
