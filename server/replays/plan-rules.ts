import type { InputOf } from '@/lib/contracts/endpoint'
import type { replays } from '@/lib/contracts/replays'
import { AppError } from '@/lib/errors'
import { classifyTopic } from '@/lib/naming-policy'
import { isAllowed } from '@/lib/permissions'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import type { KafkaCluster, TopicMetadata } from '@/server/kafka/port'
import { checkEdit, isEmptyEdit } from './check-edit'
import type { Rules } from './judge-letter'
import type { ReplayRequest } from './plan-store'

export type CreateInput = InputOf<typeof replays.create>

const LEGAL_TOPIC = /^[A-Za-z0-9._-]{1,249}$/

export function invalid(path: string, code: string, message: string): AppError {
  return new AppError('INPUT_INVALID', { fields: [{ path, code, message }] })
}

/**
 * The request as it is kept and hashed. Throws INPUT_INVALID, TARGET_INVALID, LEDGER_UNAVAILABLE (another
 * cluster under a guarantee that no transaction can give), CLUSTER_UNKNOWN and DENIED for what the person may
 * not even plan.
 */
export function requestOf(ctx: Context, input: CreateInput): ReplayRequest {
  const { selection, target, kind } = input
  if (!selection) throw invalid('selection', 'required', 'a selection or a plan')
  if (target.topic !== undefined && !LEGAL_TOPIC.test(target.topic))
    throw new AppError('TARGET_INVALID', { params: { topic: target.topic } })
  if (target.kind === 'topic' && !target.topic) throw invalid('target.topic', 'required', 'a topic')
  if (kind === 'copy' && target.kind !== 'topic')
    throw invalid('target.kind', 'topic', 'a copy goes to a topic that is named')
  if (kind === 'copy') authorise(ctx, 'record.read', { cluster: input.cluster, topic: selection.topic })
  if (kind === 'copy' && input.value === 'origin')
    throw invalid('value', 'replay', 'a copy is of the records themselves')
  const targetCluster = target.cluster === input.cluster ? undefined : target.cluster
  if (kind === 'copy' && targetCluster === undefined && target.topic === selection.topic)
    throw invalid('target.topic', 'same', 'a topic is not copied onto itself')
  if (targetCluster !== undefined) {
    ctx.clusters.get(targetCluster)
    if (input.guarantee === 'exactly-once')
      throw new AppError('LEDGER_UNAVAILABLE', {
        params: { reason: 'other-cluster', cluster: targetCluster },
      })
  }
  const reason = input.reason?.trim() || null
  if (input.again && reason === null) throw invalid('reason', 'required', 'replaying again needs a reason')
  if (input.canary && input.guarantee !== 'exactly-once' && targetCluster !== undefined)
    throw invalid('canary', 'same-cluster', 'a canary watches groups of this cluster')
  const edit = input.edit && !isEmptyEdit(input.edit) ? input.edit : null
  if (edit) checkEdit(edit, selection.records?.length === 1)
  return {
    topic: selection.topic,
    fingerprint: selection.fingerprint ?? null,
    kind,
    targetCluster: targetCluster ?? null,
    value: input.value,
    edit,
    partitioning: input.partitioning,
    timestamp: input.timestamp,
    guarantee: input.guarantee,
    ratePerSecond: input.recordsPerSecond ?? input.ratePerSecond ?? null,
    bytesPerSecond: input.bytesPerSecond ?? null,
    canary: input.canary ?? null,
    stopWhen: input.stopWhen ?? null,
    approval: input.approval,
    again: input.again || kind === 'copy',
    reason,
  }
}

/** What letters of this request are judged by. */
export async function rulesOf(
  ctx: Context,
  input: CreateInput,
  request: ReplayRequest,
  source: TopicMetadata,
): Promise<Rules> {
  const index = ctx.services.deadLetters.of(input.cluster)
  const { config } = ctx.clusters.get(input.cluster)
  const targetId = request.targetCluster ?? input.cluster
  const targetIndex = ctx.services.deadLetters.of(targetId)
  const may = (action: 'replay.plan' | 'replay.run', cluster: string, topic: string) =>
    isAllowed(ctx.actor.grants, action, { cluster, topic })
  // Who can't run may still see what a run would do: then the targets are judged by the right to plan.
  const action = may('replay.run', input.cluster, source.name) ? 'replay.run' : 'replay.plan'
  const { kind, topic } = input.target
  return {
    sourceTopic: source.name,
    sourceTopicId: source.topicId,
    explicitTarget: kind === 'origin' ? null : (topic ?? null),
    fallbackOrigin: index.originOf(source.name),
    retryTopicOf: kind === 'retry' ? await retryTopics(ctx.clusters.get(targetId), ctx.signal) : null,
    kind: request.kind,
    isOtherCluster: request.targetCluster !== null,
    partitioning: request.partitioning,
    timestamp: request.timestamp,
    again: request.again,
    maxCount: config.replay.maxCount,
    nowMs: ctx.clock.now(),
    isDropped: ({ partition, offset }) => index.isDropped(source.name, partition, offset),
    isSystemTopic: once(isSystemTopic),
    isDeadLetterTopic: once(
      name => targetIndex.isDeadLetterTopic(name) || classifyTopic(name).kind === 'dead-letter',
    ),
    mayReplayTo: once(name => may(action, targetId, name)),
  }
}

export const isSystemTopic = (topic: string): boolean =>
  topic.startsWith('__') || classifyTopic(topic).kind === 'internal'

/** Asked once a topic: a plan has a hundred thousand letters of a handful. */
function once(ask: (topic: string) => boolean): (topic: string) => boolean {
  const known = new Map<string, boolean>()
  return topic => {
    const answer = known.get(topic) ?? ask(topic)
    known.set(topic, answer)
    return answer
  }
}

/** The retry topic that comes first: `-retry`, else the shortest delay or lowest index, by the number in its name. */
async function retryTopics(
  cluster: KafkaCluster,
  signal: AbortSignal,
): Promise<(origin: string) => string | null> {
  const { topics } = await cluster.metadata({ signal })
  const first = new Map<string, { name: string; rank: number }>()
  for (const name of topics.keys()) {
    const { kind, base } = classifyTopic(name)
    if (kind !== 'retry' || base === null) continue
    const rank = Number(/(\d{1,15})$/.exec(name)?.[1] ?? -1)
    const known = first.get(base)
    if (!known || rank < known.rank || (rank === known.rank && name < known.name))
      first.set(base, { name, rank })
  }
  return origin => first.get(origin)?.name ?? null
}
