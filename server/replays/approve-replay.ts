import { replays } from '@/lib/contracts/replays'
import { AppError } from '@/lib/errors'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import { controlReplay } from './control-replay'
import type { ReplayRow } from './replay-store'

/** Nobody approves their own: a second person is the point. */
export function mustBeAnother(ctx: Context, row: ReplayRow): void {
  if (row.by !== ctx.actor.name) return
  throw new AppError('DENIED', {
    params: { action: 'request.approve', resource: `replay:${row.id}`, reason: 'own-request', roles: '' },
  })
}

/**
 * Lets a replay that waits for approval run. Throws DENIED, also to whoever asked for it; STATE_CONFLICT,
 * REPLAY_UNKNOWN.
 */
export const approveReplay = verb(replays.approve, (ctx, input) =>
  controlReplay(ctx, input, {
    action: 'replay.approve',
    right: 'request.approve',
    from: ['awaiting-approval'],
    to: 'running',
    check: row => mustBeAnother(ctx, row),
    change: { approvedBy: ctx.actor.name },
    follow: async (runner, row) => runner.wake(row.id),
  }),
)
