import { type TopicRow, type TopicSort, topics } from '@/lib/contracts/topics'
import { toAppError } from '@/lib/errors'
import { authorise, mayDo } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { paginate } from '@/server/http/paginate'
import { verb } from '@/server/http/verb'
import type { KafkaCluster } from '@/server/kafka/port'
import { groupsByTopic, toTopicRow } from './topic-row'

/** Topics filtered, sorted and paged on the server; sizes and rates are the sampler's, configs are read for the page's rows. */
export const listTopics = verb(topics.list, async (ctx, input) => {
  authorise(ctx, 'topic.read', { cluster: input.cluster })
  const cluster = ctx.clusters.get(input.cluster)
  const metadata = await cluster.metadata({ signal: ctx.signal, maxAgeMs: 2000 })
  const sampler = ctx.services.topics.of(cluster.id)
  const groups = groupsByTopic(ctx.services.lag.of(cluster.id))
  const rows = [...metadata.topics]
    .filter(([topic]) => mayDo(ctx, 'topic.read', { cluster: cluster.id, topic }))
    .map(([topic, answer]) => toTopicRow(topic, answer, sampler, groups ? (groups.get(topic) ?? 0) : null))
  const shown = input.internal || input.kind === 'internal' ? rows : rows.filter(row => !row.internal)
  const needle = input.query?.normalize('NFC').toLowerCase()
  const matched = shown
    .filter(row => !needle || row.name.toLowerCase().includes(needle))
    .filter(row => !input.kind || row.kind === input.kind)
    .filter(row => !input.policy || row.policy === input.policy)
    .filter(row => input.health !== 'problem' || hasProblem(row))
    .sort(orders[input.sort])
  const page = paginate(matched, input, row => row.name)
  const problems = await fillConfigs(ctx, cluster, page.items)
  const sampledAtMs = sampler.sampledAtMs()
  return {
    ...page,
    total: shown.length,
    matched: matched.length,
    internalHidden: rows.length - shown.length,
    sampledAt: new Date(sampledAtMs ?? metadata.sampledAtMs).toISOString(),
    problems,
  }
})

const hasProblem = (row: TopicRow) => row.offline > 0 || row.underReplicated > 0 || row.problem !== null

/** Fills retention and cleanup policy into the rows of a page: one request for all. A refusal leaves them null and says so. */
async function fillConfigs(ctx: Context, cluster: KafkaCluster, rows: TopicRow[]) {
  if (rows.length === 0) return []
  try {
    const answers = await cluster.describeConfigs(
      rows.map(row => ({ type: 'topic' as const, name: row.name })),
      { signal: ctx.signal, names: ['cleanup.policy', 'retention.ms'] },
    )
    const byName = new Map(rows.map(row => [row.name, row]))
    for (const { resource, answer } of answers) {
      const row = byName.get(resource.name)
      if (!row || !answer.ok) continue
      row.cleanupPolicy = answer.value.find(c => c.name === 'cleanup.policy')?.value ?? null
      row.retentionMs = answer.value.find(c => c.name === 'retention.ms')?.value ?? null
    }
    return []
  } catch (error) {
    return [{ scope: 'configs', code: toAppError(error).code }]
  }
}

type Order = (a: TopicRow, b: TopicRow) => number

const byName: Order = (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
const up =
  (value: (row: TopicRow) => number): Order =>
  (a, b) =>
    value(a) - value(b) || byName(a, b)
const down =
  (value: (row: TopicRow) => number): Order =>
  (a, b) =>
    value(b) - value(a) || byName(a, b)
const messages = (row: TopicRow) => Number(row.messages ?? -1)
const bytes = (row: TopicRow) => Number(row.bytes ?? -1)
const rate = (row: TopicRow) => row.ratePerSecond ?? -1
const partitions = (row: TopicRow) => row.partitions

const orders: Record<TopicSort, Order> = {
  name: byName,
  '-name': (a, b) => byName(b, a),
  partitions: up(partitions),
  '-partitions': down(partitions),
  messages: up(messages),
  '-messages': down(messages),
  bytes: up(bytes),
  '-bytes': down(bytes),
  rate: up(rate),
  '-rate': down(rate),
  health: down(row => row.offline * 1000 + row.underReplicated + (row.problem ? 1e9 : 0)),
}
