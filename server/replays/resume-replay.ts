import { replays } from '@/lib/contracts/replays'
import { verb } from '@/server/http/verb'
import { controlReplay } from './control-replay'
import { acceptTargets } from './target-watch'

/** Goes on with a paused or stopped replay: the ledger says first what is done. */
export const resumeReplay = verb(replays.resume, (ctx, input) =>
  controlReplay(ctx, input, {
    action: 'replay.resume',
    from: ['paused', 'stopped'],
    to: 'running',
    change: row => acceptTargets(ctx, row),
    follow: async (runner, row) => runner.wake(row.id),
  }),
)
