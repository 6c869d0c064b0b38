import { randomUUID } from 'node:crypto'
import { deadLetterRules, type NoticeRule } from '@/lib/contracts/dead-letter-rules'
import { AppError } from '@/lib/errors'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import { toStoreError } from '@/server/store/errors'
import { deadLetterRule } from '@/server/store/schema'
import { listStoredRules, oneRule, packRule } from './rule-store'

/** Bounded: every change of an issue is held against every rule. */
const MOST_RULES = 100

/** Rules for notices of a cluster, and the channels of the configuration that they may name. */
export const listRules = verb(deadLetterRules.rules, async (ctx, { cluster }) => {
  authorise(ctx, 'deadletter.read', { cluster })
  ctx.clusters.get(cluster)
  return {
    items: await listStoredRules(ctx.store, cluster).catch(asStoreError),
    channels: ctx.config.notifications.channels.map(({ name }) => name),
  }
})

/** Adds a rule. Throws INPUT_INVALID for a channel that is not configured or too many rules, DENIED, STORE_*. */
export const createRule = verb(deadLetterRules.createRule, async (ctx, input) => {
  const { cluster, name, enabled } = input
  authorise(ctx, 'deadletter.triage', { cluster })
  ctx.clusters.get(cluster)
  checkChannels(ctx, input.channels)
  if ((await listStoredRules(ctx.store, cluster).catch(asStoreError)).length >= MOST_RULES)
    throw invalid('name', 'TOO_MANY', `There are ${MOST_RULES} rules already.`)
  const id = randomUUID()
  const row = { id, cluster, name, enabled, rule: packRule(input), by: ctx.actor.name, atMs: ctx.clock.now() }
  await audited(
    ctx,
    { action: 'deadletter.rule.create', cluster, resource: `rule:${id}`, details: input },
    () => ctx.store.db.insert(deadLetterRule).values(row).catch(asStoreError),
  )
  return find(ctx, cluster, id)
})

/** Changes a rule as a whole. Throws RULE_UNKNOWN, INPUT_INVALID, DENIED, STORE_*. */
export const updateRule = verb(deadLetterRules.updateRule, async (ctx, input) => {
  const { cluster, rule: id, name, enabled } = input
  authorise(ctx, 'deadletter.triage', { cluster })
  checkChannels(ctx, input.channels)
  await find(ctx, cluster, id)
  await audited(
    ctx,
    { action: 'deadletter.rule.update', cluster, resource: `rule:${id}`, details: input },
    () =>
      ctx.store.db
        .update(deadLetterRule)
        .set({ name, enabled, rule: packRule(input), by: ctx.actor.name, atMs: ctx.clock.now() })
        .where(oneRule(cluster, id))
        .catch(asStoreError),
  )
  return find(ctx, cluster, id)
})

/** Removes a rule with what it had not told yet. Throws RULE_UNKNOWN, DENIED, STORE_*. */
export const deleteRule = verb(deadLetterRules.deleteRule, async (ctx, { cluster, rule: id }) => {
  authorise(ctx, 'deadletter.triage', { cluster })
  const { name } = await find(ctx, cluster, id)
  await audited(
    ctx,
    { action: 'deadletter.rule.delete', cluster, resource: `rule:${id}`, details: { name } },
    () => ctx.store.db.delete(deadLetterRule).where(oneRule(cluster, id)).catch(asStoreError),
  )
  return { id }
})

function checkChannels(ctx: Context, channels: readonly string[]): void {
  const known = new Set(ctx.config.notifications.channels.map(({ name }) => name))
  const unknown = channels.find(name => !known.has(name))
  if (unknown !== undefined)
    throw invalid('channels', 'UNKNOWN', `The configuration has no channel ${unknown}.`)
}

function invalid(path: string, code: string, message: string): AppError {
  return new AppError('INPUT_INVALID', { fields: [{ path, code, message }] })
}

async function find(ctx: Context, cluster: string, id: string): Promise<NoticeRule> {
  const rules = await listStoredRules(ctx.store, cluster).catch(asStoreError)
  const found = rules.find(rule => rule.id === id)
  if (!found) throw new AppError('RULE_UNKNOWN', { params: { rule: id } })
  return found
}

function asStoreError(error: unknown): never {
  throw toStoreError(error)
}
