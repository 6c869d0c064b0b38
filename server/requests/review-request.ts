import type { RequestChange, RequestKind, RequestReview } from '@/lib/contracts/requests'
import type { NameViolation } from '@/lib/contracts/topics'
import { topics } from '@/lib/contracts/topics'
import { type AppError, toAppError } from '@/lib/errors'
import type { Context } from '@/server/context'
import { planPartitions } from '@/server/topic-changes/add-partitions'
import { planConfigs } from '@/server/topic-changes/change-configs'
import { factsOf, readTopicSettings } from '@/server/topic-changes/read-topic-settings'
import { readUsage } from '@/server/topic-changes/topic-usage'
import { brokerDefaults } from '@/server/topics/broker-defaults'
import { makeTopic } from '@/server/topics/create-topic'
import { PART_MS, readTopic } from '@/server/topics/read-topic'
import { aclsOf, aclsThere, describeAcl } from './access-acls'

export type Asked = { cluster: string; topic: string; kind: RequestKind; change: RequestChange; id?: string }

/** A review, and the error that keeps it from being filed; null: nothing does. */
export type Reviewed = { review: RequestReview; refusal: AppError | null; topicId: string | null }

const POLICY_CODES: ReadonlySet<string> = new Set([
  'NAME_POLICY_VIOLATION',
  'LIMIT_POLICY_VIOLATION',
  'TOPIC_EXISTS',
  'TOPIC_COLLIDES',
  'REQUEST_OPEN',
  'PARTITIONS_NOT_MORE',
])
/** The cluster or the store is away: nothing can be said, which is not a refusal of the request. */
const isOutage = (error: AppError) => error.status >= 500 && error.code !== 'KAFKA_ERROR'

/**
 * The request against the policy and the cluster of this moment, nothing changed: difference, broken rules,
 * the broker's own dry run, cost, who would notice. Throws when the cluster does not answer.
 */
export async function reviewChange(ctx: Context, asked: Asked): Promise<Reviewed> {
  const blank = blankReview(ctx)
  try {
    return { refusal: null, ...(await REVIEWS[asked.kind](ctx, asked, blank)) }
  } catch (thrown) {
    const error = toAppError(thrown)
    if (isOutage(error)) throw thrown
    return { refusal: error, topicId: null, review: refused(blank, error) }
  }
}

type Judged = Pick<Reviewed, 'review' | 'topicId'>
type Review = (ctx: Context, asked: Asked, blank: RequestReview) => Promise<Judged>

const REVIEWS: Record<RequestKind, Review> = {
  create: reviewCreation,
  partitions: reviewPartitions,
  configs: reviewConfigs,
  delete: reviewDeletion,
  access: reviewAccess,
}

/** A review that says nothing yet. */
export function blankReview(ctx: Pick<Context, 'clock'>): RequestReview {
  return {
    diff: [],
    configs: [],
    violations: [],
    warnings: [],
    policyVersion: null,
    broker: null,
    cost: null,
    usage: null,
    at: new Date(ctx.clock.now()).toISOString(),
  }
}

function refused(blank: RequestReview, error: AppError): RequestReview {
  const message = typeof error.params?.message === 'string' ? error.params.message : null
  if (POLICY_CODES.has(error.code)) return { ...blank, violations: violationsOf(error) }
  return { ...blank, broker: { ok: false, code: error.code, message, at: blank.at } }
}

/** Fields of a refusal as violations again, so that a screen shows them by rule. */
function violationsOf(error: AppError): NameViolation[] {
  return (error.fields ?? []).map(({ path, code, message, params = {} }) => {
    const { segment, suggestion, ...rest } = params
    return {
      code,
      field: typeof segment === 'string' ? segment : path,
      params: rest,
      message,
      suggestion: typeof suggestion === 'string' ? suggestion : null,
    }
  })
}

/** The input of `createTopic` that a request to create stands for. */
export function creationOf({ cluster, topic, change }: Asked, dryRun: boolean) {
  const { partitions = -1, replicationFactor = -1, configs = {}, owner, description } = change
  const { classification, schema, tags } = change
  return topics.create.input.parse({
    cluster,
    name: topic,
    partitions,
    replicationFactor,
    configs,
    dryRun,
    ...(owner === undefined ? {} : { owner }),
    ...(description === undefined ? {} : { description }),
    ...(classification === undefined ? {} : { classification }),
    ...(schema === undefined ? {} : { schema }),
    ...(tags === undefined ? {} : { tags }),
  })
}

