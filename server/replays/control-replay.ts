import type { Replay, ReplayState } from '@/lib/contracts/replays'
import { AppError } from '@/lib/errors'
import type { Action } from '@/lib/permissions'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { auditedTargets } from './audited-targets'
import { findReplay, loadReplay, moveReplay, type ReplayRow, toReplay } from './replay-store'
import type { ReplayRunner } from './service'

type Change = NonNullable<Parameters<typeof moveReplay>[4]>

type Control = {
  action: 'replay.pause' | 'replay.resume' | 'replay.cancel' | 'replay.approve' | 'replay.decline'
  /** The right that it takes; `replay.run` unless said. */
  right?: Action
  reason?: string
  /** Refuses before anything is written. */
  check?(row: ReplayRow): void
  change?: Change | ((row: ReplayRow) => Promise<Change>)
  from: readonly ReplayState[]
  to: ReplayState
  /** What the runner does about it. */
  follow(runner: ReplayRunner, row: ReplayRow): Promise<void>
}

/** How long a person waits for the running transaction; it goes on all the same. */
const PATIENCE_MS = 5_000

/**
 * Moves a replay to another state and waits a little for its runner. Throws REPLAY_UNKNOWN, DENIED,
 * STATE_CONFLICT (params: state) when it is not in a state that can be left that way; asking for the state
 * that it is in already is fine.
 */
export async function controlReplay(
  ctx: Context,
  input: { cluster: string; replay: string },
  control: Control,
): Promise<Replay> {
  const found = await findReplay(ctx.store, input.cluster, input.replay)
  // Who may not replay at all is not told which replays there are.
  const { action, from, to, right = 'replay.run', reason = null } = control
  authorise(ctx, right, { cluster: input.cluster, ...(found ? { topic: found.sourceTopic } : {}) })
  const row = found ?? (await loadReplay(ctx.store, input.cluster, input.replay))
  control.check?.(row)
  const { targets, targetCluster } = toReplay(row)
  const details = {
    ...{ topic: row.sourceTopic, state: row.state },
    ...auditedTargets(targets),
    ...(targetCluster === null ? {} : { targetCluster }),
  }
  const subject = { action, cluster: input.cluster, resource: `replay:${row.id}`, reason, details }
  await audited(ctx, subject, async () => {
    const change = typeof control.change === 'function' ? await control.change(row) : control.change
    const moved = await moveReplay(ctx.store, row.id, from, to, change)
    if (!moved) {
      const { state } = await loadReplay(ctx.store, input.cluster, row.id)
      if (state !== to) throw new AppError('STATE_CONFLICT', { params: { replay: row.id, state } })
    }
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise<void>(resolve => {
      timer = setTimeout(resolve, PATIENCE_MS)
    })
    await Promise.race([control.follow(ctx.services.replays.of(input.cluster), row), patience])
    clearTimeout(timer)
  })
  return toReplay(await loadReplay(ctx.store, input.cluster, row.id))
}
