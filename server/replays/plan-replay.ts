import { randomBytes } from 'node:crypto'
import type { InputOf } from '@/lib/contracts/endpoint'
import type { ReplayPlan, replays } from '@/lib/contracts/replays'
import { AppError, isErrorCode, toAppError } from '@/lib/errors'
import { classifyTopic } from '@/lib/naming-policy'
import { isAllowed } from '@/lib/permissions'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import type { Fetcher, KafkaCluster, TopicMetadata } from '@/server/kafka/port'
import { affectedGroups } from './affected-groups'
import { diffHeaders } from './header-diff'
import { type Accepted, judgeLetter, type Rules, targetOf, type Verdict } from './judge-letter'
import { LEDGER_RETENTION_MS, LEDGER_TOPIC, type LedgerState, ledgerState, type Place } from './ledger'
import { lookUpLedger, NO_MARKS } from './look-up-ledger'
import { hashPlan, PLAN_LIFE_MS, type ReplayRequest, type StoredPlan, savePlan } from './plan-store'
import { planWarnings } from './plan-warnings'
import { type HeaderSample, type Letter, readLetters } from './read-letters'
import { compareItems, type ReplayItem } from './replay-item'
import { selectRecords } from './select-records'
import { lookAtTopics, type TopicLook } from './topic-facts'

type Input = InputOf<typeof replays.create>
type Judged = { letter: Letter; verdict: Verdict }

const DIFFS = 5
const REFUSAL_SAMPLES = 5
const PLACEHOLDER_ID = 'r-…'

/**
 * Freezes a selection as exact records, decides for each what a replay would do, keeps that for half an hour, and writes nothing to
 * Kafka. Throws DENIED, TOPIC_UNKNOWN, SELECTION_*, TARGET_INVALID, INPUT_INVALID, and what the cluster answers.
 */
export async function planReplay(
  ctx: Context,
  input: Input,
): Promise<{ stored: StoredPlan; answer: ReplayPlan }> {
  const { selection } = input
  if (!selection) throw invalid('selection', 'required', 'a selection or a plan')
  authorise(ctx, 'replay.plan', { cluster: input.cluster, topic: selection.topic })
  const explicitTarget = explicitTargetOf(input)
  if (input.again && !input.reason?.trim())
    throw invalid('reason', 'required', 'replaying again needs a reason')

  const cluster = ctx.clusters.get(input.cluster)
  const source = await sourceTopic(cluster, selection.topic, ctx.signal)
  const index = ctx.services.deadLetters.of(input.cluster)
  const refs = selectRecords(selection, source, index, input.again)
  const rules = rulesOf(ctx, input, source, explicitTarget)
  const by = cluster.config.replay.recordReplayedBy ? ctx.actor.name : null
  const fetcher = cluster.openFetcher({ signal: ctx.signal })
  try {
    const mayRead = (topic: string) => allowed(ctx, 'record.read', input.cluster, topic)
    const reader = { fetcher, topic: source.name, by, mayRead, signal: ctx.signal }
    const { letters, samples } = await readLetters(reader, refs)
    const wanted = new Set(letters.map(letter => targetOf(letter, rules)).filter(name => name !== null))
    // Only targets the person may write to are asked about: a refusal tells nothing about a topic one may not see.
    const asked = [...wanted].filter(name => rules.mayReplayTo(name))
    const topics = await lookAtTopics(
      cluster,
      [...new Set([...asked, source.name, LEDGER_TOPIC])],
      ctx.signal,
    )
    const { ledger, marks, from } = await lookAtLedger(ctx, cluster, fetcher, source.topicId, letters)

    const origins = new Map<string, Place>()
    const judged: Judged[] = letters.map(letter => ({
      letter,
      verdict: judgeLetter(letter, rules, topics, marks, origins),
    }))
    const request = requestOf(input, selection.topic)
    const ledgerRetentionMs = retentionFor(topics.get(source.name))
    const items = judged.map(toItem).sort(compareItems)
    const frozen = {
      sourceTopicId: source.topicId,
      ledgerPartitions: ledger.state === 'unavailable' ? 1 : ledger.partitions,
      ledgerFrom: [...from].map(([partition, offset]): [number, string] => [partition, offset.toString()]),
      ledgerRetentionMs,
    }
    const nowMs = ctx.clock.now()
    const draft = { cluster: input.cluster, request, frozen, items }
    const stored: StoredPlan = {
      ...draft,
      id: `p-${randomBytes(8).toString('hex')}`,
      by: ctx.actor.name,
      hash: hashPlan(draft),
      createdAtMs: nowMs,
      expiresAtMs: nowMs + PLAN_LIFE_MS,
    }
    const answer = await toAnswer({ ctx, cluster, stored, judged, samples, topics, ledger, by, rules })
    const complete = selection.records !== undefined || index.complete()
    answer.warnings.push(...(complete ? [] : [{ code: 'index-incomplete' as const, params: {} }]))
    await savePlan(ctx.store, stored, answer)
    return { stored, answer }
  } finally {
    fetcher.close()
  }
}

