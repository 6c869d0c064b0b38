import type { Problem } from '@/lib/contracts/common'
import type { EvaluationErrors, Histogram } from '@/lib/contracts/message-search'
import type { Message } from '@/lib/contracts/messages'
import type { Context } from '@/server/context'
import { HitDecoder, type ShownLimits, textBytes } from './hit-decoder'
import { mapSteps } from './map-steps'
import { encodeLink, neighbours } from './page-links'
import { type PreparedSearch, toRanges } from './prepare-search'
import type { ScanBudget, ScanEnd } from './scan/scan-types'
import type { ScanProgress } from './scan/worker-talk'
import type { SearchEnd, SearchEvent, SpentBudget } from './service'

export type SearchStep =
  | Extract<SearchEvent, { type: 'queued' } | { type: 'started' }>
  | { type: 'messages'; messages: Message[] }
  | { type: 'progress'; progress: ScanProgress; allPartitions: boolean; elapsedMs: number }

export type SearchOutcome = {
  reason: ScanEnd['reason']
  detail: ScanEnd['detail']
  budget: SpentBudget | null
  next: string | null
  previous: string | null
  records: number
  bytes: number
  hits: number
  percent: number
  elapsedMs: number
  /** The partition of the key had none: all others were looked at too. */
  allPartitions: boolean
  histogram: Histogram | null
  evaluationErrors: EvaluationErrors
  problems: Problem[]
}

/** `answerBytes`: of hits that are answered all at once, so much. */
export type SearchOptions = { limit: number; budget: ScanBudget; shown: ShownLimits; answerBytes?: number }

/**
 * Runs a search on a thread of its own. A key is looked up in its own partition first, and in all others when
 * that one has nothing: the number of partitions may have changed since it was written.
 */
export async function* runSearch(
  ctx: Context,
  prepared: PreparedSearch,
  options: SearchOptions,
): AsyncGenerator<SearchStep, SearchOutcome, void> {
  const startedMs = ctx.clock.now()
  const elapsedMs = () => ctx.clock.now() - startedMs
  const { input, cluster, query, direction, filter, serdes } = prepared
  const decoder = new HitDecoder(serdes, options.shown)
  const { answerBytes } = options
  const answer = answerBytes && { bytes: answerBytes, partBytes: textBytes(options.shown.preview) }
  const run = async function* (
    lanes: PreparedSearch['lanes'],
    limit: number,
    before: ScanEnd | null,
  ): AsyncGenerator<SearchStep, SearchEnd, void> {
    const events = ctx.services.search.run(
      {
        actor: ctx.actor.name,
        cluster: cluster.config,
        plan: {
          ranges: toRanges(input.topic, lanes, direction),
          order: direction === 'up' ? 'asc' : 'desc',
          isolation: input.isolation,
          aborted: input.aborted,
          filter,
          limit,
          budget: {
            bytes: Math.max(1, options.budget.bytes - (before?.bytes ?? 0)),
            records: Math.max(1, options.budget.records - (before?.records ?? 0)),
            timeMs: Math.max(1, options.budget.timeMs - elapsedMs()),
          },
          ...(answer && { answer }),
        },
        serdes: serdes.plans,
        kind: 'search',
        rate: null,
        schemasOf: serdes.schemasOf,
      },
      ctx.signal,
    )
    return yield* mapSteps(events, async function* (event): AsyncGenerator<SearchStep> {
      if (event.type === 'hits') yield { type: 'messages', messages: await decoder.decode(event.hits) }
      else if (event.type === 'progress') {
        const progress = before === null ? event.progress : added(before, event.progress)
        yield { type: 'progress', progress, allPartitions: before !== null, elapsedMs: elapsedMs() }
      } else if (event.type === 'queued' || (event.type === 'started' && before === null)) yield event
    })
  }
  let end = yield* run(prepared.lanes, options.limit, null)
  let planned = prepared.lanes
  if (end.reason === 'end' && end.hits === 0 && prepared.otherLanes.length > 0) {
    end = joined(end, yield* run(prepared.otherLanes, options.limit, end))
    planned = [...planned, ...prepared.otherLanes]
  }
  const edges = new Map(end.edges.map(edge => [edge.partition, edge.offset]))
  const problems = [...prepared.log.problems, ...end.problems]
  // Given up before the key's partition was through, with nothing found: the others still have their turn.
  const isSeekingKey = end.reason === 'budget' && end.hits === 0 && planned === prepared.lanes
  const waiting = isSeekingKey ? prepared.otherLanes : []
  for (const { lane } of waiting) edges.set(lane.partition, lane.position)
  const links = neighbours(query.order, prepared.cursor, planned, { edges, more: end.more })
  if (waiting.length > 0 && links.next) links.next.isSeekingKey = true
  return {
    reason: end.reason,
    detail: end.detail,
    budget: end.budget,
    next: encodeLink(prepared.binding, links.next, problems),
    previous: encodeLink(prepared.binding, links.previous, problems),
    records: end.records,
    bytes: end.bytes,
    hits: end.hits,
    percent: end.percent,
    elapsedMs: elapsedMs(),
    allPartitions: planned !== prepared.lanes,
    histogram: end.histogram,
    evaluationErrors: end.evaluationErrors,
    problems,
  }
}

function added(before: ScanEnd, now: ScanProgress): ScanProgress {
  return {
    ...now,
    records: before.records + now.records,
    bytes: before.bytes + now.bytes,
    errors: before.evaluationErrors.count + now.errors,
  }
}

function joined(a: ScanEnd, b: SearchEnd): SearchEnd {
  return {
    ...b,
    records: a.records + b.records,
    bytes: a.bytes + b.bytes,
    edges: [...a.edges, ...b.edges],
    more: a.more || b.more,
    evaluationErrors: {
      count: a.evaluationErrors.count + b.evaluationErrors.count,
      samples: [...a.evaluationErrors.samples, ...b.evaluationErrors.samples].slice(0, 10),
    },
    problems: [...a.problems, ...b.problems],
  }
}
