import { isUtf8 } from 'node:buffer'
import { isDeepStrictEqual } from 'node:util'
import type { Message, Payload } from '@/lib/contracts/messages'
import { placeOf, type TrueRecord, type Truth, type Where } from './truth'

/** Throws unless it holds; the words say what does not. */
export function must(holds: boolean, words: string): void {
  if (!holds) throw new Error(words)
}

const some = (places: readonly string[]) =>
  places.length > 8 ? `${places.slice(0, 8).join(' ')} … (${places.length})` : places.join(' ')

/** The same records, each once: what is lost, what is too many, what is twice. */
export function mustBeThese(found: readonly string[], expected: readonly string[], what: string): void {
  const [seen, wanted] = [new Set(found), new Set(expected)]
  const lost = expected.filter(place => !seen.has(place))
  const surplus = found.filter(place => !wanted.has(place))
  const twice = found.filter((place, i) => found.indexOf(place) !== i)
  if (lost.length + surplus.length + twice.length === 0) return
  throw new Error(`${what}: lost [${some(lost)}] surplus [${some(surplus)}] twice [${some(twice)}]`)
}

/** Do timestamps never fall in any of the partitions, as far as it can be read? */
export function isRising(truth: Truth): boolean {
  const last = new Map<number, number>()
  return truth.records.every(({ partition, timestampMs }) => {
    const before = last.get(partition) ?? Number.NEGATIVE_INFINITY
    last.set(partition, timestampMs)
    return timestampMs >= before
  })
}

type Placed = { partition: number; offset: string; timestamp: string | null }

/** Each partition in the order of its log; where timestamps rise, all by time, then offset, then partition. */
export function mustBeOrdered(items: readonly Placed[], isUp: boolean, rising: boolean): void {
  const last = new Map<number, bigint>()
  let before: Placed | null = null
  for (const item of items) {
    const offset = BigInt(item.offset)
    const known = last.get(item.partition)
    must(known === undefined || offset > known === isUp, `${placeOf(item)} comes after ${known}`)
    last.set(item.partition, offset)
    if (rising && before !== null) {
      const up = compare(before, item)
      must(
        isUp ? up < 0 : up > 0,
        `${placeOf(item)} of ${item.timestamp} comes after ${placeOf(before)} of ${before.timestamp}`,
      )
    }
    before = item
  }
}

function compare(a: Placed, b: Placed): number {
  const byTime = Date.parse(a.timestamp ?? '') - Date.parse(b.timestamp ?? '')
  if (byTime !== 0) return byTime
  const byOffset = BigInt(a.offset) - BigInt(b.offset)
  if (byOffset !== 0n) return byOffset < 0n ? -1 : 1
  return a.partition - b.partition
}

/** What is shown of a record is what Java's consumer read of it. */
export function mustBeTrue(item: Message, record: TrueRecord, where: Where): void {
  const at = placeOf(item)
  const same = (what: string, shown: unknown, expected: unknown) =>
    must(isDeepStrictEqual(shown, expected), `${at} ${what}: ${String(shown)} for ${String(expected)}`)
  same('timestamp', item.timestamp, new Date(record.timestampMs).toISOString())
  same('timestampType', item.timestampType, record.timestampType)
  same('transactional', item.transactional, record.transactional)
  same('compression', item.compression, record.codec)
  const tells = where.isolation === 'read_committed' || where.aborted
  same('aborted', item.aborted === true, tells && record.aborted)
  same('undecided', item.undecided === true, record.undecided)
  same('headers', item.headers.length, record.headers.length)
  mustShow(`${at} key`, item.key, record.key)
  mustShow(`${at} value`, item.value, record.value)
  for (const [i, header] of item.headers.entries()) {
    same(`name of header ${i}`, header.name, record.headers[i]?.name)
    mustShow(`${at} header ${i}`, header.value, record.headers[i]?.value ?? null)
  }
  const size = [record.key, record.value, ...record.headers.map(one => one.value)]
  const names = record.headers.reduce((sum, { name }) => sum + Buffer.byteLength(name), 0)
  same(
    'size',
    item.size,
    size.reduce((sum, bytes) => sum + (bytes?.length ?? 0), names),
  )
}

function mustShow(what: string, payload: Payload | null, bytes: Buffer | null): void {
  if (payload === null || bytes === null) {
    must(payload === bytes, `${what}: null is not empty`)
    return
  }
  must(payload.bytes === bytes.length, `${what}: ${payload.bytes} bytes for ${bytes.length}`)
  // MessagePack and the like are shown as JSON; of headers it is not said how they were read.
  const read = payload.decoder ?? payload.format
  if ((read !== 'text' && read !== 'json') || payload.inside !== undefined || !isUtf8(bytes)) return
  const text = bytes.toString('utf8')
  const holds = payload.truncated ? text.startsWith(payload.text.slice(0, -4)) : text === payload.text
  must(
    holds,
    `${what}: ${JSON.stringify(payload.text.slice(0, 80))} for ${JSON.stringify(text.slice(0, 80))}`,
  )
}