function invalid(path: string, code: string, message: string): AppError {
  return new AppError('INPUT_INVALID', { fields: [{ path, code, message }] })
}

function explicitTargetOf({ target }: Input): string | null {
  if (target.kind === 'origin') return null
  if (!target.topic) throw invalid('target.topic', 'required', 'a topic')
  if (!/^[A-Za-z0-9._-]{1,249}$/.test(target.topic))
    throw new AppError('TARGET_INVALID', { params: { topic: target.topic } })
  return target.topic
}

const allowed = (
  ctx: Context,
  action: 'record.read' | 'replay.plan' | 'replay.run',
  cluster: string,
  topic: string,
) => isAllowed(ctx.actor.grants, action, { cluster, topic })

async function sourceTopic(
  cluster: KafkaCluster,
  topic: string,
  signal: AbortSignal,
): Promise<TopicMetadata> {
  const { topics } = await cluster.metadata({ topics: [topic], maxAgeMs: 0, signal })
  const answer = topics.get(topic)
  if (answer?.ok) {
    if (topic.startsWith('__')) throw new AppError('TARGET_INVALID', { params: { topic } })
    return answer.value
  }
  const code = answer?.problem.code
  throw new AppError(isErrorCode(code) ? code : 'TOPIC_UNKNOWN', { params: { topic } })
}

function rulesOf(ctx: Context, input: Input, source: TopicMetadata, explicitTarget: string | null): Rules {
  const index = ctx.services.deadLetters.of(input.cluster)
  const { config } = ctx.clusters.get(input.cluster)
  // Who can't run may still see what a run would do: then the targets are judged by the right to plan.
  const action = allowed(ctx, 'replay.run', input.cluster, source.name) ? 'replay.run' : 'replay.plan'
  return {
    sourceTopic: source.name,
    sourceTopicId: source.topicId,
    explicitTarget,
    fallbackOrigin: index.originOf(source.name) ?? classifyTopic(source.name).base,
    partitioning: input.partitioning,
    timestamp: input.timestamp,
    again: input.again,
    maxCount: config.replay.maxCount,
    nowMs: ctx.clock.now(),
    isDeadLetterTopic: topic => index.isDeadLetterTopic(topic) || classifyTopic(topic).kind === 'dead-letter',
    mayReplayTo: topic => allowed(ctx, action, input.cluster, topic),
  }
}

async function lookAtLedger(
  ctx: Context,
  cluster: KafkaCluster,
  fetcher: Fetcher,
  topicId: string,
  letters: readonly Letter[],
) {
  const ledger = await ledgerState(cluster, ctx.signal)
  try {
    return { ledger, ...(await lookUpLedger(cluster, fetcher, ledger, topicId, letters, ctx.signal)) }
  } catch (error) {
    const { code } = toAppError(error)
    if (code === 'CANCELLED') throw error
    const unavailable: LedgerState = { state: 'unavailable', reason: code }
    return { ledger: unavailable, marks: NO_MARKS, from: new Map<number, bigint>() }
  }
}

function retentionFor(source: TopicLook | undefined): number {
  const retentionMs = typeof source === 'object' ? source.retentionMs : null
  if (retentionMs === null) return LEDGER_RETENTION_MS
  return retentionMs < 0 ? -1 : Math.max(LEDGER_RETENTION_MS, retentionMs)
}

function requestOf(input: Input, topic: string): ReplayRequest {
  return {
    topic,
    fingerprint: input.selection?.fingerprint ?? null,
    partitioning: input.partitioning,
    timestamp: input.timestamp,
    guarantee: input.guarantee,
    ratePerSecond: input.ratePerSecond ?? null,
    again: input.again,
    reason: input.reason?.trim() || null,
  }
}

