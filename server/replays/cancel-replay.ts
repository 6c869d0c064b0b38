import { replays } from '@/lib/contracts/replays'
import { verb } from '@/server/http/verb'
import { controlReplay } from './control-replay'

/** Ends a replay for good; what is replayed stays replayed, the rest is `cancelled`. */
export const cancelReplay = verb(replays.cancel, (ctx, input) =>
  controlReplay(ctx, input, {
    action: 'replay.cancel',
    from: ['awaiting-approval', 'running', 'paused', 'stopped'],
    to: 'cancelled',
    follow: (runner, row) => runner.cancel(row.id),
  }),
)
