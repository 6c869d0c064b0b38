import { describeConfigsV4, incrementalAlterConfigsV1 } from '@platformatic/kafka'
import { AppError } from '@/lib/errors'
import type { Answer, ConfigChange, ConfigResource, ConfigValue, DescribeOptions } from '../port'
import { family, type Target } from './api'
import { type Scope, withinPart } from './deadline'
import { failed, kafkaError, ok } from './errors'
import type { ClusterLink } from './link'

type Resource = Parameters<typeof describeConfigsV4.api.async>[1][number]
type ResourceType = Resource['resourceType']
type Alteration = Parameters<typeof incrementalAlterConfigsV1.api.async>[1][number]

const DESCRIBE = family<[Resource[], boolean, boolean], describeConfigsV4.DescribeConfigsResponse>(
  describeConfigsV4.api,
)
const ALTER = family<[Alteration[], boolean], incrementalAlterConfigsV1.IncrementalAlterConfigsResponse>(
  incrementalAlterConfigsV1.api,
)

const TYPE: Record<ConfigResource['type'], ResourceType> = { topic: 2, broker: 4, group: 32 as ResourceType }
const SOURCES: Record<number, ConfigValue['source']> = {
  1: 'topic',
  2: 'dynamic-broker',
  3: 'dynamic-default',
  4: 'static-broker',
  5: 'default',
  8: 'group',
}
const TYPES: ConfigValue['type'][] = [
  'unknown',
  'boolean',
  'string',
  'int',
  'short',
  'long',
  'double',
  'list',
  'class',
  'password',
]
const OPERATION = { set: 0, delete: 1, append: 2, subtract: 3 } as const

const sourceOf = (source: number): ConfigValue['source'] => SOURCES[source] ?? 'unknown'
const scopeOf = ({ type, name }: ConfigResource) => `${type}:${name}`

/** Only a broker knows its own; the rest any may answer. */
const targetOf = ({ type, name }: ConfigResource, broker?: number): Target =>
  type === 'broker' && /^\d{1,10}$/.test(name) ? { broker: Number(name), lane: 1 } : { broker, lane: 1 }

function toValue(config: describeConfigsV4.DescribeConfigsResponseConfig): ConfigValue {
  return {
    name: config.name,
    // A broker sends null for a secret; should one not, it still goes no further.
    value: config.isSensitive ? null : (config.value ?? null),
    source: sourceOf(config.configSource),
    type: TYPES[config.configType] ?? 'unknown',
    readOnly: config.readOnly,
    sensitive: config.isSensitive,
    documentation: config.documentation ?? null,
    synonyms: config.synonyms.map(one => ({
      name: one.name,
      value: config.isSensitive ? null : (one.value ?? null),
      source: sourceOf(one.source),
    })),
  }
}

/**
 * Configs of many resources, in the order asked; synonyms tell what holds without the topmost, the default
 * among them. `broker`: who is asked about topics, on the connection for what is heavy.
 */
export async function describeConfigs(
  link: ClusterLink,
  resources: readonly ConfigResource[],
  options: DescribeOptions,
  scope: Scope,
): Promise<{ resource: ConfigResource; answer: Answer<ConfigValue[]> }[]> {
  const groups = new Map<string, { target: Target; resources: ConfigResource[] }>()
  for (const resource of resources) {
    const target = targetOf(resource, options.broker)
    const key = String(target.broker ?? '')
    const group = groups.get(key)
    if (group) group.resources.push(resource)
    else groups.set(key, { target, resources: [resource] })
  }
  const answers = new Map<string, Answer<ConfigValue[]>>()
  const ask = async ({ target, resources: mine }: { target: Target; resources: ConfigResource[] }) => {
    const wanted = mine.map(({ type, name }) => ({
      resourceType: TYPE[type],
      resourceName: name,
      configurationKeys: options.names ?? null,
    }))
    try {
      const response = await withinPart(scope, part =>
        link.read(target, DESCRIBE, [wanted, options.synonyms ?? true, options.documentation ?? false], part),
      )
      const byKey = new Map(response.results.map(one => [`${one.resourceType}/${one.resourceName}`, one]))
      for (const resource of mine) {
        const found = byKey.get(`${TYPE[resource.type]}/${resource.name}`)
        const code = found?.errorCode ?? 42
        answers.set(
          scopeOf(resource),
          found && code === 0
            ? ok(found.configs.map(toValue))
            : failed(
                scopeOf(resource),
                kafkaError(code, { [resource.type]: resource.name }, found?.errorMessage),
              ),
        )
      }
    } catch (error) {
      if (scope.signal.aborted) throw error
      for (const resource of mine) answers.set(scopeOf(resource), failed(scopeOf(resource), error))
    }
  }
  await Promise.all([...groups.values()].map(ask))
  return resources.map(resource => ({
    resource,
    answer: answers.get(scopeOf(resource)) ?? failed(scopeOf(resource), new AppError('KAFKA_ERROR')),
  }))
}

/** Changes single configs and leaves the others (KIP-339). CONFIG_INVALID carries the broker's words in `message`. */
export async function incrementalAlterConfigs(
  link: ClusterLink,
  resource: ConfigResource,
  changes: readonly ConfigChange[],
  validateOnly: boolean,
  scope: Scope,
): Promise<void> {
  const configs = changes.map(({ name, op, value }): Alteration['configs'][number] =>
    op === 'delete'
      ? { name, configOperation: OPERATION.delete }
      : { name, configOperation: OPERATION[op], value: value ?? '' },
  )
  const alteration: Alteration = { resourceType: TYPE[resource.type], resourceName: resource.name, configs }
  const response = await link.mutate(targetOf(resource), ALTER, [[alteration], validateOnly], scope)
  const [found] = response.responses
  if (!found) throw new AppError('OUTCOME_UNKNOWN')
  if (found.errorCode === 7) throw new AppError('OUTCOME_UNKNOWN', { params: { kafka: 'REQUEST_TIMED_OUT' } })
  if (found.errorCode !== 0)
    throw kafkaError(found.errorCode, { [resource.type]: resource.name }, found.errorMessage)
}
