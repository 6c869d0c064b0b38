import { randomBytes } from 'node:crypto'
import type { InputOf } from '@/lib/contracts/endpoint'
import { type ReplayPlan, replays } from '@/lib/contracts/replays'
import { AppError } from '@/lib/errors'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import type { KafkaCluster } from '@/server/kafka/port'
import { auditedEdit } from './audited-edit'
import { auditedTargets } from './audited-targets'
import { ensureLedger, ledgerUnavailable } from './ledger'
import { mustSayNothingElse } from './plan-alone'
import { PlanPlaces } from './plan-places'
import { planReplay } from './plan-replay'
import { loadPlan, type StoredPlan } from './plan-store'
import { findReplay, insertReplay, type ReplayRow, replayIdOf, toReplay } from './replay-store'

type Input = InputOf<typeof replays.create>
const PROBE_MS = 15_000
const places = new PlanPlaces()

/**
 * A dry run answers a plan and writes nothing. Else a plan is run exactly as it was answered, or a selection
 * is planned and run if nothing of it is refused. One plan is one replay, however often it is asked for.
 */
export const createReplay = verb(replays.create, async (ctx, input) => {
  if (input.planId === undefined && !input.selection)
    authorise(ctx, input.dryRun ? 'replay.plan' : 'replay.run', { cluster: input.cluster })
  if (input.planId !== undefined) return toReplay(await runPlan(ctx, input, input.planId))
  if (input.dryRun) return (await plan(ctx, input)).answer
  if (input.selection) authorise(ctx, 'replay.run', { cluster: input.cluster, topic: input.selection.topic })
  const { stored, answer } = await plan(ctx, input)
  if (answer.refused > 0) throw refusedError(answer)
  return toReplay(await runStoredPlan(ctx, stored, answer))
})

/** Refused where it would be refused anyway, before it waits for a place. */
function plan(ctx: Context, input: Input): ReturnType<typeof planReplay> {
  const { cluster, selection } = input
  if (selection) authorise(ctx, 'replay.plan', { cluster, topic: selection.topic })
  return places.run(ctx.actor.name, ctx.signal, () => planReplay(ctx, input))
}

function refusedError(plan: ReplayPlan): AppError {
  const [first] = plan.refusals
  return new AppError('REPLAY_REFUSED', {
    params: { planId: plan.planId, refused: plan.refused, reason: first?.reason ?? '' },
    fields: plan.refusals.map(({ reason, count, samples }) => ({
      path: 'selection',
      code: reason,
      message: `${count} refused: ${reason}`,
      params: { ...samples[0]?.params, refused: count },
    })),
  })
}

async function runPlan(ctx: Context, input: Input, planId: string): Promise<ReplayRow> {
  const plan = await loadPlan(ctx.store, input.cluster, planId).catch(error => {
    // Who may not replay at all is not told which plans there are.
    authorise(ctx, 'replay.run', { cluster: input.cluster })
    throw error
  })
  authorise(ctx, 'replay.run', { cluster: input.cluster, topic: plan.request.topic })
  mustSayNothingElse(input)
  // Asked for twice, by a click or a lost answer: the same replay, not a second one.
  const known = await findReplay(ctx.store, input.cluster, replayIdOf(plan.id))
  if (known) return known
  if (ctx.clock.now() >= plan.expiresAtMs)
    throw new AppError('PLAN_EXPIRED', {
      params: { plan: plan.id, expiredAt: new Date(plan.expiresAtMs).toISOString() },
    })
  // Why it runs may be said when it runs; what runs does not change by it.
  const reason = input.reason?.trim() || plan.request.reason
  return runStoredPlan(ctx, { ...plan, request: { ...plan.request, reason } }, plan.answer)
}

/** Runs a plan, or lets it wait for approval. `schedule`: by which one it was made. Throws as `createReplay` does. */
export async function runStoredPlan(
  ctx: Context,
  plan: StoredPlan,
  answer: ReplayPlan,
  schedule: string | null = null,
): Promise<ReplayRow> {
  // A header named the target: the right to it is the runner's own, whoever planned.
  const targetCluster = plan.request.targetCluster ?? plan.cluster
  for (const { topic } of answer.targets) authorise(ctx, 'replay.run', { cluster: targetCluster, topic })
  if (answer.replayable === 0) throw refusedError(answer)
  const { request } = plan
  const subject = {
    action: request.kind === 'copy' ? 'replay.copy' : 'replay.run',
    cluster: plan.cluster,
    resource: `topic:${request.topic}`,
    reason: request.reason,
    details: {
      replay: replayIdOf(plan.id),
      plan: plan.id,
      hash: plan.hash,
      selected: answer.selected,
      refused: answer.refused,
      ...auditedTargets(answer.targets),
      partitioning: request.partitioning,
      timestamp: request.timestamp,
      guarantee: request.guarantee,
      ratePerSecond: request.ratePerSecond,
      again: request.again,
      ...(schedule === null ? {} : { schedule }),
      ...(request.targetCluster === null ? {} : { targetCluster: request.targetCluster }),
      ...(request.canary === null ? {} : { canary: request.canary }),
      ...(request.stopWhen === null ? {} : { stopWhen: request.stopWhen }),
      ...(request.edit === null ? {} : await auditedEdit(ctx, plan)),
    },
  }
  return audited(ctx, subject, async () => {
    const cluster = ctx.clusters.get(plan.cluster)
    if (request.guarantee === 'exactly-once') await proveExactlyOnce(ctx, cluster, plan)
    const recordedBy = cluster.config.replay.recordReplayedBy ? ctx.actor.name : null
    // The plan's word and today's configuration: whichever asks for a second person.
    const needsApproval =
      answer.needsApproval || (request.edit !== null && cluster.config.replay.approveEdits)
    const how = { needsApproval, schedule }
    const { row, made } = await insertReplay(
      ctx.store,
      plan,
      ctx.actor.name,
      recordedBy,
      ctx.clock.now(),
      how,
    )
    if (row.state === 'running')
      ctx.services.replays.of(plan.cluster).wake(row.id, made ? plan.items : undefined)
    return row
  })
}

/**
 * The ledger is there and a transactional id of ours is ours to open; else nothing begins. Throws
 * LEDGER_UNAVAILABLE.
 */
async function proveExactlyOnce(ctx: Context, cluster: KafkaCluster, plan: StoredPlan): Promise<void> {
  await ensureLedger(cluster, plan.frozen.ledgerRetentionMs, ctx.signal)
  try {
    // An id of its own: opening a slice's would end what runs there.
    const id = `milena-${ctx.store.installationId}-probe-${randomBytes(2).toString('hex').slice(0, 1)}`
    const writer = await cluster.openWriter(id, { signal: ctx.signal, timeoutMs: PROBE_MS })
    await writer.close()
  } catch (error) {
    if (error instanceof AppError && error.code === 'STATE_CONFLICT') return // somebody else probes as well
    throw ledgerUnavailable(error)
  }
}
