import { and, count, eq, isNull, max } from 'drizzle-orm'
import type * as z from 'zod'
import { deadLetterRules, type NoticeRule } from '@/lib/contracts/dead-letter-rules'
import type { InputOf } from '@/lib/contracts/endpoint'
import { deadLetterRule, deadLetterSignal } from '@/server/store/schema'
import type { Database, Store, Transaction } from '@/server/store/types'

const ruleText = deadLetterRules.createRule.input.omit({ cluster: true, name: true, enabled: true })
export type RuleBody = z.output<typeof ruleText>
export type StoredRule = RuleBody & {
  id: string
  cluster: string
  name: string
  enabled: boolean
  by: string
  atMs: number
}

/** The rules of a cluster by name; one that an older version wrote and nobody understands any more is left out. */
export async function readRules(db: Database | Transaction, cluster: string): Promise<StoredRule[]> {
  const rows = await db.select().from(deadLetterRule).where(eq(deadLetterRule.cluster, cluster))
  return rows
    .flatMap(({ rule, ...row }) => {
      const parsed = ruleText.safeParse(JSON.parse(rule))
      return parsed.success ? [{ ...parsed.data, ...row }] : []
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

export function packRule(input: InputOf<typeof deadLetterRules.createRule>): string {
  return JSON.stringify(ruleText.parse(input))
}

/** Rules as they are answered, with when each told something last and what waits. */
export async function listStoredRules(store: Store, cluster: string): Promise<NoticeRule[]> {
  const rules = await readRules(store.db, cluster)
  const told = await store.db
    .select({ rule: deadLetterSignal.rule, at: max(deadLetterSignal.toldAtMs) })
    .from(deadLetterSignal)
    .groupBy(deadLetterSignal.rule)
  const waiting = await store.db
    .select({ rule: deadLetterSignal.rule, n: count() })
    .from(deadLetterSignal)
    .where(isNull(deadLetterSignal.toldAtMs))
    .groupBy(deadLetterSignal.rule)
  const toldAt = new Map(told.map(({ rule, at }) => [rule, at]))
  const left = new Map(waiting.map(({ rule, n }) => [rule, n]))
  return rules.map(({ cluster: _, atMs, ...rule }) => {
    const at = toldAt.get(rule.id) ?? null
    return {
      ...rule,
      at: new Date(atMs).toISOString(),
      toldAt: at === null ? null : new Date(at).toISOString(),
      waiting: left.get(rule.id) ?? 0,
    }
  })
}

export const oneRule = (cluster: string, id: string) =>
  and(eq(deadLetterRule.cluster, cluster), eq(deadLetterRule.id, id))
