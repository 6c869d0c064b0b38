import * as z from 'zod'
import type { InputOf } from '@/lib/contracts/endpoint'
import type { replays } from '@/lib/contracts/replays'
import { AppError, isErrorCode } from '@/lib/errors'
import type { DeadLetterIndex, PlaceBound } from '@/server/dead-letters/service'
import type { Fetcher, KafkaCluster, TopicMetadata } from '@/server/kafka/port'
import { countPlaces, type Places, placesOfRefs, type Ref } from './read-records'

/** Records of one replay. */
const SELECTION_MAX = 200_000
const FETCH_BYTES = 4 * 1024 * 1024
const SCAN_MS = 20_000

type Selection = NonNullable<InputOf<typeof replays.create>['selection']>

/** A place in time: ISO 8601, or epoch milliseconds. */
const instant = z.union([
  z.iso.datetime({ offset: true }).transform(text => Date.parse(text)),
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
])

type Bound = PlaceBound | null

export type SelectionSource = {
  selection: Selection
  source: TopicMetadata
  index: DeadLetterIndex
  cluster: KafkaCluster
  fetcher: Fetcher
  /** Also what is replayed already. */
  again: boolean
  /** Read from the topic itself, not from the index of dead letters. */
  fromLog: boolean
  signal: AbortSignal
}

/**
 * The selection as exact places, each once. Records are given, or they are what the index holds (an issue, a
 * text, a stretch of time or of offsets) and is not replayed yet (all of it where nothing else is left: the
 * plan says why it goes nowhere); of a topic that the index doesn't know,
 * what the log holds between two bounds. Throws SELECTION_EMPTY, SELECTION_TOO_LARGE, PARTITION_UNKNOWN,
 * INPUT_INVALID, and what a partition answers.
 */
export async function selectRecords(from: SelectionSource): Promise<Places> {
  const { selection, source } = from
  const { topic } = selection
  mustAgree(selection)
  const known = new Set(source.partitions.map(one => one.partition))
  for (const partition of selection.partitions ?? []) mustKnow(known, topic, partition)
  const refs = selection.records
    ? selection.records.map(named)
    : from.fromLog
      ? await fromLog(from)
      : fromIndex(from)
  const places = placesOfRefs(refs)
  const selected = countPlaces(places)
  if (selected === 0) {
    const of = selection.records ? 'records' : 'stretch'
    throw new AppError('SELECTION_EMPTY', { params: { topic, of } })
  }
  if (selected > SELECTION_MAX) throw tooLarge(selected)
  for (const partition of places.keys()) mustKnow(known, topic, partition)
  return places
}

/** Said beside named records it would be read past; an end before its beginning is a slip, not an empty answer. */
function mustAgree(selection: Selection): void {
  const { records, from, until } = selection
  if (records) {
    const beside = (['partitions', 'from', 'until', 'contains'] as const).filter(
      name => selection[name] !== undefined,
    )
    const message = 'records are named one by one: nothing else picks among them'
    const fields = beside.map(name => ({ path: `selection.${name}`, code: 'records', message }))
    if (fields.length > 0) throw new AppError('INPUT_INVALID', { fields })
  }
  const [start, end] = [boundOf('from', from), boundOf('until', until)]
  if (start?.kind !== end?.kind || !start || !end || placeIn(start) < placeIn(end)) return
  const field = { path: 'selection.until', code: 'before-from', message: 'not after the beginning' }
  throw new AppError('INPUT_INVALID', { fields: [field] })
}

const placeIn = (bound: PlaceBound) => (bound.kind === 'offset' ? bound.offset : bound.atMs)

/** A place as it is named. Throws INPUT_INVALID beyond 64 bits: no log gets there. */
function named({ partition, offset }: NonNullable<Selection['records']>[number], at: number): Ref {
  const place = BigInt(offset)
  if (place === BigInt.asIntN(64, place)) return { partition, offset: place }
  const field = { path: `selection.records.${at}.offset`, code: 'too-large', message: 'an offset of 64 bits' }
  throw new AppError('INPUT_INVALID', { fields: [field] })
}

const tooLarge = (selected: number) =>
  new AppError('SELECTION_TOO_LARGE', { params: { selected, max: SELECTION_MAX, of: 'records' } })

function mustKnow(known: ReadonlySet<number>, topic: string, partition: number): void {
  if (!known.has(partition)) throw new AppError('PARTITION_UNKNOWN', { params: { topic, partition } })
}

