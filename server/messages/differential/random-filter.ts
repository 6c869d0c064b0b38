import type { Rng } from './rng'
import type { TrueRecord, Truth } from './truth'

/** A question's conditions, and what they come to when each record is looked at by itself, plainly. */
export type Filter = {
  query: Record<string, unknown>
  holds(record: TrueRecord): boolean
  key: Buffer | null
}

type Order = { id?: unknown; n?: unknown; status?: unknown; tags?: unknown }

const textOf = (bytes: Buffer | null) => bytes?.toString('utf8') ?? null

/** The value as JSON; undefined for what is none. */
function jsonOf(bytes: Buffer | null): unknown {
  if (bytes === null || bytes.length === 0) return undefined
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch {
    return undefined
  }
}

/** An object's fields; nothing of what is no object. */
function orderOf({ value }: TrueRecord): Order {
  const json = jsonOf(value)
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? json : {}
}

const partsOf = (record: TrueRecord, parts: readonly string[]) => [
  ...(parts.includes('key') ? [record.key] : []),
  ...(parts.includes('value') ? [record.value] : []),
  ...(parts.includes('headers') ? record.headers.map(one => one.value) : []),
]

/** Some bytes that stand in some record, so that there is something to find. */
function fragment(rng: Rng, truth: Truth): Buffer {
  for (let tries = 0; tries < 5 && truth.records.length > 0; tries++) {
    const bytes = rng.pick(partsOf(rng.pick(truth.records), ['key', 'value', 'headers']))
    if (!bytes || bytes.length === 0) continue
    const from = rng.int(0, bytes.length - 1)
    return Buffer.from(bytes.subarray(from, from + rng.int(1, 12)))
  }
  return Buffer.from('paid')
}

const isText = (bytes: Buffer) => Buffer.from(bytes.toString('utf8')).equals(bytes)

function byContains(rng: Rng, truth: Truth): Filter {
  const bytes = fragment(rng, truth)
  const parts = rng.chance(0.6) ? null : rng.some(['key', 'value', 'headers'])
  // What stands for bytes (hexadecimal, a number) is looked through as well when text is asked for.
  const asText = isText(bytes) && !/^[0-9a-f.+ -]+$/i.test(bytes.toString()) && rng.chance(0.7)
  return {
    query: {
      contains: asText ? bytes.toString() : bytes.toString('hex'),
      ...(asText ? {} : { containsAs: 'hex' }),
      ...(parts && { in: parts }),
    },
    holds: record => partsOf(record, parts ?? ['key', 'value', 'headers']).some(one => one?.includes(bytes)),
    key: null,
  }
}

function byContainsInAnyCase(rng: Rng): Filter {
  const text = rng.pick(['PAID', 'faILed', 'a-1', 'T-3', '"STATUS"'])
  return {
    query: { contains: text, ignoreCase: 'true' },
    holds: record =>
      partsOf(record, ['key', 'value', 'headers']).some(one =>
        textOf(one)?.toLowerCase().includes(text.toLowerCase()),
      ),
    key: null,
  }
}

function byKey(rng: Rng, truth: Truth): Filter {
  const keys = truth.records.flatMap(({ key }) => (key === null ? [] : [key]))
  const key = keys.length > 0 && rng.chance(0.9) ? rng.pick(keys) : Buffer.from('nobody')
  const as = isText(key) && rng.chance(0.6) ? 'text' : key.length > 0 && rng.chance(0.5) ? 'hex' : 'base64'
  return {
    query: {
      key: as === 'text' ? key.toString() : key.toString(as),
      keyAs: as,
      partitioner: rng.pick(['all', 'java', 'librdkafka', 'kafkajs-legacy']),
    },
    holds: record => record.key?.equals(key) === true,
    key,
  }
}

function byHeader(rng: Rng): Filter {
  const name = rng.pick(['trace', 'h', '머리', '<b>', 'a b', 'x-tenant'])
  if (rng.chance(0.3))
    return { query: { header: [name] }, holds: one => one.headers.some(h => h.name === name), key: null }
  const value = rng.pick(['t-1', 't-5', '=1+1', ''])
  return {
    query: { header: [`${name}=${value}`] },
    holds: one => one.headers.some(h => h.name === name && textOf(h.value) === value),
    key: null,
  }
}

function byCel(rng: Rng, truth: Truth): Filter {
  const n = rng.int(0, 200)
  const at = truth.records.length > 0 ? rng.pick(truth.records) : null
  const word = rng.pick(['paid', '주문', 'é', 'a"b', 'x\\y', 'tab\there'])
  const atMs = at?.timestampMs ?? 0
  const size = rng.int(10, 200)
  const tagsOf = (record: TrueRecord) => {
    const { tags } = orderOf(record)
    return Array.isArray(tags) ? tags : []
  }
  const [filter, holds] = rng.pick<[string, (record: TrueRecord) => boolean]>([
    [`value.id == "A-${n % 40}"`, one => orderOf(one).id === `A-${n % 40}`],
    [`value.status == ${JSON.stringify(word)}`, one => orderOf(one).status === word],
    [`value.n < ${n}`, one => Number(orderOf(one).n ?? Number.NaN) < n],
    [
      `value.n >= ${n} && value.status == "paid"`,
      one => Number(orderOf(one).n ?? Number.NaN) >= n && orderOf(one).status === 'paid',
    ],
    [`${JSON.stringify(word)} in value.tags`, one => tagsOf(one).includes(word)],
    [
      `partition == ${at?.partition ?? 0} && offset >= ${at?.offset ?? 0}`,
      one => one.partition === (at?.partition ?? 0) && one.offset >= (at?.offset ?? 0n),
    ],
    [`timestamp <= timestamp("${new Date(atMs).toISOString()}")`, one => one.timestampMs <= atMs],
    [`size > ${size}`, one => sizeOf(one) > size],
    [
      `value.status.startsWith("pa") && value.id.endsWith("1")`,
      one => {
        const { id, status } = orderOf(one)
        return (
          typeof id === 'string' && typeof status === 'string' && status.startsWith('pa') && id.endsWith('1')
        )
      },
    ],
    [
      `headers["trace"] == "t-3"`,
      one => textOf(one.headers.findLast(h => h.name === 'trace')?.value ?? null) === 't-3',
    ],
  ])
  return { query: { filter }, holds, key: null }
}

function sizeOf({ key, value, headers }: TrueRecord): number {
  const names = headers.reduce((sum, one) => sum + Buffer.byteLength(one.name) + (one.value?.length ?? 0), 0)
  return names + (key?.length ?? 0) + (value?.length ?? 0)
}

/** One condition of any kind, sometimes two. */
export function randomFilter(rng: Rng, truth: Truth): Filter {
  const first = one(rng, truth)
  if (first.key !== null || rng.chance(0.85)) return first
  const second = byHeader(rng)
  return {
    query: { ...second.query, ...first.query },
    holds: record => first.holds(record) && ('header' in first.query || second.holds(record)),
    key: null,
  }
}

function one(rng: Rng, truth: Truth): Filter {
  const kind = rng.next()
  if (kind < 0.35) return byContains(rng, truth)
  if (kind < 0.4) return byContainsInAnyCase(rng)
  if (kind < 0.6) return byKey(rng, truth)
  if (kind < 0.7) return byHeader(rng)
  return byCel(rng, truth)
}
