import { createAPI, type Reader } from '@platformatic/kafka'
import { AppError } from '@/lib/errors'
import type { CommittedColumns, GroupListing } from '../port'
import { type Family, family } from './api'
import { ColumnsBuilder } from './committed-columns'
import { decodeOffsetFetch, decodeSingleOffsetFetch, type GroupFailure } from './committed-decoder'
import { backOff, type Scope } from './deadline'
import { COORDINATOR_MOVED, kafkaError, problemOf } from './errors'
import { describeShareGroupOffsetsV0, describeShareGroupOffsetsV1, type ShareOffsets } from './group-apis'
import { relocate } from './groups'
import type { ClusterLink } from './link'
import { MANY_SINCE, offsetFetchRequest } from './offset-fetch-request'
import type { Lane } from './pool'

/** Measured over 10,000 groups: 250-500 a request on two connections is fastest, and the first rows come early. */
const CHUNK = 400
const LANES: Lane[] = [0, 1]
const ATTEMPTS = 3
const OFFSET_FETCH = 9

/** By cluster: rows that a group has on average. Columns that grow by doubling leave twice their size behind. */
const rowsOfGroup = new WeakMap<ClusterLink, number>()
const SPARE = 1.05

const SHARE = family<[string[]], { groups: ShareOffsets[] }>(
  describeShareGroupOffsetsV1,
  describeShareGroupOffsetsV0,
)

/** The library hands an answer over in its own buffer type; frames.ts made sure that it is one piece. */
const flat = (reader: Reader): Buffer => reader.buffer.slice(reader.position, reader.buffer.length)

/** OffsetFetch whose answers go straight into the columns, without an object a partition. */
function offsetFetch(columns: ColumnsBuilder): Family<[string[]], GroupFailure[]> {
  const at = (version: number) => {
    let asked: string[] = []
    return createAPI<[string[]], GroupFailure[]>(
      OFFSET_FETCH,
      version,
      (groups: string[]) => {
        asked = groups
        return offsetFetchRequest(version, groups)
      },
      (_id, _key, _version, reader) =>
        version < MANY_SINCE
          ? decodeSingleOffsetFetch(flat(reader), asked[0] ?? '', columns)
          : decodeOffsetFetch(flat(reader), columns),
    )
  }
  return family(at(9), at(8), at(7))
}

type Work = { link: ClusterLink; columns: ColumnsBuilder; scope: Scope; again: GroupListing[] }

/** A group's failure: kept as its problem, or looked up anew when its coordinator is another now. */
function note(work: Work, listing: GroupListing, error: AppError, moved: boolean): void {
  work.columns.failed.set(listing.group, problemOf(`group:${listing.group}`, error))
  if (moved) work.again.push(listing)
}

/** One coordinator's groups in chunks; each lane has one request under way. */
async function fetchFrom(work: Work, broker: number, mine: GroupListing[]): Promise<void> {
  const { link, columns, scope } = work
  let size = CHUNK
  const byGroup = new Map(mine.map(one => [one.group, one]))
  const run = async (chunk: GroupListing[], lane: Lane) => {
    try {
      // Its own API each time: v7's answer doesn't name its group, and lanes run side by side.
      const api = offsetFetch(columns)
      const failures = await link.read({ broker, lane }, api, [chunk.map(one => one.group)], scope)
      for (const one of chunk) columns.failed.delete(one.group)
      for (const { group, code } of failures) {
        const listing = byGroup.get(group)
        if (listing) note(work, listing, kafkaError(code, { group }), COORDINATOR_MOVED.has(code))
      }
    } catch (error) {
      if (scope.signal.aborted) throw error
      const ours = error instanceof AppError ? error : new AppError('INTERNAL', { cause: error })
      for (const one of chunk) note(work, one, ours, ours.code === 'BROKER_UNREACHABLE')
    }
  }
  try {
    if ((await link.versionFor({ broker }, offsetFetch(columns), scope)) < MANY_SINCE) size = 1
  } catch (error) {
    if (scope.signal.aborted) throw error
    const ours = error instanceof AppError ? error : new AppError('INTERNAL', { cause: error })
    for (const one of mine) note(work, one, ours, ours.code === 'BROKER_UNREACHABLE')
    return
  }
  let next = 0
  const lanes = mine.length > size ? LANES : LANES.slice(0, 1)
  await Promise.all(
    lanes.map(async lane => {
      while (next < mine.length) {
        const chunk = mine.slice(next, next + size)
        next += chunk.length
        await run(chunk, lane)
      }
    }),
  )
}