async function reviewCreation(ctx: Context, asked: Asked, blank: RequestReview): Promise<Judged> {
  const cluster = ctx.clusters.get(asked.cluster)
  const { change } = asked
  const made = await makeTopic(ctx, creationOf(asked, true), { request: asked.id, propose: change.propose })
  const chosen = Object.keys(change.configs ?? {})
  const defaults = await brokerDefaults(cluster, chosen, { signal: ctx.signal, timeoutMs: PART_MS })
  const configs = Object.entries(change.configs ?? {}).map(([name, after]) => ({
    name,
    before: defaults.get(name) ?? null,
    after,
    wasSet: false,
    isSet: true,
    danger: null,
  }))
  const { partitions, replicationFactor } = made
  const value = (name: string) => made.configs.find(config => config.name === name)?.value ?? null
  const retentionMs = value('cleanup.policy')?.includes('delete') ? value('retention.ms') : null
  const perSecond = change.expected ? change.expected.recordsPerSecond * change.expected.recordBytes : null
  return {
    topicId: null,
    review: {
      ...blank,
      diff: [
        { field: 'topic', before: null, after: asked.topic },
        { field: 'partitions', before: null, after: String(partitions) },
        { field: 'replicationFactor', before: null, after: String(replicationFactor) },
        ...(change.propose ?? []).map(one => ({ field: one.kind, before: null, after: one.name })),
      ],
      configs,
      warnings: made.warnings,
      policyVersion: made.policyVersion,
      broker: { ok: true, code: null, message: null, at: blank.at },
      cost: {
        partitionsAdded: partitions,
        replicasAdded: partitions * replicationFactor,
        bytes: bytesOver(perSecond, retentionMs, replicationFactor),
        bytesFrom: perSecond === null ? null : 'expected',
        retentionMs,
      },
    },
  }
}

/** Bytes a second over a retention on all replicas; null where nothing bounds it. */
function bytesOver(perSecond: number | null, retentionMs: string | null, replicas: number): string | null {
  const ms = retentionMs === null ? -1 : Number(retentionMs)
  if (perSecond === null || ms < 0) return null
  return String(
    BigInt(Math.min(Number.MAX_SAFE_INTEGER, Math.round((perSecond * ms) / 1000))) * BigInt(replicas),
  )
}

async function reviewPartitions(ctx: Context, asked: Asked, blank: RequestReview): Promise<Judged> {
  const plan = await planPartitions(ctx, asked.cluster, asked.topic, asked.change.partitions ?? 0)
  const metadata = await readTopic(ctx, ctx.clusters.get(asked.cluster), asked.topic)
  return {
    topicId: metadata.topicId,
    review: {
      ...blank,
      diff: [{ field: 'partitions', before: String(plan.before), after: String(plan.after) }],
      warnings: plan.warnings,
      policyVersion: plan.policyVersion,
      broker: { ok: true, code: null, message: null, at: blank.at },
      cost: {
        partitionsAdded: plan.after - plan.before,
        replicasAdded: plan.replicasAdded,
        bytes: null,
        bytesFrom: null,
        retentionMs: null,
      },
    },
  }
}

async function reviewConfigs(ctx: Context, asked: Asked, blank: RequestReview): Promise<Judged> {
  const { configs = {}, reset = [] } = asked.change
  const plan = await planConfigs(ctx, asked.cluster, asked.topic, { set: configs, reset })
  const settings = await readTopicSettings(ctx, ctx.clusters.get(asked.cluster), asked.topic)
  const after = plan.changes.find(change => change.name === 'retention.ms')?.after ?? null
  const sample = ctx.services.topics.of(asked.cluster).sample(asked.topic)
  const { replicationFactor } = factsOf(asked.topic, settings)
  // The size that is there holds every replica; records a second times their mean size is what comes in once.
  const perRecord =
    sample?.bytes != null && sample.messages ? Number(sample.bytes) / Number(sample.messages) : null
  const perSecond =
    perRecord === null || sample?.ratePerSecond == null
      ? null
      : (sample.ratePerSecond * perRecord) / replicationFactor
  return {
    topicId: settings.metadata.topicId,
    review: {
      ...blank,
      configs: plan.changes,
      warnings: plan.warnings,
      policyVersion: plan.policyVersion,
      broker: { ok: true, code: null, message: null, at: blank.at },
      cost:
        after === null
          ? null
          : {
              partitionsAdded: 0,
              replicasAdded: 0,
              bytes: bytesOver(perSecond, after, replicationFactor),
              bytesFrom: perSecond === null ? null : 'measured',
              retentionMs: after,
            },
    },
  }
}

async function reviewDeletion(ctx: Context, asked: Asked, blank: RequestReview): Promise<Judged> {
  const metadata = await readTopic(ctx, ctx.clusters.get(asked.cluster), asked.topic)
  const usage = await readUsage(ctx, asked.cluster, metadata)
  return {
    topicId: metadata.topicId,
    review: {
      ...blank,
      diff: [
        { field: 'topic', before: asked.topic, after: null },
        { field: 'partitions', before: String(metadata.partitions.length), after: null },
      ],
      usage,
    },
  }
}

async function reviewAccess(ctx: Context, asked: Asked, blank: RequestReview): Promise<Judged> {
  const metadata = await readTopic(ctx, ctx.clusters.get(asked.cluster), asked.topic)
  const wanted = aclsOf(asked.topic, asked.change)
  const there = await aclsThere(ctx, asked.cluster, wanted)
  const diff = wanted.map((acl, i) => ({
    field: 'acl',
    before: there[i] ? describeAcl(acl) : null,
    after: describeAcl(acl),
  }))
  const broker = { ok: true, code: null, message: null, at: blank.at }
  return { topicId: metadata.topicId, review: { ...blank, diff, broker } }
}
