import type { InputOf, OutputOf } from '@/lib/contracts/endpoint'
import type { CatalogueProposal } from '@/lib/contracts/policy-spec'
import { type NameCheck, topics } from '@/lib/contracts/topics'
import { AppError, toAppError } from '@/lib/errors'
import { errorCodeOf } from '@/lib/naming-policy/check-name'
import type { TopicFacts } from '@/lib/naming-policy/check-topic'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import { hasMeta, writeTopicMeta } from '@/server/catalogue/topic-meta'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import type { CreatedTopic, KafkaCluster, NewTopic } from '@/server/kafka/port'
import { checkNewTopic } from '@/server/names/check-new-topic'
import { checkResolved } from '@/server/names/check-resolved'
import { toField } from './violation-field'

/**
 * Creates a topic under the policy. The broker's own dry run (validateOnly) comes first in every case: it
 * resolves -1 to the broker's defaults, which are then held against the limits, so that no default slips past
 * them. Throws NAME_POLICY_VIOLATION or LIMIT_POLICY_VIOLATION with a field for every broken rule,
 * TOPIC_EXISTS, TOPIC_COLLIDES, REQUEST_OPEN, CONFIG_INVALID (with the config's field where the broker names it),
 * REPLICATION_INVALID, ...
 */
export const createTopic = verb(topics.create, async (ctx, input) => {
  authorise(ctx, 'topic.create', { cluster: input.cluster, topic: input.name })
  return makeTopic(ctx, input)
})

/**
 * The creation itself, for whoever is allowed otherwise (an approved request, a topic made anew): same
 * policy, same audit, with a `reason` where somebody gave one. `request` is left out of the names that are
 * taken, and named in the audit row; `propose` is judged as if it were registered.
 */
export async function makeTopic(
  ctx: Context,
  input: InputOf<typeof topics.create>,
  by: {
    request?: string | undefined
    propose?: readonly CatalogueProposal[] | undefined
    reason?: string | undefined
  } = {},
): Promise<OutputOf<typeof topics.create>> {
  const { request, propose, reason = null } = by
  const cluster = ctx.clusters.get(input.cluster)
  const facts = factsOf(input)
  const { check, active } = await checkNewTopic(ctx, input.cluster, facts, {
    for: 'decision',
    exceptRequest: request,
    propose,
  })
  refuseName(check.name)
  const wanted: NewTopic = {
    name: input.name,
    partitions: input.partitions,
    replicationFactor: input.replicationFactor,
    configs: input.configs,
  }
  const resolved = await tryOut(ctx, cluster, wanted)
  const settings = await checkResolved(ctx, input.cluster, active.policy, facts, resolved)
  if (settings.violations.length > 0)
    throw new AppError('LIMIT_POLICY_VIOLATION', { fields: settings.violations.map(toField) })
  const warnings = [...check.name.warnings, ...settings.warnings]
  const policyVersion = active.version
  if (input.dryRun) return { ...resolved, topicId: null, created: false, warnings, policyVersion }
  const { partitions, replicationFactor } = resolved
  const checked = { ...wanted, partitions, replicationFactor }
  const created = await audited(
    ctx,
    {
      action: 'topic.create',
      cluster: input.cluster,
      resource: `topic:${input.name}`,
      details: {
        ...wanted,
        resolved: { partitions, replicationFactor },
        policyVersion,
        ...(request === undefined ? {} : { request }),
      },
      reason,
    },
    // The numbers that were checked, not -1 again: the broker's default may have changed since. Without the
    // caller's signal: once it is sent the topic is made, whether anybody waits for the answer or not.
    () => cluster.createTopic(checked).catch(error => rejectWithFields(error, wanted)),
  )
  // The topic is there whatever becomes of this: it can be said again on the topic's page.
  if (hasMeta(facts))
    await writeTopicMeta(ctx, input.cluster, input.name, facts).catch(error =>
      ctx.log.warn({ err: error, topic: input.name }, 'owner and description of a new topic were not kept'),
    )
  return { ...created, created: true, warnings, policyVersion }
}

type Input = InputOf<typeof topics.create>

const factsOf = (input: Input): TopicFacts & { tags: string[] } => ({
  name: input.name,
  partitions: input.partitions,
  replicationFactor: input.replicationFactor,
  configs: input.configs,
  brokers: null,
  owner: input.owner ?? null,
  description: input.description ?? null,
  classification: input.classification ?? null,
  schema: input.schema ?? null,
  tags: input.tags,
})

/** What the broker would make of it. Nothing is changed, so an answer that is lost is no more than that. */
async function tryOut(ctx: Context, cluster: KafkaCluster, wanted: NewTopic): Promise<CreatedTopic> {
  try {
    return await cluster.createTopic(wanted, { signal: ctx.signal, validateOnly: true })
  } catch (thrown) {
    const error = toAppError(thrown)
    if (error.code === 'OUTCOME_UNKNOWN') {
      throw new AppError(ctx.signal.aborted ? 'CANCELLED' : 'TIMED_OUT', { cause: thrown })
    }
    return rejectWithFields(thrown, wanted)
  }
}

function refuseName(verdict: NameCheck): void {
  const code = errorCodeOf(verdict)
  if (code === null) return
  const [first] = verdict.violations
  throw new AppError(code, {
    fields: verdict.violations.map(toField),
    params: { topic: verdict.name, ...(first && code !== 'NAME_POLICY_VIOLATION' ? first.params : {}) },
  })
}

const FIELD_OF: Partial<Record<string, string>> = {
  TOPIC_EXISTS: 'name',
  TOPIC_COLLIDES: 'name',
  NAME_INVALID: 'name',
  PARTITIONS_INVALID: 'partitions',
  REPLICATION_INVALID: 'replicationFactor',
}

/** The broker's refusal, at the field of the form that it is about. */
function rejectWithFields(thrown: unknown, wanted: NewTopic): never {
  const error = toAppError(thrown)
  const words = typeof error.params?.message === 'string' ? error.params.message : ''
  const path =
    error.code === 'CONFIG_INVALID' ? configNamed(words, Object.keys(wanted.configs)) : FIELD_OF[error.code]
  if (path === undefined) throw thrown
  throw new AppError(error.code, {
    detail: error.detail,
    params: error.params,
    cause: error.cause,
    fields: [{ path, code: error.code, message: words || error.code }],
  })
}

/** The longest of our config names that the broker's text holds: `retention.ms` is part of `local.retention.ms`. */
function configNamed(words: string, names: readonly string[]): string | undefined {
  const named = names.filter(name => words.includes(name)).sort((a, b) => b.length - a.length)[0]
  return named === undefined ? undefined : `configs.${named}`
}
