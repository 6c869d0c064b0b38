import type { EventOf, InputOf } from '@/lib/contracts/endpoint'
import type { messages } from '@/lib/contracts/messages'
import type { Context } from '@/server/context'
import { HitDecoder } from './hit-decoder'
import { type LocatedLog, locateLog } from './locate-log'
import { toFilterSpec } from './match/filter-spec'
import { boundaryOf, higher, parsePosition, timeToAsk } from './positions'
import type { ScanRange } from './scan/scan-types'
import { serdesOf } from './serdes-of'

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
  const time = timeToAsk(from, 'asc')
  const [logs, serdes] = await Promise.all([
    Promise.all(
      topics.map(topic =>
        locateLog(cluster, {
          topic,
          // Partitions are named for one topic; with several all of each are meant.
          partitions: topics.length === 1 ? (input.partition ?? null) : null,
          isolation: input.isolation,
          times: time === null ? [] : [time],
          signal: ctx.signal,
        }),
      ),
    ),
    serdesOf(ctx, input.cluster, topics, input),
  ])
  const decoder = new HitDecoder(serdes, input)
  const ranges = topics.flatMap((topic, i) => {
    const log = logs[i]
    return log === undefined
      ? []
      : startsOf(topic, log, input, found => boundaryOf(from, 'asc', found.range, found.at), time)
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
      for (const log of logs) for (const problem of log.problems) yield { event: 'problem', data: problem }
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

type Found = { range: { start: bigint; end: bigint }; at: bigint | null }

function startsOf(
  topic: string,
  log: LocatedLog,
  input: Input,
  startOf: (found: Found) => bigint,
  time: number | null,
): ScanRange[] {
  return [...log.ranges].map(([partition, known]) => {
    const last = input.isolation === 'read_committed' ? known.lastStableOffset : known.highWatermark
    const range = { start: known.firstOffset, end: higher(last, known.firstOffset) }
    const at = time === null ? null : (log.byTime.get(time)?.get(partition) ?? null)
    const position = startOf({ range, at })
    return { topic, partition, low: position, high: range.end, position }
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