function toItem({ letter, verdict }: Judged): ReplayItem {
  const { partition, offset, body } = letter
  const settled = { partition, offset, body, targetOffset: null, atMs: null }
  return verdict.refusal === null
    ? { ...settled, target: verdict.target, count: verdict.count, outcome: 'remaining', reason: null }
    : { ...settled, target: null, count: 0, outcome: 'refused', reason: verdict.refusal }
}

async function toAnswer(parts: {
  ctx: Context
  cluster: KafkaCluster
  stored: StoredPlan
  judged: readonly Judged[]
  samples: readonly HeaderSample[]
  topics: ReadonlyMap<string, TopicLook>
  ledger: LedgerState
  by: string | null
  rules: Rules
}): Promise<ReplayPlan> {
  const { ctx, cluster, stored, judged, topics, ledger } = parts
  const good = judged.flatMap(({ letter, verdict }) =>
    verdict.refusal === null ? [{ letter, verdict }] : [],
  )
  const targets = targetsOf(good, topics)
  const failing = new Set(good.flatMap(({ letter }) => letter.decoded?.consumerGroup ?? []))
  const names = targets.map(one => one.topic)
  const affected = await affectedGroups(cluster, names, failing, ctx.signal)
  return {
    planId: stored.id,
    hash: stored.hash,
    expiresAt: new Date(stored.expiresAtMs).toISOString(),
    selected: judged.length,
    replayable: good.length,
    refused: judged.length - good.length,
    sourceTopic: stored.request.topic,
    targets,
    refusals: refusalsOf(judged),
    affectedGroups: affected.groups,
    headerDiffs: diffsOf(parts, new Map(good.map(one => [keyOf(one.letter), one]))),
    warnings: planWarnings({
      request: stored.request,
      letters: good,
      topics,
      nowMs: parts.rules.nowMs,
      groupsComplete: affected.complete,
      ledgerRetentionMs: stored.frozen.ledgerRetentionMs,
    }),
    bytes: String(good.reduce((sum, { letter }) => sum + letter.payloadBytes, 0)),
    guarantee: stored.request.guarantee,
    ledger: {
      topic: LEDGER_TOPIC,
      state: ledger.state,
      reason: ledger.state === 'unavailable' ? ledger.reason : null,
    },
  }
}

const keyOf = (ref: { partition: number; offset: bigint }) => `${ref.partition}/${ref.offset}`

function targetsOf(good: readonly Accepted[], topics: ReadonlyMap<string, TopicLook>): ReplayPlan['targets'] {
  const byTopic = Map.groupBy(good, ({ verdict }) => verdict.target.topic)
  return [...byTopic].map(([topic, accepted]) => {
    const look = topics.get(topic)
    const byPartition = Map.groupBy(accepted, ({ verdict }) => verdict.target.partition)
    return {
      topic,
      records: accepted.length,
      partitions: [...byPartition]
        .map(([partition, list]) => ({ partition, records: list.length }))
        .sort((a, b) => a.partition - b.partition),
      compacted: typeof look === 'object' && look.compacted,
    }
  })
}

function refusalsOf(judged: readonly Judged[]): ReplayPlan['refusals'] {
  const found = new Map<string, ReplayPlan['refusals'][number]>()
  for (const { letter, verdict } of judged) {
    if (verdict.refusal === null) continue
    const entry = found.get(verdict.refusal) ?? { reason: verdict.refusal, count: 0, samples: [] }
    entry.count += 1
    if (entry.samples.length < REFUSAL_SAMPLES) {
      const { partition, offset } = letter
      entry.samples.push({ partition, offset: offset.toString(), params: verdict.params })
    }
    found.set(verdict.refusal, entry)
  }
  return [...found.values()].sort((a, b) => b.count - a.count)
}

function diffsOf(
  {
    samples,
    by,
    rules,
    stored,
  }: { samples: readonly HeaderSample[]; by: string | null; rules: Rules; stored: StoredPlan },
  good: ReadonlyMap<string, Accepted>,
): ReplayPlan['headerDiffs'] {
  const diffs: ReplayPlan['headerDiffs'] = []
  for (const sample of samples) {
    const accepted = good.get(keyOf(sample))
    if (!accepted || diffs.length >= DIFFS) continue
    const { count } = accepted.verdict
    const stamp = {
      replay: PLACEHOLDER_ID,
      count,
      atMs: rules.nowMs,
      by,
      timestamp: stored.request.timestamp,
    }
    diffs.push(diffHeaders(sample, accepted.letter.decoded?.family ?? 'unknown', rules.sourceTopic, stamp))
  }
  return diffs
}
