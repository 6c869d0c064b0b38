import { setTimeout as sleep } from 'node:timers/promises'
import { type ClusterSummary, clusters } from '@/lib/contracts/clusters'
import { AppError, toAppError } from '@/lib/errors'
import { authorise, mayDo } from '@/server/auth/authorise'
import type { ClusterConfig } from '@/server/config/types'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import { memoryOf } from './cluster-memory'
import { readClusterState, toSummary } from './cluster-state'

/** A summary this young is told without a look. */
const FRESH_MS = 2_000
/**
 * Every page asks for this list: a cluster that hangs costs a moment, and this much only while nothing is
 * known of it.
 */
const FIRST_PATIENCE_MS = 1_500
const PATIENCE_MS = 100

/** Clusters this actor may see, each with its state of now or, where it can't be asked, the last known one and why. */
export const listClusters = verb(clusters.list, async ctx => {
  authorise(ctx, 'cluster.read', {})
  const visible = ctx.clusters.list().filter(({ id }) => mayDo(ctx, 'cluster.read', { cluster: id }))
  return { items: await Promise.all(visible.map(config => summaryOf(ctx, config))) }
})

async function summaryOf(ctx: Context, config: ClusterConfig): Promise<ClusterSummary> {
  const memory = memoryOf(ctx, config.id)
  const { last } = memory
  if (last && performance.now() - last.atMs < FRESH_MS) return last.summary
  memory.looking ??= look(ctx, config).finally(() => {
    memory.looking = null
  })
  const patience = new AbortController()
  const enough = sleep(last ? PATIENCE_MS : FIRST_PATIENCE_MS, null, { signal: patience.signal })
  const found = await Promise.race([memory.looking, enough.catch(() => null)])
  patience.abort()
  return found ?? last?.summary ?? notYet(ctx, config, new AppError('TIMED_OUT'))
}

/** Not one request's look, so no request's signal ends it; never rejects. */
async function look(ctx: Context, config: ClusterConfig): Promise<ClusterSummary> {
  let summary: ClusterSummary
  try {
    summary = toSummary(await readClusterState(ctx, ctx.clusters.get(config.id)))
  } catch (error) {
    summary = notYet(ctx, config, error)
  }
  memoryOf(ctx, config.id).last = { summary, atMs: performance.now() }
  return summary
}

/** What is still true of a cluster that did not answer: who it is, how many brokers it had, when that was. */
function notYet(ctx: Context, config: ClusterConfig, error: unknown): ClusterSummary {
  const { id, name, environment, readOnly } = config
  const known = memoryOf(ctx, id).summary
  const { code, params } = toAppError(error)
  return {
    id,
    name,
    environment,
    readOnly,
    // Too slow is not yet unreachable.
    status: code === 'TIMED_OUT' ? 'unknown' : 'error',
    brokers: known?.brokers ? { up: 0, total: known.brokers.total } : null,
    problem: { scope: `cluster:${id}`, code, ...(params && { params }) },
    sampledAt: known?.sampledAt ?? null,
  }
}
