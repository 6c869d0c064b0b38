import { randomBytes } from 'node:crypto'
import type { InputOf } from '@/lib/contracts/endpoint'
import { type OffsetPlan, offsetPlans } from '@/lib/contracts/offset-plans'
import { AppError } from '@/lib/errors'
import { type OffsetTarget, parseOffsetCsv, parseOffsetTarget } from '@/lib/lag/offset-target'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import type { KafkaCluster, OffsetAnswer, OffsetAt, TopicPartition } from '@/server/kafka/port'
import { pickPartitions } from './pick-partitions'
import { planRow, type RowFacts } from './plan-row'
import { addSamples } from './plan-samples'
import { PLAN_LIFE_MS, savePlan } from './plan-store'
import { type Committed, describeNow, hasMembers, readCommitted } from './read-positions'

type Input = InputOf<typeof offsetPlans.create>
const CALL_MS = 8000
const MOST_CSV_PROBLEMS = 50

/**
 * Works out new offsets of a group and changes nothing. The plan is kept for half an hour; applying it sets
 * exactly these offsets. Throws INPUT_INVALID (fields `to`, `csv`), GROUP_UNKNOWN, TOPIC_UNKNOWN,
 * PARTITION_UNKNOWN, SELECTION_EMPTY, SELECTION_TOO_LARGE.
 */
export const createOffsetPlan = verb(offsetPlans.create, async (ctx, input) => {
  authorise(ctx, 'group.read', { cluster: input.cluster, group: input.group })
  const target = targetOf(input.to)
  const cluster = ctx.clusters.get(input.cluster)
  const described = await describeNow(ctx, input.cluster, input.group)
  const committed = await readCommitted(cluster, described, ctx.signal)
  const given = await givenOffsets(ctx, input, target)
  const scope = target.kind === 'csv' && given && !input.topics && !input.partitions ? pairsOf(given) : null
  const { partitions, topics } = await pickPartitions(
    cluster,
    scope ? { partitions: scope } : { topics: input.topics, partitions: input.partitions },
    target.kind === 'group' && given ? together(committed, given) : committed,
    ctx.signal,
  )
  for (const topic of topics.keys()) authorise(ctx, 'offset.plan', { cluster: input.cluster, topic })
  const facts = await readFacts(ctx, cluster, partitions, { target, committed, given })
  const rows = await addSamples(
    ctx,
    cluster,
    facts.map(one => planRow(target, one)),
  )
  const now = ctx.clock.now()
  const plan: OffsetPlan = {
    id: randomBytes(12).toString('hex'),
    group: input.group,
    to: input.to,
    state: 'planned',
    by: ctx.actor.name,
    createdAt: new Date(now).toISOString(),
    expiresAt: new Date(now + PLAN_LIFE_MS).toISOString(),
    appliedAt: null,
    appliedBy: null,
    undoneAt: null,
    reason: input.reason?.trim() || null,
    partitions: rows.length,
    changed: rows.filter(row => row.after !== null && row.after !== row.before).length,
    skipped: sumOf(rows.map(row => row.skipped)),
    repeated: sumOf(rows.map(row => row.repeated)),
    groupState: described.state,
    active: hasMembers(described),
    members: described.members.length,
    rows,
    outcome: null,
    undo: null,
  }
  await savePlan(ctx.store, input.cluster, plan)
  return plan
})

function targetOf(to: string): OffsetTarget {
  const target = parseOffsetTarget(to)
  if (target) return target
  const message = 'Give earliest, latest, offset:N, time:ISO, shift:±N, duration:PT1H, group:NAME or csv.'
  throw new AppError('INPUT_INVALID', { fields: [{ path: 'to', code: 'FORMAT', message }] })
}

