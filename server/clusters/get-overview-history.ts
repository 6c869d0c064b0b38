import { clusters, type OverviewHistory } from '@/lib/contracts/clusters'
import type { Problem } from '@/lib/contracts/common'
import { authorise } from '@/server/auth/authorise'
import { seriesKey } from '@/server/groups/history/lag-history'
import { TOTAL_KEY } from '@/server/groups/history/record-groups'
import type { LagSampler } from '@/server/groups/service'
import { isVisible, topicsSeen } from '@/server/groups/visible'
import { verb } from '@/server/http/verb'
import { toStoreError } from '@/server/store/errors'
import { part } from './overview-parts'

const WINDOW_MS = 3_600_000
const STEP_MS = 30_000
const STEPS = WINDOW_MS / STEP_MS
/** The history's finest slots, in seconds. */
const SLOT_S = 10
const GROUPS = 2

type Point = { atMs: number; value: number | null }

/**
 * The last hour in steps of 30 s: records a second from the topic sampler's memory (it begins with the
 * process), lag from the history in the store. What cannot be read is a problem and a row of nulls. Throws
 * CLUSTER_UNKNOWN, DENIED.
 */
export const getOverviewHistory = verb(
  clusters.overviewHistory,
  async (ctx, input): Promise<OverviewHistory> => {
    authorise(ctx, 'cluster.read', { cluster: input.cluster })
    const { id } = ctx.clusters.get(input.cluster)
    const now = ctx.clock.now()
    // The step that has begun is the last one.
    const fromMs = (Math.floor(now / STEP_MS) + 1) * STEP_MS - WINDOW_MS
    const problems: Problem[] = []
    const sampler = ctx.services.lag.of(id)
    const may = topicsSeen(ctx, id)
    const rows = sampler.snapshot()?.rows ?? []
    const visible = rows.filter(row => isVisible(row, may))
    const behind = visible
      .flatMap(({ group, lag }) => (lag === null || lag === '0' ? [] : [{ group, lag: Number(lag) }]))
      .sort((a, b) => b.lag - a.lag || (a.group < b.group ? -1 : 1))
      .slice(0, GROUPS)
    const lagOf = (key: string) =>
      part(problems, 'lag-history', empty(), async () => inSteps(await readLag(sampler, key, fromMs), fromMs))
    const produced = await part(problems, 'throughput', empty(), () =>
      inSteps(
        ctx.services.topics
          .of(id)
          .rateSeries(WINDOW_MS)
          .map(({ atMs, perSecond }) => ({ atMs, value: perSecond })),
        fromMs,
      ),
    )
    const totalLag = visible.length === rows.length ? await lagOf(TOTAL_KEY) : null
    const groups = await Promise.all(
      behind.map(async ({ group }) => ({ group, lag: await lagOf(seriesKey(group)) })),
    )
    return { from: new Date(fromMs).toISOString(), stepMs: STEP_MS, produced, totalLag, groups, problems }
  },
)

const empty = () => new Array<number | null>(STEPS).fill(null)

async function readLag({ history }: LagSampler, key: string, fromMs: number): Promise<Point[]> {
  if (!history) return []
  try {
    const points = await history.series(key, SLOT_S, fromMs, fromMs + WINDOW_MS)
    return points.map(({ slot, lag }) => ({ atMs: slot * SLOT_S * 1000, value: lag }))
  } catch (error) {
    throw toStoreError(error)
  }
}

/** The largest value of each step. */
function inSteps(points: readonly Point[], fromMs: number): (number | null)[] {
  const steps = empty()
  for (const { atMs, value } of points) {
    const step = Math.floor((atMs - fromMs) / STEP_MS)
    if (value === null || step < 0 || step >= STEPS) continue
    steps[step] = Math.max(steps[step] ?? 0, value)
  }
  return steps
}
