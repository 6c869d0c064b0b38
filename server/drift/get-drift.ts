import { and, asc, eq, gte } from 'drizzle-orm'
import * as z from 'zod'
import { type DriftRow, drift, driftRule } from '@/lib/contracts/drift'
import { authorise, mayDo } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { sortedPage } from '@/server/http/paginate'
import { verb } from '@/server/http/verb'
import { type ActivePolicy, policyFor } from '@/server/policies/policy-for'
import { toStoreError } from '@/server/store/errors'
import { driftPoint } from '@/server/store/schema/index'
import { buildReport } from './build-report'
import { chooseRows, DRIFT_ORDERS, type Report, summaryOf } from './report-rows'
import { suggestNames } from './suggest-names'
import { readTopicFacts } from './topic-facts'

/**
 * Existing topics against the policy, judged now: those that the actor may see. Throws what the cluster
 * throws when it does not answer.
 */
export const getDrift = verb(drift.report, async (ctx, input) => {
  authorise(ctx, 'topic.read', { cluster: input.cluster })
  const { report, active, settingsKnown } = await reportFor(ctx, input.cluster, input.unusedDays)
  const matched = chooseRows(report.rows, input)
  const page = sortedPage(matched, { name: input.sort, columns: DRIFT_ORDERS[input.sort] }, input)
  await suggestNames(active.policy, page.items)
  const usageAtMs = ctx.services.drift.of(input.cluster).lookedAtMs()
  return {
    ...page,
    total: report.rows.length,
    matched: matched.length,
    sampledAt: new Date(ctx.clock.now()).toISOString(),
    summary: summaryOf(report),
    policyVersion: active.version,
    settingsKnown,
    usageAt: usageAtMs === null ? null : new Date(usageAtMs).toISOString(),
  }
})

/** The same as a file: a row a finding in CSV, the rows of the report in JSON. */
export const exportDrift = verb(drift.export, async (ctx, input) => {
  authorise(ctx, 'topic.read', { cluster: input.cluster })
  const { report, active } = await reportFor(ctx, input.cluster, input.unusedDays)
  const rows = sortedPage(
    chooseRows(report.rows, input),
    { name: input.sort, columns: DRIFT_ORDERS[input.sort] },
    { limit: Number.MAX_SAFE_INTEGER },
  ).items
  await suggestNames(active.policy, rows)
  const text = input.format === 'json' ? JSON.stringify(rows, null, 1) : toCsv(rows)
  const day = new Date(ctx.clock.now()).toISOString().slice(0, 10)
  return {
    bytes: new TextEncoder().encode(text),
    filename: `drift-${input.cluster}-${day}.${input.format}`,
  }
})

const counts = z.partialRecord(driftRule, z.number().int())

/**
 * The kept points of the last days, oldest first. They count every topic of the cluster, whoever asks:
 * numbers, no names.
 */
export const getDriftTrend = verb(drift.trend, async (ctx, input) => {
  authorise(ctx, 'topic.read', { cluster: input.cluster })
  ctx.clusters.get(input.cluster)
  const sinceMs = ctx.clock.now() - input.days * 86_400_000
  try {
    const rows = await ctx.store.db
      .select()
      .from(driftPoint)
      .where(and(eq(driftPoint.cluster, input.cluster), gte(driftPoint.hourMs, sinceMs)))
      .orderBy(asc(driftPoint.hourMs))
    return {
      items: rows.map(({ hourMs, byRule, topics, drifting, waived, policyVersion }) => ({
        at: new Date(hourMs).toISOString(),
        byRule: counts.parse(JSON.parse(byRule)),
        topics,
        drifting,
        waived,
        policyVersion,
      })),
    }
  } catch (error) {
    throw toStoreError(error)
  }
})

async function reportFor(
  ctx: Context,
  clusterId: string,
  unusedDays: number,
): Promise<{ report: Report; active: ActivePolicy; settingsKnown: boolean }> {
  const cluster = ctx.clusters.get(clusterId)
  const [active, snapshot] = await Promise.all([policyFor(ctx, clusterId), readTopicFacts(ctx, cluster)])
  const facts = [...snapshot.facts.values()].filter(topic =>
    mayDo(ctx, 'topic.read', { cluster: clusterId, topic: topic.name }),
  )
  try {
    const report = await buildReport({
      store: ctx.store,
      cluster: clusterId,
      policy: active.policy,
      facts,
      samplers: ctx.services,
      watch: ctx.services.drift.of(clusterId),
      nowMs: ctx.clock.now(),
      unusedDays,
    })
    return { report, active, settingsKnown: snapshot.settingsKnown }
  } catch (error) {
    throw toStoreError(error)
  }
}

const COLUMNS = [
  ...['topic', 'owner', 'rule', 'code', 'message', 'suggestion', 'partitions', 'replication', 'bytes'],
  ...['messages', 'groups', 'last_record', 'retention_ms', 'waived_until', 'waived_by', 'waiver_reason'],
]

function toCsv(rows: readonly DriftRow[]): string {
  const lines = [COLUMNS]
  for (const row of rows)
    for (const one of row.findings)
      lines.push(
        [
          ...[row.topic, row.owner, one.rule, one.code, one.message, one.suggestion ?? row.suggestion],
          ...[row.partitions, row.replicationFactor, row.bytes, row.messages, row.groups],
          ...[row.lastRecordAt, row.retentionMs, one.waiver?.until, one.waiver?.by, one.waiver?.reason],
        ].map(value => (value == null ? '' : String(value))),
      )
  // The mark in front makes spreadsheets read UTF-8.
  return `\ufeff${lines.map(line => line.map(csvCell).join(',')).join('\r\n')}\r\n`
}

/** Quoted where needed; what a spreadsheet would take for a formula is told to be text. */
function csvCell(text: string): string {
  const safe = /^[=+@\t\r]|^-(?!\d+(?:\.\d+)?$)/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
