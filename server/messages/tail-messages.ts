import type { EventOf, InputOf } from '@/lib/contracts/endpoint'
import type { messages } from '@/lib/contracts/messages'
import type { Context } from '@/server/context'
import { HitDecoder } from './hit-decoder'
import { type LocatedLog, locateLog } from './locate-log'
import { toFilterSpec } from './match/filter-spec'
import { higher, type Position, parsePosition } from './positions'
import { isAwayCode } from './scan/away-codes'
import type { ScanRange } from './scan/scan-types'
import { serdesOf } from './serdes-of'
import { joinsFrom, tailStarts, timesOf } from './tail-starts'

type Input = InputOf<typeof messages.stream>
type Event = EventOf<typeof messages.stream>

/**
 * What is written from now on (or from `from` on), over one or several topics, as it is written. At most
 * `rate` records a second leave; what is above, and what a slow reader can't take, is counted in `skipped`.
 * Never ends by itself.
 */
export async function* tailMessages(ctx: Context, input: Input): AsyncGenerator<Event, void, void> {
  const startedMs = ctx.clock.now()
  const cluster = ctx.clusters.get(input.cluster)
  const topics = [...new Set([input.topic, ...(input.also ?? [])])]
  const filter = toFilterSpec(input)
  const from = parsePosition(input.from, 'from')
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
  const decoder = new HitDecoder(serdes, input)
  const ranges = topics.flatMap((topic, i) => {
    const log = logs[i]
    if (log === undefined) return []
    return [
      ...startRanges(topic, log, tailStarts(log, from, input.isolation)),
      ...joiningRanges(topic, log, joinsFrom(from, startedMs)),
    ]
  })
  const unlimited = Number.MAX_SAFE_INTEGER
  const events = ctx.services.search.run(
    {
      actor: ctx.actor.name,
      cluster: cluster.config,
      plan: {
        ranges,
        order: 'follow',
        isolation: input.isolation,
        aborted: input.aborted,
        filter,
        limit: unlimited,
        budget: { bytes: unlimited, records: unlimited, timeMs: unlimited },
      },
      serdes: serdes.plans,
      kind: 'tail',
      rate: input.rate,
      schemasOf: serdes.schemasOf,
    },
    ctx.signal,
  )
  for await (const event of events) {
    if (event.type === 'queued')
      yield { event: 'queued', data: { place: event.place, running: event.running } }
    else if (event.type === 'started') {
      yield { event: 'started', data: started(topics, logs) }
      // Of those that may join later the scan tells itself.
      for (const problem of logs.flatMap(log => log.problems))
        if (!isAwayCode(problem.code)) yield { event: 'problem', data: problem }
    } else if (event.type === 'problems')
      for (const problem of event.problems) yield { event: 'problem', data: problem }
    else if (event.type === 'recovered')
      for (const part of event.parts) yield { event: 'recovered', data: part }
    else if (event.type === 'skipped') yield { event: 'skipped', data: { records: event.records } }
    else if (event.type === 'hits') {
      const decoded = await decoder.decode(event.hits)
      for (const [i, message] of decoded.entries())
        yield { event: 'record', data: { ...message, topic: event.hits[i]?.topic ?? input.topic } }
    } else if (event.type === 'progress') {
      const elapsedMs = ctx.clock.now() - startedMs
      const { records, bytes, hits, histogram, errors } = event.progress
      const perSecond = (count: number) => Math.round((count * 1000) / Math.max(1, elapsedMs))
      yield {
        event: 'progress',
        data: {
          scanned: records,
          bytes,
          hits,
          percent: 100,
          recordsPerSecond: perSecond(records),
          bytesPerSecond: perSecond(bytes),
          elapsedMs,
          etaMs: null,
          at: null,
          allPartitions: false,
          histogram,
          errors,
        },
      }
    }
  }
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

function started(topics: readonly string[], logs: readonly LocatedLog[]) {
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