/** What the other group or the file says; null for targets that need neither. */
async function givenOffsets(ctx: Context, input: Input, target: OffsetTarget): Promise<Committed | null> {
  if (target.kind === 'group') {
    const other = await describeNow(ctx, input.cluster, target.group).catch(unknownTarget)
    return readCommitted(ctx.clusters.get(input.cluster), other, ctx.signal)
  }
  if (target.kind !== 'csv') return null
  const { rows, problems } = parseOffsetCsv(input.csv ?? '', input.group)
  if (problems.length > 0 || rows.length === 0) {
    const fields = problems.slice(0, MOST_CSV_PROBLEMS).map(({ line, code }) => ({
      path: 'csv',
      code,
      message: `Line ${line}: topic,partition,offset of this group is expected, each pair once.`,
      params: { line },
    }))
    const empty = { path: 'csv', code: 'REQUIRED', message: 'Give lines of topic,partition,offset.' }
    throw new AppError('INPUT_INVALID', { fields: fields.length > 0 ? fields : [empty] })
  }
  const given: Committed = new Map()
  for (const { topic, partition, offset } of rows) {
    const partitions = given.get(topic) ?? new Map<number, bigint>()
    given.set(topic, partitions)
    partitions.set(partition, offset)
  }
  return given
}

const pairsOf = (given: Committed) =>
  [...given].flatMap(([topic, partitions]) => [...partitions.keys()].map(partition => ({ topic, partition })))

/**
 * What "as another group" is about: what this group committed on, and what the other one did on the same
 * topics, where it would else begin by its reset policy. A group that never committed takes over everything.
 */
function together(committed: Committed, given: Committed): Committed {
  if (committed.size === 0) return given
  return new Map(
    [...committed].map(([topic, own]) => [topic, new Map([...(given.get(topic) ?? []), ...own])]),
  )
}

/** Of the two groups that the input names it is the other one that is not there. */
function unknownTarget(error: unknown): never {
  if (!(error instanceof AppError) || error.code !== 'GROUP_UNKNOWN') throw error
  const fields = [{ path: 'to', code: 'GROUP_UNKNOWN', message: 'There is no such group.' }]
  throw new AppError('GROUP_UNKNOWN', { params: error.params, fields })
}

async function readFacts(
  ctx: Context,
  cluster: KafkaCluster,
  partitions: TopicPartition[],
  about: { target: OffsetTarget; committed: Committed; given: Committed | null },
): Promise<RowFacts[]> {
  const { target, committed, given } = about
  const ask = (at: OffsetAt, isolation: 'read_committed' | 'read_uncommitted' = 'read_uncommitted') =>
    cluster.listOffsets(partitions, at, { isolation, signal: ctx.signal, timeoutMs: CALL_MS })
  const timestampMs =
    target.kind === 'time' ? target.atMs : target.kind === 'duration' ? ctx.clock.now() - target.ms : null
  const [starts, ends, stables, times, compacted] = await Promise.all([
    ask('earliest'),
    ask('latest'),
    ask('latest', 'read_committed'),
    timestampMs === null ? null : ask({ timestampMs }),
    compactedOf(ctx, cluster, partitions),
  ])
  return partitions.map(({ topic, partition }, i) => {
    const failed = [starts[i], ends[i], times?.[i]].find(one => one && !one.answer.ok)
    return {
      topic,
      partition,
      before: committed.get(topic)?.get(partition) ?? null,
      logStart: offsetOf(starts[i]),
      end: offsetOf(ends[i]),
      lastStable: offsetOf(stables[i]),
      byTime: offsetOf(times?.[i]),
      given: given?.get(topic)?.get(partition) ?? null,
      compacted: compacted.has(topic),
      problem: failed && !failed.answer.ok ? failed.answer.problem : null,
    }
  })
}

/** -1 is "nothing at or after that time". */
function offsetOf(answer: OffsetAnswer | undefined): bigint | null {
  if (!answer?.answer.ok || answer.answer.value.offset < 0n) return null
  return answer.answer.value.offset
}

async function compactedOf(
  ctx: Context,
  cluster: KafkaCluster,
  partitions: TopicPartition[],
): Promise<ReadonlySet<string>> {
  const resources = [...new Set(partitions.map(one => one.topic))].map(name => ({
    type: 'topic' as const,
    name,
  }))
  try {
    const answers = await cluster.describeConfigs(resources, {
      names: ['cleanup.policy'],
      signal: ctx.signal,
      timeoutMs: 3000,
    })
    return new Set(
      answers
        .filter(({ answer }) => answer.ok && answer.value[0]?.value?.includes('compact'))
        .map(({ resource }) => resource.name),
    )
  } catch {
    // Without the right to read configs nothing is called compacted.
    return new Set()
  }
}

function sumOf(values: readonly (string | null)[]): string {
  return values.reduce((sum, value) => sum + BigInt(value ?? 0), 0n).toString()
}
