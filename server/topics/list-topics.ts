import type { Problem } from '@/lib/contracts/common'
import { type TopicRow, type TopicSort, topics } from '@/lib/contracts/topics'
import { toAppError } from '@/lib/errors'
import { authorise, mayDo } from '@/server/auth/authorise'
import { NO_META, readTopicMeta, type TopicMeta } from '@/server/catalogue/topic-meta'
import type { Context } from '@/server/context'
import { type SortColumn, sortedPage } from '@/server/http/paginate'
import { verb } from '@/server/http/verb'
import type { KafkaCluster } from '@/server/kafka/port'
import { policyForReading } from '@/server/policies/policy-for'
import { toStoreError } from '@/server/store/errors'
import { groupsByTopic, toTopicRow } from './topic-row'

/** A page must not wait longer for a cluster that hangs. */
const LOOK_MS = 5000
const CONFIGS_MS = 3000

/**
 * Topics filtered, sorted and paged on the server; sizes and rates are the sampler's, configs are read for
 * the page's rows.
 */
export const listTopics = verb(topics.list, async (ctx, input) => {
  authorise(ctx, 'topic.read', { cluster: input.cluster })
  const cluster = ctx.clusters.get(input.cluster)
  const metadata = await cluster.metadata({ signal: ctx.signal, timeoutMs: LOOK_MS, maxAgeMs: 2000 })
  const sampler = ctx.services.topics.of(cluster.id)
  const groups = groupsByTopic(ctx.services.lag.of(cluster.id))
  const { policy } = await policyForReading(ctx, cluster.id)
  const nowMs = ctx.clock.now()
  const rows: TopicRow[] = []
  for (const [topic, answer] of metadata.topics) {
    if (!mayDo(ctx, 'topic.read', { cluster: cluster.id, topic })) continue
    const count = groups ? (groups.get(topic) ?? 0) : null
    rows.push(toTopicRow(topic, answer, sampler, count, policy, nowMs))
  }
  const shown = input.internal || input.kind === 'internal' ? rows : rows.filter(row => !row.internal)
  const needle = input.query?.normalize('NFC').toLowerCase() ?? ''
  const said = input.owner !== undefined || input.tag !== undefined ? await saidOf(ctx, cluster.id) : null
  const matched = shown.filter(
    row =>
      isSaid(said?.get(row.name), input) &&
      (needle === '' || row.name.toLowerCase().includes(needle)) &&
      (!input.kind || row.kind === input.kind) &&
      (!input.policy || row.policy === input.policy) &&
      (input.health !== 'problem' || hasProblem(row)),
  )
  const page = sortedPage(matched, { name: input.sort, columns: orders[input.sort] }, input)
  const problems = await fillConfigs(ctx, cluster, page.items)
  await fillSaid(ctx, cluster.id, page.items, problems)
  return {
    ...page,
    total: shown.length,
    matched: matched.length,
    internalHidden: rows.length - shown.length,
    sampledAt: new Date(sampler.sampledAtMs() ?? metadata.sampledAtMs).toISOString(),
    problems,
  }
})

type Said = ReadonlyMap<string, TopicMeta>

/** All that people say about topics: only asked when they are filtered by it. */
async function saidOf(ctx: Context, cluster: string): Promise<Said> {
  try {
    return await readTopicMeta(ctx.store.db, cluster)
  } catch (error) {
    throw toStoreError(error)
  }
}

function isSaid(
  meta: TopicMeta | undefined,
  asked: { owner?: string | undefined; tag?: string | undefined },
) {
  const { owner, tag } = asked
  if (owner !== undefined && (owner === '-' ? meta?.owner != null : meta?.owner !== owner)) return false
  return tag === undefined || (meta?.tags.includes(tag) ?? false)
}

/** Owner, description and tags of a page's rows; without the store the list stands, and says so. */
async function fillSaid(ctx: Context, cluster: string, rows: TopicRow[], problems: Problem[]): Promise<void> {
  try {
    const said = await readTopicMeta(
      ctx.store.db,
      cluster,
      rows.map(row => row.name),
    )
    for (const row of rows) {
      const meta = said.get(row.name) ?? NO_META
      row.owner = meta.owner
      row.description = meta.description
      row.tags = meta.tags
    }
  } catch (error) {
    problems.push({ scope: 'owners', code: toStoreError(error).code })
  }
}

const hasProblem = (row: TopicRow) => row.offline > 0 || row.underReplicated > 0 || row.problem !== null

/**
 * Fills retention and cleanup policy into the rows of a page: one request for all. What is refused stays null
 * and is told once.
 */
async function fillConfigs(ctx: Context, cluster: KafkaCluster, rows: TopicRow[]): Promise<Problem[]> {
  const byName = new Map(rows.filter(row => row.problem === null).map(row => [row.name, row]))
  if (byName.size === 0) return []
  const refused = new Set<string>()
  try {
    const answers = await cluster.describeConfigs(
      [...byName.keys()].map(name => ({ type: 'topic' as const, name })),
      { signal: ctx.signal, timeoutMs: CONFIGS_MS, names: ['cleanup.policy', 'retention.ms'] },
    )
    for (const { resource, answer } of answers) {
      const row = byName.get(resource.name)
      if (!row) continue
      if (answer.ok) {
        row.cleanupPolicy = answer.value.find(c => c.name === 'cleanup.policy')?.value ?? null
        row.retentionMs = answer.value.find(c => c.name === 'retention.ms')?.value ?? null
      } else if (answer.problem.code === 'TOPIC_UNKNOWN') {
        // Deleted between the list and this.
        row.problem = answer.problem
      } else refused.add(answer.problem.code)
    }
  } catch (error) {
    refused.add(toAppError(error).code)
  }
  return [...refused].map(code => ({ scope: 'configs', code }))
}

type Column = SortColumn<TopicRow>

const byName: Column = { of: row => row.name }
const numberOf = (text: string | null) => (text === null ? null : Number(text))
const messages: Column['of'] = row => numberOf(row.messages)
const bytes: Column['of'] = row => numberOf(row.bytes)
const rate: Column['of'] = row => row.ratePerSecond
const partitions: Column['of'] = row => row.partitions
const severity: Column['of'] = row =>
  (row.problem ? 1e9 : 0) + Math.min(row.offline, 1e5) * 1e3 + Math.min(row.underReplicated, 999)

const up = (of: Column['of']): Column[] => [{ of }, byName]
const down = (of: Column['of']): Column[] => [{ of, descending: true }, byName]

const orders: Record<TopicSort, readonly Column[]> = {
  name: [byName],
  '-name': [{ ...byName, descending: true }],
  partitions: up(partitions),
  '-partitions': down(partitions),
  messages: up(messages),
  '-messages': down(messages),
  bytes: up(bytes),
  '-bytes': down(bytes),
  rate: up(rate),
  '-rate': down(rate),
  health: down(severity),
}
