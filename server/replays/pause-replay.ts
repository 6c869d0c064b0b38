import { replays } from '@/lib/contracts/replays'
import { verb } from '@/server/http/verb'
import { controlReplay } from './control-replay'

/** Pauses after the running transaction. */
export const pauseReplay = verb(replays.pause, (ctx, input) =>
  controlReplay(ctx, input, {
    action: 'replay.pause',
    from: ['running'],
    to: 'paused',
    follow: (runner, row) => runner.pause(row.id),
  }),
)
