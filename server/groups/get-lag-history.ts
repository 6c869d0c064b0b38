import { and, eq, gte, lte } from 'drizzle-orm'
import type { InputOf } from '@/lib/contracts/endpoint'
import { groups, type LagWindow } from '@/lib/contracts/groups'
import { AppError } from '@/lib/errors'
import { authorise, mayDo } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import { toStoreError } from '@/server/store/errors'
import { replay } from '@/server/store/schema/index'
import { type LagHistory, seriesKey } from './history/lag-history'
import { samplerWith } from './read-group'
import type { LagSampler } from './service'

type LagPoint = { atMs: number; lag: number | null; timeLagMs: number | null }

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const WEEK_MS = 7 * DAY_MS
const MOST_POINTS = 400
const MOST_REPLAYS = 100

/** How far back, and in which slots (seconds) that is kept. */
const WINDOWS: Record<LagWindow, { ms: number; level: 10 | 60 | 3600 }> = {
  '15m': { ms: 15 * MINUTE_MS, level: 10 },
  '1h': { ms: HOUR_MS, level: 10 },
  '6h': { ms: 6 * HOUR_MS, level: 60 },
  '24h': { ms: DAY_MS, level: 60 },
  '7d': { ms: WEEK_MS, level: 60 },
  '30d': { ms: 30 * DAY_MS, level: 3600 },
  '90d': { ms: 90 * DAY_MS, level: 3600 },
}

type Input = InputOf<typeof groups.lagHistory>

/**
 * Lag of a group (or one of its topics or partitions) over a window: the largest of each slot, downsampled to
 * 400 points at most; what was not sampled is null. Markers tell what happened meanwhile. Throws
 * GROUP_UNKNOWN, DENIED for a topic that may not be seen, STORE_*.
 */
export const getLagHistory = verb(groups.lagHistory, async (ctx, input) => {
  authorise(ctx, 'group.read', { cluster: input.cluster, group: input.group })
  if (input.topic !== undefined) authorise(ctx, 'group.read', { cluster: input.cluster, topic: input.topic })
  if ((input.partition !== undefined || input.partitions !== undefined) && input.topic === undefined)
    throw new AppError('INPUT_INVALID', {
      fields: [{ path: 'topic', code: 'REQUIRED', message: 'Name the topic of the partition.' }],
    })
  const sampler = await samplerWith(ctx, input.cluster, input.group)
  const { ms, level } = WINDOWS[input.window]
  const now = ctx.clock.now()
  const from = now - ms
  const span = { fromMs: from, toMs: now, level }
  const slots = await slotsOf(sampler, input, span)
  const earlier = input.compare
    ? await slotsOf(sampler, input, {
        fromMs: from - WEEK_MS,
        toMs: now - WEEK_MS,
        // Slots of 10 s are kept for hours only.
        level: Math.max(60, level),
      })
    : null
  const size = Math.ceil(slots.length / MOST_POINTS)
  const lines = input.partitions === undefined ? null : await linesOf(sampler, input, span, slots)
  return {
    points: downsample(slots, size).map(toPoint),
    earlier:
      earlier &&
      downsample(earlier, Math.ceil(earlier.length / MOST_POINTS))
        .map(shifted)
        .map(toPoint),
    lines:
      lines?.map(({ partition, points }) => {
        const drawn = downsample(points, size)
        return {
          partition,
          lag: drawn.map(point => point.lag),
          timeLagMs: drawn.map(point => point.timeLagMs),
        }
      }) ?? null,
    markers: await markersOf(ctx, sampler, input, from, now),
    stepMs: level * 1000 * Math.max(1, size),
    aggregate: size > 1 || level > 10 ? ('max' as const) : ('none' as const),
    from: new Date(from).toISOString(),
    to: new Date(now).toISOString(),
  }
})

type Span = { fromMs: number; toMs: number; level: number }

async function slotsOf(sampler: LagSampler, input: Input, span: Span): Promise<LagPoint[]> {
  const slotMs = span.level * 1000
  const stored = sampler.history ? await storedOf(sampler.history, input, span) : new Map<number, LagPoint>()
  const first = Math.floor(span.fromMs / slotMs) + 1
  const last = Math.floor(span.toMs / slotMs)
  const points: LagPoint[] = []
  for (let slot = first; slot <= last; slot++) {
    points.push(stored.get(slot) ?? { atMs: slot * slotMs, lag: null, timeLagMs: null })
  }
  return points
}

