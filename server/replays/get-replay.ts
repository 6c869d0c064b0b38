import { type Replay, replays } from '@/lib/contracts/replays'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import { loadReplay, toReplay } from './replay-store'
import { toReplays } from './waits-for'

/** One replay, as the store has it. Throws REPLAY_UNKNOWN, DENIED. */
export async function readReplay(ctx: Context, input: { cluster: string; replay: string }): Promise<Replay> {
  const row = await loadReplay(ctx.store, input.cluster, input.replay)
  authorise(ctx, 'replay.read', { cluster: input.cluster, topic: row.sourceTopic })
  const [replay] = await toReplays(ctx, input.cluster, [row])
  return replay ?? toReplay(row)
}

export const getReplay = verb(replays.get, readReplay)
