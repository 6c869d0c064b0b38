import { createAPI } from '@platformatic/kafka'
import { AppError } from '@/lib/errors'
import type { CommittedColumns, GroupListing } from '../port'
import { type Family, family, flat } from './api'
import { askedGroups, type Batch, type Chunk, inBatches, inChunks } from './asked-groups'
import { ColumnsBuilder } from './committed-columns'
import { decodeOffsetFetch, decodeSingleOffsetFetch, type GroupFailure } from './committed-decoder'
import { CommittedMemory } from './committed-memory'
import { backOff, type Scope } from './deadline'
import { COORDINATOR_MOVED, kafkaError, problemOf } from './errors'
import { describeShareGroupOffsetsV0, describeShareGroupOffsetsV1, type ShareOffsets } from './group-apis'
import { relocate } from './groups'
import type { ClusterLink } from './link'
import { MANY_SINCE, offsetFetchRequest } from './offset-fetch-request'
import type { Lane } from './pool'

const LANES: Lane[] = [0, 1]
const ATTEMPTS = 3
const OFFSET_FETCH = 9

/** By cluster: what those who ask all the time heard before. */
const memories = new WeakMap<ClusterLink, CommittedMemory>()
/** Columns that grow by doubling leave twice their size behind. */
const SPARE = 1.05

const SHARE = family<[string[]], { groups: ShareOffsets[] }>(
  describeShareGroupOffsetsV1,
  describeShareGroupOffsetsV0,
)

/** OffsetFetch whose answers go straight into the columns, without an object a partition. */
function offsetFetch(
  columns: ColumnsBuilder,
  memory: CommittedMemory | null,
): Family<[string[]], GroupFailure[]> {
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
          : decodeOffsetFetch(flat(reader), columns, memory && { memory, asked }),
    )
  }
  return family(at(9), at(8), at(7))
}

type Work = {
  link: ClusterLink
  columns: ColumnsBuilder
  memory: CommittedMemory | null
  scope: Scope
  again: GroupListing[]
}

/** A group's failure: kept as its problem, or looked up anew when its coordinator is another now. */
function note(work: Work, listing: GroupListing, error: AppError, moved: boolean): void {
  work.columns.failed.set(listing.group, problemOf(`group:${listing.group}`, error))
  if (moved) work.again.push(listing)
}

function noteAll(work: Work, listings: readonly GroupListing[], error: unknown): void {
  if (work.scope.signal.aborted) throw error
  const ours = error instanceof AppError ? error : new AppError('INTERNAL', { cause: error })
  for (const one of listings) note(work, one, ours, ours.code === 'BROKER_UNREACHABLE')
}

/** One coordinator's groups in chunks; each lane has one request under way. */
async function fetchFrom(work: Work, { broker, listings, chunks }: Batch): Promise<void> {
  const { link, columns, memory, scope } = work
  // An API a lane: v7's answer doesn't name its group, and lanes run side by side.
  const apis = LANES.map(() => offsetFetch(columns, memory))
  const [any = offsetFetch(columns, memory)] = apis
  const run = async ({ listings: mine, names }: Chunk, lane: Lane) => {
    try {
      const failures = await link.read({ broker, lane }, apis[lane] ?? any, [names], scope)
      if (columns.failed.size > 0) for (const name of names) columns.failed.delete(name)
      for (const { group, code } of failures) {
        const listing = mine.find(one => one.group === group)
        if (listing) note(work, listing, kafkaError(code, { group }), COORDINATOR_MOVED.has(code))
      }
    } catch (error) {
      noteAll(work, mine, error)
    }
  }
  let todo = chunks
  try {
    if ((await link.versionFor({ broker }, any, scope)) < MANY_SINCE) todo = inChunks(listings, 1)
  } catch (error) {
    noteAll(work, listings, error)
    return
  }
  let next = 0
  const lanes = todo.length > 1 ? LANES : LANES.slice(0, 1)
  await Promise.all(
    lanes.map(async lane => {
      for (let chunk = todo[next++]; chunk; chunk = todo[next++]) await run(chunk, lane)
    }),
  )
}

/** Share groups have no commits: their start offset is what everything below is done with (KIP-932). */
async function fetchShare(work: Work, { broker, chunks }: Batch): Promise<void> {
  const { link, columns, scope } = work
  for (const { listings, names } of chunks) {
    try {
      const answer = await link.read({ broker, lane: 1 }, SHARE, [names], scope)
      const byGroup = new Map(answer.groups.map(one => [one.groupId, one]))
      for (const listing of listings) {
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
      noteAll(work, listings, error)
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
  again = false,
): Promise<CommittedColumns> {
  const { names, withShare, batches } = askedGroups(groups)
  // Taken away while it is used: who comes meanwhile, or after a call that was broken off, begins anew.
  const memory = again ? (memories.get(link) ?? new CommittedMemory()) : null
  if (memory) memories.delete(link)
  memory?.begin()
  const columns = new ColumnsBuilder(names, withShare, {
    room: Math.ceil((memory?.rows ?? 0) * SPARE),
    versions: again,
  })
  let open = batches
  for (let attempt = 1; open.length > 0; attempt++) {
    const work: Work = { link, columns, memory, scope, again: [] }
    await Promise.all(open.map(batch => (batch.isShare ? fetchShare(work, batch) : fetchFrom(work, batch))))
    if (attempt >= ATTEMPTS || work.again.length === 0) break
    await backOff(scope, attempt)
    open = inBatches(await relocate(link, work.again, scope))
  }
  const built = columns.build()
  if (memory) {
    memory.finish(built)
    memories.set(link, memory)
  }
  return built
}
