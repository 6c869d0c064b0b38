import { createPartitionsV3, createTopicsV7, deleteTopicsV6 } from '@platformatic/kafka'
import { AppError } from '@/lib/errors'
import type { CreatedTopic, NewTopic } from '../port'
import { family, type Target } from './api'
import { backOff, type Scope } from './deadline'
import { kafkaError, NOT_CONTROLLER } from './errors'
import type { ClusterLink } from './link'
import { isLegalTopic } from './metadata-api'

type NewTopicRequest = Parameters<typeof createTopicsV7.api.async>[1][number]
type Deletion = Parameters<typeof deleteTopicsV6.api.async>[1][number]
const CREATE = family<[NewTopicRequest[], number, boolean], createTopicsV7.CreateTopicsResponse>(
  createTopicsV7.api,
)
const GROW = family<
  Parameters<typeof createPartitionsV3.api.async> extends [unknown, ...infer A] ? A : never,
  createPartitionsV3.CreatePartitionsResponse
>(createPartitionsV3.api)
const DELETE = family<[Deletion[], number], deleteTopicsV6.DeleteTopicsResponse>(deleteTopicsV6.api)

const NO_TOPIC_ID = '00000000-0000-0000-0000-000000000000'
const CONTROLLER_ATTEMPTS = 3
const REQUEST_TIMED_OUT = 7
const SOURCES: Record<number, string> = {
  1: 'topic',
  2: 'dynamic-broker',
  3: 'dynamic-default',
  4: 'static-broker',
  5: 'default',
}

/** The controller gets a little less time than we have, so that its own "timed out" still reaches us. */
const controllerMs = (scope: Scope) => Math.max(500, Math.round(scope.remainingMs() - 500))

/** "Not the controller" is the one answer after which a mutation is sent again: it says that nothing was done. */
async function byController<R>(
  link: ClusterLink,
  scope: Scope,
  run: (target: Target) => Promise<R>,
  codeOf: (answer: R) => number,
): Promise<R> {
  let target: Target = {}
  for (let attempt = 1; ; attempt++) {
    const answer = await run(target)
    if (codeOf(answer) !== NOT_CONTROLLER || attempt >= CONTROLLER_ATTEMPTS) return answer
    await backOff(scope, attempt)
    target = await link.freshController(scope)
  }
}

/**
 * Makes a topic, or with `validateOnly` asks the broker whether it would: the answer holds resolved numbers
 * and effective configs.
 */
export async function createTopic(
  link: ClusterLink,
  topic: NewTopic,
  validateOnly: boolean,
  scope: Scope,
): Promise<CreatedTopic> {
  if (!isLegalTopic(topic.name))
    throw new AppError('NAME_INVALID', { params: { topic: topic.name.slice(0, 249) } })
  const request: NewTopicRequest = {
    name: topic.name,
    numPartitions: topic.partitions,
    replicationFactor: topic.replicationFactor,
    assignments: [],
    configs: Object.entries(topic.configs).map(([name, value]) => ({ name, value })),
  }
  const response = await byController(
    link,
    scope,
    target => link.mutate(target, CREATE, [[request], controllerMs(scope), validateOnly], scope),
    answer => answer.topics[0]?.errorCode ?? 0,
  )
  const [made] = response.topics
  if (!made) throw new AppError('OUTCOME_UNKNOWN')
  if (made.errorCode === REQUEST_TIMED_OUT && !validateOnly)
    throw new AppError('OUTCOME_UNKNOWN', { params: { topic: topic.name, kafka: 'REQUEST_TIMED_OUT' } })
  if (made.errorCode !== 0) throw kafkaError(made.errorCode, { topic: topic.name }, made.errorMessage)
  if (!validateOnly) link.forget(topic.name)
  return {
    name: made.name,
    topicId: made.topicId === NO_TOPIC_ID || validateOnly ? null : made.topicId,
    partitions: made.numPartitions,
    replicationFactor: made.replicationFactor,
    configs: (made.configs ?? []).map(one => ({
      name: one.name,
      value: one.isSensitive ? null : (one.value ?? null),
      source: SOURCES[one.configSource] ?? 'unknown',
    })),
  }
}

/**
 * Raises the number of partitions to `count`, or with `validateOnly` asks whether it would. Throws
 * PARTITIONS_INVALID with the broker's words.
 */
export async function createPartitions(
  link: ClusterLink,
  name: string,
  count: number,
  validateOnly: boolean,
  scope: Scope,
): Promise<void> {
  if (!isLegalTopic(name)) throw new AppError('TOPIC_UNKNOWN', { params: { topic: name.slice(0, 249) } })
  const response = await byController(
    link,
    scope,
    target =>
      link.mutate(
        target,
        GROW,
        [[{ name, count, assignments: null }], controllerMs(scope), validateOnly],
        scope,
      ),
    answer => answer.results[0]?.errorCode ?? 0,
  )
  if (!validateOnly) link.forget(name)
  const [grown] = response.results
  if (!grown || (grown.errorCode === REQUEST_TIMED_OUT && !validateOnly))
    throw new AppError('OUTCOME_UNKNOWN', { params: { topic: name } })
  if (grown.errorCode !== 0) throw kafkaError(grown.errorCode, { topic: name }, grown.errorMessage)
}

export async function deleteTopic(link: ClusterLink, name: string, scope: Scope): Promise<void> {
  if (!isLegalTopic(name)) throw new AppError('TOPIC_UNKNOWN', { params: { topic: name.slice(0, 249) } })
  const response = await byController(
    link,
    scope,
    target => link.mutate(target, DELETE, [[{ name }], controllerMs(scope)], scope),
    answer => answer.responses[0]?.errorCode ?? 0,
  )
  link.forget(name)
  const [gone] = response.responses
  if (!gone || gone.errorCode === REQUEST_TIMED_OUT)
    throw new AppError('OUTCOME_UNKNOWN', { params: { topic: name } })
  if (gone.errorCode !== 0) throw kafkaError(gone.errorCode, { topic: name }, gone.errorMessage)
}
