import type { Problem } from '@/lib/contracts/common'
import type { InputOf } from '@/lib/contracts/endpoint'
import type { messages } from '@/lib/contracts/messages'
import type { Context } from '@/server/context'
import type { KafkaCluster } from '@/server/kafka/port'
import { findBeyondEnd } from './find-beyond-end'
import { partitionOfKey } from './key-partition'
import { type LocatedLog, locateLog } from './locate-log'
import { toFilterSpec } from './match/filter-spec'
import { type CursorBinding, decodePageCursor, type PageCursor } from './page-cursor'
import { bindingOf } from './page-links'
import { directionOf, type PageQuery, type PlannedLane, parseQuery, planLanes } from './plan-page'
import type { ScanPlan, ScanRange } from './scan/scan-types'
import { type Serdes, serdesOf } from './serdes-of'

/** What the list, the stream and the export are asked for alike. */
export type SearchInput = Omit<InputOf<typeof messages.list>, 'limit' | 'preview'>

export type PreparedSearch = {
  input: SearchInput
  cluster: KafkaCluster
  query: PageQuery
  log: LocatedLog
  binding: CursorBinding
  cursor: PageCursor | null
  direction: 'up' | 'down'
  filter: ScanPlan['filter']
  /**
   * The one partition that holds the key, if whoever wrote it chose as was said; null: no key, or partitions
   * were named.
   */
  keyPartition: number | null
  /** What is looked at first, and what only if that has nothing. */
  lanes: PlannedLane[]
  otherLanes: PlannedLane[]
  /** What the reader should know of where it begins; nothing of the answer is missing. */
  remarks: Problem[]
  serdes: Serdes
}

/**
 * Everything that is known before anything is read. Throws what `listMessages` throws, and INPUT_INVALID for
 * a filter that is none.
 */
export async function prepareSearch(ctx: Context, input: SearchInput): Promise<PreparedSearch> {
  const cluster = ctx.clusters.get(input.cluster)
  const query = parseQuery(input)
  const filter = toFilterSpec(input)
  const [log, serdes] = await Promise.all([
    locateLog(cluster, {
      topic: input.topic,
      partitions: input.partition ?? null,
      isolation: input.isolation,
      times: query.times,
      signal: ctx.signal,
    }),
    serdesOf(ctx, input.cluster, [input.topic], input),
  ])
  const binding = bindingOf(input, log)
  const cursor = input.cursor === undefined ? null : decodePageCursor(binding, input.cursor)
  const all = planLanes(input, query, log, cursor)
  const keyPartition = chooseKeyPartition(input, filter, log, cursor)
  return {
    input,
    cluster,
    query,
    log,
    binding,
    cursor,
    direction: directionOf(query.order, cursor?.toward ?? 'next'),
    filter,
    keyPartition,
    remarks: cursor === null ? findBeyondEnd(input.topic, query, log) : [],
    lanes: all.filter(({ lane }) => keyPartition === null || lane.partition === keyPartition),
    // Behind a page that had the key in its own partition there is nothing to look for in the others.
    otherLanes:
      cursor !== null && !cursor.isSeekingKey
        ? []
        : all.filter(({ lane }) => keyPartition !== null && lane.partition !== keyPartition),
    serdes,
  }
}

/**
 * A cursor of a search in one partition goes on in that one, of one that had not found its key there too; of
 * one that had to look everywhere, everywhere.
 */
function chooseKeyPartition(
  input: SearchInput,
  filter: ScanPlan['filter'],
  log: LocatedLog,
  cursor: PageCursor | null,
): number | null {
  if (filter?.key == null || input.partition !== undefined) return null
  const partition = partitionOfKey(input.partitioner, filter.key.bytes, log.partitionCount)
  if (partition === null || !log.ranges.has(partition)) return null
  if (cursor === null) return partition
  const isOne = cursor.positions.size === 1 || cursor.isSeekingKey
  return isOne && cursor.positions.has(partition) ? partition : null
}

/** Lanes of a page as ranges of a scan. */
export function toRanges(
  topic: string,
  lanes: readonly PlannedLane[],
  direction: 'up' | 'down',
): ScanRange[] {
  return lanes.map(({ lane }) => ({
    topic,
    partition: lane.partition,
    low: direction === 'up' ? lane.position : lane.low,
    high: direction === 'up' ? lane.high : lane.position,
    position: lane.position,
  }))
}