type PartitionLine = { partition: number | null; points: LagPoint[] }

/**
 * The partitions that were asked for, then what is left of the topic's lag: exact in slots of one sample,
 * else of the largest ones.
 */
async function linesOf(
  sampler: LagSampler,
  input: Input,
  span: Span,
  topic: readonly LagPoint[],
): Promise<PartitionLine[]> {
  const asked = [...new Set(input.partitions?.split(',').map(Number))]
  const lines: PartitionLine[] = await Promise.all(
    asked.map(async partition => ({
      partition,
      points: await slotsOf(sampler, { ...input, partition }, span),
    })),
  )
  const others = topic.map(({ atMs, lag }, i): LagPoint => {
    // A partition without a value then was not behind or could not be measured: the topic's sum holds nothing
    // of it either.
    const known = lines.reduce((sum, { points }) => sum + (points[i]?.lag ?? 0), 0)
    return { atMs, lag: lag === null ? null : Math.max(0, lag - known), timeLagMs: null }
  })
  return [...lines, { partition: null, points: others }]
}

async function storedOf(
  history: LagHistory,
  input: Input,
  { level, fromMs, toMs }: Span,
): Promise<Map<number, LagPoint>> {
  const key = seriesKey(input.group, input.topic, input.partition)
  try {
    const found = await history.series(key, level, fromMs, toMs)
    return new Map(
      found.map(p => [p.slot, { atMs: p.slot * level * 1000, lag: p.lag, timeLagMs: p.timeLagMs }]),
    )
  } catch (error) {
    throw toStoreError(error)
  }
}

const shifted = (point: LagPoint): LagPoint => ({ ...point, atMs: point.atMs + WEEK_MS })

function toPoint(point: LagPoint) {
  return { at: new Date(point.atMs).toISOString(), lag: point.lag, timeLagMs: point.timeLagMs }
}

/** Marks of the group itself, and replays that wrote into one of its topics. */
async function markersOf(ctx: Context, sampler: LagSampler, input: Input, fromMs: number, toMs: number) {
  if (!sampler.history) return []
  try {
    const own = await sampler.history.markers(input.group, fromMs, toMs)
    const topics = new Set(sampler.row(input.group)?.topics)
    const runs = await ctx.store.db
      .select({ id: replay.id, targets: replay.targets, startedAtMs: replay.startedAtMs })
      .from(replay)
      .where(
        and(
          eq(replay.cluster, input.cluster),
          gte(replay.startedAtMs, fromMs),
          lte(replay.startedAtMs, toMs),
        ),
      )
      .limit(MOST_REPLAYS)
    const replays = runs.flatMap(run => {
      const into = targetsOf(run.targets).find(
        topic => topics.has(topic) && mayDo(ctx, 'replay.read', { cluster: input.cluster, topic }),
      )
      if (into === undefined || run.startedAtMs === null) return []
      return [{ atMs: run.startedAtMs, kind: 'replay' as const, detail: { replay: run.id, topic: into } }]
    })
    return [...own, ...replays]
      .sort((a, b) => a.atMs - b.atMs)
      .map(({ atMs, kind, detail }) => ({ at: new Date(atMs).toISOString(), kind, detail }))
  } catch (error) {
    throw toStoreError(error)
  }
}

function targetsOf(text: string): string[] {
  const targets: unknown = JSON.parse(text)
  if (!Array.isArray(targets)) return []
  return targets.flatMap(one => (typeof one?.topic === 'string' ? [one.topic] : []))
}

function downsample(points: readonly LagPoint[], size: number): LagPoint[] {
  if (size <= 1) return [...points]
  const out: LagPoint[] = []
  for (let i = 0; i < points.length; i += size) {
    const stretch = points.slice(i, i + size)
    const first = stretch[0]
    if (!first) continue
    out.push({
      atMs: first.atMs,
      lag: largest(stretch.map(p => p.lag)),
      timeLagMs: largest(stretch.map(p => p.timeLagMs)),
    })
  }
  return out
}

function largest(values: readonly (number | null)[]): number | null {
  const known = values.filter(v => v !== null)
  return known.length > 0 ? Math.max(...known) : null
}
