import type { EventOf, InputOf } from '@/lib/contracts/endpoint'
import type { messages } from '@/lib/contracts/messages'
import type { Context } from '@/server/context'
import { HitDecoder } from './hit-decoder'
import { type LocatedLog, locateLog } from './locate-log'
import { toFilterSpec } from './match/filter-spec'
import { higher, type Position, parsePosition } from './positions'
import { isAwayCode } from './scan/away-codes'
import type { ScanRange } from './scan/scan-types'
import { toProgress } from './search-progress'
import { type Serdes, serdesOf } from './serdes-of'
import type { SearchEvent } from './service'
import { joinsFrom, tailStarts, timesOf } from './tail-starts'

type Input = InputOf<typeof messages.stream>
type Event = EventOf<typeof messages.stream>

/** A tail as it begins: each topic with its log, and how its records are read. */
type Tail = { startedMs: number; topics: string[]; logs: LocatedLog[]; serdes: Serdes }

const UNLIMITED = Number.MAX_SAFE_INTEGER

/**
 * What is written from now on (or from `from` on), over one or several topics, as it is written. At most
 * `rate` records a second leave; what is above, and what a slow reader can't take, is counted in `skipped`.
 * Never ends by itself.
 */
export async function* tailMessages(ctx: Context, input: Input): AsyncGenerator<Event, void, void> {
  const cluster = ctx.clusters.get(input.cluster)
  const filter = toFilterSpec(input)
  const from = parsePosition(input.from, 'from')
  const tail = await openTail(ctx, input, from)
  const { serdes, startedMs } = tail
  const events = ctx.services.search.run(
    {
      actor: ctx.actor.name,
      cluster: cluster.config,
      plan: {
        ranges: rangesOf(tail, from, input.isolation),
        order: 'follow',
        isolation: input.isolation,
        aborted: input.aborted,
        filter,
        limit: UNLIMITED,
        budget: { bytes: UNLIMITED, records: UNLIMITED, timeMs: UNLIMITED },
      },
      serdes: serdes.plans,
      kind: 'tail',
      rate: input.rate,
      schemasOf: serdes.schemasOf,
    },
    ctx.signal,
  )
  const decoder = new HitDecoder(serdes, input)
  for await (const event of events) {
    if (event.type === 'hits') {
      const decoded = await decoder.decode(event.hits)
      for (const [i, message] of decoded.entries())
        yield { event: 'record', data: { ...message, topic: event.hits[i]?.topic ?? input.topic } }
    } else yield* told(event, tail, ctx.clock.now() - startedMs)
  }
}

async function openTail(ctx: Context, input: Input, from: Position): Promise<Tail> {
  const startedMs = ctx.clock.now()
  const cluster = ctx.clusters.get(input.cluster)
  const topics = [...new Set([input.topic, ...(input.also ?? [])])]
  const [logs, serdes] = await Promise.all([
    Promise.all(
      topics.map(topic =>
        locateLog(cluster, {
          topic,
          // Partitions are named for one topic; with several all of each are meant.
          partitions: topics.length === 1 ? (input.partition ?? null) : null,
          isolation: input.isolation,
          times: timesOf(from),
          signal: ctx.signal,
        }),
      ),
    ),
    serdesOf(ctx, input.cluster, topics, input),
  ])
  return { startedMs, topics, logs, serdes }
}

/** What the reader is told beside the records. */
function* told(
  event: Exclude<SearchEvent, { type: 'hits' }>,
  tail: Tail,
  elapsedMs: number,
): Generator<Event> {
  switch (event.type) {
    case 'queued':
      return yield { event: 'queued', data: { place: event.place, running: event.running } }
    case 'started':
      yield { event: 'started', data: started(tail) }
      // Of those that may join later the scan tells itself.
      for (const problem of tail.logs.flatMap(log => log.problems))
        if (!isAwayCode(problem.code)) yield { event: 'problem', data: problem }
      return
    case 'problems':
      for (const problem of event.problems) yield { event: 'problem', data: problem }
      return
    case 'recovered':
      for (const part of event.parts) yield { event: 'recovered', data: part }
      return
    case 'skipped':
      return yield { event: 'skipped', data: { records: event.records } }
    case 'progress': {
      // It is always where the log is: there is nothing left to wait for.
      const progress = { ...event.progress, percent: 100, atMs: null }
      const data = { ...toProgress({ progress, elapsedMs, allPartitions: false }), etaMs: null }
      return yield { event: 'progress', data }
    }
    case 'reached':
      // Of exports alone.
      return
  }
}

function rangesOf(
  { startedMs, topics, logs }: Tail,
  from: Position,
  isolation: Input['isolation'],
): ScanRange[] {
  return topics.flatMap((topic, i) => {
    const log = logs[i]
    if (log === undefined) return []
    return [
      ...startRanges(topic, log, tailStarts(log, from, isolation)),
      ...joiningRanges(topic, log, joinsFrom(from, startedMs)),
    ]
  })
}

function startRanges(topic: string, log: LocatedLog, starts: ReadonlyMap<number, bigint>): ScanRange[] {
  return [...starts].map(([partition, position]) => {
    const high = log.ranges.get(partition)?.highWatermark ?? position
    return { topic, partition, low: position, high: higher(high, position), position }
  })
}

/** Partitions that are away now and may be read later. */
function joiningRanges(topic: string, log: LocatedLog, from: Position): ScanRange[] {
  return [...log.missing]
    .filter(([, problem]) => isAwayCode(problem.code))
    .map(([partition, problem]) => {
      const joins = { from, problem }
      return { topic, partition, low: 0n, high: 0n, position: 0n, joins }
    })
}

function started({ topics, logs }: Tail) {
  const ranges = topics.flatMap((topic, i) =>
    [...(logs[i]?.ranges ?? [])].map(([partition, range]) => ({
      topic,
      partition,
      firstOffset: range.firstOffset.toString(),
      lastStableOffset: range.lastStableOffset.toString(),
      highWatermark: range.highWatermark.toString(),
    })),
  )
  return { order: 'asc' as const, ranges, keyPartition: null, openTransactions: [] }
}
