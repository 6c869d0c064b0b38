import { setTimeout as sleep } from 'node:timers/promises'
import type { TopicUsage } from '@/lib/contracts/topic-changes'
import { AppError, toAppError } from '@/lib/errors'
import { type ChangedLine, configLines } from '@/lib/request-lines'
import { audited } from '@/server/audit/audited'
import { registerProposals } from '@/server/catalogue/register-proposals'
import type { Context } from '@/server/context'
import type { TopicMetadata } from '@/server/kafka/port'
import { addPartitions } from '@/server/topic-changes/add-partitions'
import { changeConfigs, planConfigs } from '@/server/topic-changes/change-configs'
import { dropTopic } from '@/server/topic-changes/delete-topic'
import { readTopicSettings } from '@/server/topic-changes/read-topic-settings'
import { makeTopic } from '@/server/topics/create-topic'
import { readTopic } from '@/server/topics/read-topic'
import { aclsOf, aclsThere } from './access-acls'
import { changeOf, failureOf, type StoredRequest } from './request-store'
import { creationOf } from './review-request'

/** Who used a topic that was deleted, null: another kind; and what else was changed from what. */
type Done = { usage: TopicUsage | null; changes: readonly ChangedLine[] }

/** What came of it; nothing else is known where somebody else did it. */
export type Applied = Done & { outcome: 'done' | 'already' | 'reconciled' }

/** After a lost answer the cluster is looked at so often, a second apart. */
const LOOKS = 4
const LOOK_EVERY_MS = 1000

/**
 * Does what a request asks for, under the policy of now. First it looks: what is so already was done by
 * somebody else, or by an attempt of ours whose end nobody saw. A lost answer is settled by looking. Throws
 * what policy and broker refuse it with, OUTCOME_UNKNOWN if even looking does not tell.
 */
export async function applyRequest(ctx: Context, row: StoredRequest): Promise<Applied> {
  if (ctx.config.clusters.some(one => one.id === row.cluster && one.readOnly)) {
    throw new AppError('CLUSTER_READ_ONLY', { params: { cluster: row.cluster } })
  }
  const applied = await settle(ctx, row)
  // What its name needs registered was approved with it, and holds from when there is such a topic.
  await registerProposals(ctx, changeOf(row).propose ?? [], {
    domain: row.domain,
    details: { request: String(row.id) },
  })
  return applied
}

async function settle(ctx: Context, row: StoredRequest): Promise<Applied> {
  const found = (outcome: 'already' | 'reconciled'): Applied => ({ outcome, usage: null, changes: [] })
  if (await isDone(ctx, row))
    return found(failureOf(row)?.code === 'OUTCOME_UNKNOWN' ? 'reconciled' : 'already')
  try {
    return { outcome: 'done', ...(await run(ctx, row)) }
  } catch (thrown) {
    const { code } = toAppError(thrown)
    if (code === 'TOPIC_EXISTS' && (await isDone(ctx, row).catch(() => false))) return found('already')
    if (code !== 'OUTCOME_UNKNOWN') throw thrown
    for (let look = 1; look <= LOOKS; look++) {
      await sleep(LOOK_EVERY_MS)
      if (await isDone(ctx, row).catch(() => false)) return found('reconciled')
    }
    throw thrown
  }
}

const NOTHING: Done = { usage: null, changes: [] }

async function run(ctx: Context, row: StoredRequest): Promise<Done> {
  const { cluster, topic } = row
  const change = changeOf(row)
  const id = String(row.id)
  const details = { request: id }
  switch (row.kind) {
    case 'create':
      await makeTopic(ctx, creationOf({ cluster, topic, kind: 'create', change }, false), {
        request: id,
        propose: change.propose,
      })
      return NOTHING
    case 'partitions': {
      const { before, after } = await addPartitions(ctx, cluster, topic, change.partitions ?? 0, { details })
      return {
        usage: null,
        changes: [{ field: 'partitions', before: String(before), after: String(after) }],
      }
    }
    case 'configs': {
      const { configs = {}, reset = [] } = change
      const { changes } = await changeConfigs(ctx, cluster, topic, { set: configs, reset }, { details })
      return { usage: null, changes: configLines(changes) }
    }
    case 'delete':
      return {
        usage: await dropTopic(ctx, cluster, topic, {
          override: change.override ?? false,
          topicId: row.topicId,
          details,
        }),
        changes: [],
      }
    case 'access': {
      await readTopic(ctx, ctx.clusters.get(cluster), topic)
      const acls = aclsOf(topic, change)
      const subject = { action: 'acl.create', cluster, resource: `topic:${topic}` }
      await audited(ctx, { ...subject, details: { ...details, acls } }, () =>
        ctx.clusters.get(cluster).createAcls(acls),
      )
      return NOTHING
    }
  }
}

/** Is the cluster as the request wants it? */
async function isDone(ctx: Context, row: StoredRequest): Promise<boolean> {
  const cluster = ctx.clusters.get(row.cluster)
  const change = changeOf(row)
  const topic = await look(ctx, row)
  switch (row.kind) {
    case 'create':
      return topic !== null && (await isAsWanted(ctx, row))
    case 'partitions':
      return topic !== null && topic.partitions.length === change.partitions
    case 'configs': {
      const { configs = {}, reset = [] } = change
      // Without the topic the plan says so, and not that it is done.
      const plan = await planConfigs(ctx, cluster.id, row.topic, { set: configs, reset })
      return plan.changes.length === 0
    }
    case 'delete':
      return topic === null
    case 'access':
      return topic !== null && (await aclsThere(ctx, cluster.id, aclsOf(row.topic, change))).every(is => is)
  }
}

/** The topic now; null: it is not there. */
async function look(ctx: Context, row: StoredRequest): Promise<TopicMetadata | null> {
  try {
    return await readTopic(ctx, ctx.clusters.get(row.cluster), row.topic)
  } catch (thrown) {
    if (toAppError(thrown).code === 'TOPIC_UNKNOWN') return null
    throw thrown
  }
}

/** Same size and every setting that was asked for; -1 takes whatever the broker chose. */
async function isAsWanted(ctx: Context, row: StoredRequest): Promise<boolean> {
  const { partitions = -1, replicationFactor = -1, configs = {} } = changeOf(row)
  const now = await readTopicSettings(ctx, ctx.clusters.get(row.cluster), row.topic)
  return (
    (partitions === -1 || now.metadata.partitions.length === partitions) &&
    (replicationFactor === -1 || now.replicationFactor === replicationFactor) &&
    Object.entries(configs).every(([name, value]) => now.configs.get(name)?.value === value)
  )
}