/** Share groups have no commits: their start offset is what everything below is done with (KIP-932). */
async function fetchShare(work: Work, broker: number, mine: GroupListing[]): Promise<void> {
  const { link, columns, scope } = work
  for (let at = 0; at < mine.length; at += CHUNK) {
    const chunk = mine.slice(at, at + CHUNK)
    try {
      const answer = await link.read({ broker, lane: 1 }, SHARE, [chunk.map(one => one.group)], scope)
      const byGroup = new Map(answer.groups.map(one => [one.groupId, one]))
      for (const listing of chunk) {
        const found = byGroup.get(listing.group)
        columns.failed.delete(listing.group)
        let code = found?.errorCode ?? 69
        for (const topic of found?.topics ?? [])
          for (const one of topic.partitions) {
            code ||= one.errorCode
            if (one.errorCode !== 0) continue
            const lag = one.lag < 0n ? Number.NaN : Number(one.lag)
            const topicIndex = columns.topicIndex(topic.topicName)
            columns.pushExact(
              columns.groupIndex(listing.group),
              topicIndex,
              one.partition,
              one.startOffset,
              lag,
            )
          }
        if (code !== 0)
          note(work, listing, kafkaError(code, { group: listing.group }), COORDINATOR_MOVED.has(code))
      }
    } catch (error) {
      if (scope.signal.aborted) throw error
      const ours = error instanceof AppError ? error : new AppError('INTERNAL', { cause: error })
      for (const one of chunk) note(work, one, ours, ours.code === 'BROKER_UNREACHABLE')
    }
  }
}

/**
 * Committed offsets of many groups in flat columns: one request for hundreds of groups, two connections a coordinator.
 * A group that can't be read is in `failed` (its readable partitions, if any, are there too); the others stand.
 */
export async function committedOffsets(
  link: ClusterLink,
  groups: readonly GroupListing[],
  scope: Scope,
): Promise<CommittedColumns> {
  const unique = [...new Map(groups.map(one => [one.group, one])).values()]
  const columns = new ColumnsBuilder(
    unique.map(one => one.group),
    unique.some(one => one.type === 'share'),
    Math.ceil(unique.length * (rowsOfGroup.get(link) ?? 0) * SPARE),
  )
  let open = unique
  for (let attempt = 1; open.length > 0; attempt++) {
    const work: Work = { link, columns, scope, again: [] }
    const batches = new Map<string, GroupListing[]>()
    for (const listing of open) {
      const key = `${listing.coordinator}/${listing.type === 'share' ? 'share' : 'offsets'}`
      const batch = batches.get(key)
      if (batch) batch.push(listing)
      else batches.set(key, [listing])
    }
    await Promise.all(
      [...batches.values()].map(async batch => {
        const [first] = batch
        if (!first) return
        if (first.type === 'share') await fetchShare(work, first.coordinator, batch)
        else await fetchFrom(work, first.coordinator, batch)
      }),
    )
    if (attempt >= ATTEMPTS || work.again.length === 0) break
    await backOff(scope, attempt)
    open = await relocate(link, work.again, scope)
  }
  if (unique.length >= CHUNK) rowsOfGroup.set(link, columns.length / unique.length)
  return columns.build()
}
