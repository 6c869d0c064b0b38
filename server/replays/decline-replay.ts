import { replays } from '@/lib/contracts/replays'
import { verb } from '@/server/http/verb'
import { mustBeAnother } from './approve-replay'
import { controlReplay } from './control-replay'

/** Refuses a replay that waits for approval; its records count as cancelled. Who asked for it cancels instead. */
export const declineReplay = verb(replays.decline, (ctx, input) =>
  controlReplay(ctx, input, {
    action: 'replay.decline',
    right: 'request.approve',
    reason: input.reason,
    from: ['awaiting-approval'],
    to: 'cancelled',
    check: row => mustBeAnother(ctx, row),
    change: { reason: 'DECLINED' },
    follow: (runner, row) => runner.cancel(row.id),
  }),
)