function fromIndex({ selection, index, again }: SelectionSource): Ref[] {
  const { topic, fingerprint, partitions, contains } = selection
  const from = boundOf('from', selection.from)
  const until = boundOf('until', selection.until)
  const wanted = { topic, fingerprint, partitions, contains, from, until }
  const open = index.places({ ...wanted, done: again })
  // All of it is done: each is refused for what was done with it, as it is when it is named by its place.
  return open.length > 0 || again ? open : index.places({ ...wanted, done: true })
}

async function fromLog(from: SelectionSource): Promise<Ref[]> {
  const { selection, source, signal } = from
  if (selection.fingerprint !== undefined || selection.contains !== undefined) {
    const path = selection.fingerprint === undefined ? 'contains' : 'fingerprint'
    const message = 'only dead letters are known by this'
    throw new AppError('INPUT_INVALID', {
      fields: [{ path: `selection.${path}`, code: 'dead-letters', message }],
    })
  }
  const partitions = selection.partitions ?? source.partitions.map(one => one.partition)
  const starts = await placesOf(from, partitions, boundOf('from', selection.from), 'earliest')
  const ends = await placesOf(from, partitions, boundOf('until', selection.until), 'latest')
  const refs: Ref[] = []
  const giveUpAt = performance.now() + SCAN_MS
  for (const partition of partitions) {
    let position = starts.get(partition) ?? 0n
    const end = ends.get(partition) ?? 0n
    while (position < end) {
      if (signal.aborted) throw new AppError('CANCELLED')
      const [answered] = await from.fetcher.fetch({
        topic: source.name,
        positions: [{ partition, offset: position, maxBytes: FETCH_BYTES }],
        isolation: 'read_committed',
        maxWaitMs: 250,
        maxBytes: FETCH_BYTES,
      })
      const answer = answered?.answer
      if (!answer?.ok) {
        const code = answer?.problem.code
        if (code === 'OFFSET_OUT_OF_RANGE') {
          const [first] = (await placesOf(from, [partition], null, 'earliest')).values()
          if (first === undefined || first <= position) break
          position = first
          continue
        }
        throw new AppError(isErrorCode(code) ? code : 'LEADER_UNAVAILABLE', {
          params: { topic: source.name, partition },
        })
      }
      for (const { offset } of answer.value.records) if (offset < end) refs.push({ partition, offset })
      if (refs.length > SELECTION_MAX) throw tooLarge(refs.length)
      if (answer.value.nextOffset > position) position = answer.value.nextOffset
      else if (performance.now() > giveUpAt || position >= answer.value.lastStableOffset) break
    }
  }
  return refs
}

async function placesOf(
  { cluster, source, signal }: SelectionSource,
  partitions: readonly number[],
  bound: Bound,
  otherwise: 'earliest' | 'latest',
): Promise<Map<number, bigint>> {
  if (bound?.kind === 'offset') return new Map(partitions.map(partition => [partition, bound.offset]))
  const asked = partitions.map(partition => ({ topic: source.name, partition }))
  const ask = async (at: 'earliest' | 'latest' | { timestampMs: number }) => {
    const answers = await cluster.listOffsets(asked, at, { isolation: 'read_committed', signal })
    return new Map(
      answers.map(({ partition, answer }): [number, bigint] => {
        if (answer.ok) return [partition, answer.value.offset]
        const { code } = answer.problem
        throw new AppError(isErrorCode(code) ? code : 'KAFKA_ERROR', { params: { partition } })
      }),
    )
  }
  if (bound === null) return ask(otherwise)
  const found = await ask({ timestampMs: bound.atMs })
  if ([...found.values()].every(offset => offset >= 0n)) return found
  // Nothing as young as that: the end.
  const ends = await ask('latest')
  return new Map(
    [...found].map(([partition, offset]) => [partition, offset < 0n ? (ends.get(partition) ?? 0n) : offset]),
  )
}

function boundOf(path: 'from' | 'until', text: string | undefined): Bound {
  if (text === undefined || text === (path === 'from' ? 'oldest' : 'newest')) return null
  const offset = /^offset:(\d{1,19})$/.exec(text)?.[1]
  if (offset !== undefined) return { kind: 'offset', offset: BigInt(offset) }
  const parsed = instant.safeParse(text.replace(/^time:/, ''))
  if (parsed.success) return { kind: 'time', atMs: parsed.data }
  const field = { path: `selection.${path}`, code: 'instant', message: 'an ISO 8601 time or offset:N' }
  throw new AppError('INPUT_INVALID', { fields: [field] })
}
