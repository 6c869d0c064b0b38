import { groups } from '@/lib/contracts/groups'
import { GRID_MS } from '@/lib/lag/status'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { samplerWith } from './read-group'
import type { LagPoint } from './service'

const WINDOW_MS = { '15m': 15 * 60_000, '1h': 3_600_000 } as const
const MOST_POINTS = 300

/** The group's lag series: 10 s slots, downsampled by max to 300 points at most; what was not sampled is null. */
export const getLagHistory = verb(groups.lagHistory, async (ctx, input) => {
  authorise(ctx, 'group.read', { cluster: input.cluster, group: input.group })
  const sampler = await samplerWith(ctx, input.cluster, input.group)
  const windowMs = WINDOW_MS[input.window]
  const slots = sampler.series(input.group, windowMs)
  const size = Math.ceil(slots.length / MOST_POINTS)
  const now = ctx.clock.now()
  return {
    points: downsample(slots, size).map(p => ({
      at: new Date(p.atMs).toISOString(),
      lag: p.lag,
      timeLagMs: p.timeLagMs,
    })),
    stepMs: GRID_MS * Math.max(1, size),
    aggregate: size > 1 ? ('max' as const) : ('none' as const),
    from: new Date(now - windowMs).toISOString(),
    to: new Date(now).toISOString(),
  }
})

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
