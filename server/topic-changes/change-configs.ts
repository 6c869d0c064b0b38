import type { ConfigChangeRow } from '@/lib/contracts/topic-changes'
import type { NameViolation } from '@/lib/contracts/topics'
import { AppError, toAppError } from '@/lib/errors'
import { type AuditNote, audited } from '@/server/audit/audited'
import type { Context } from '@/server/context'
import type { ConfigChange } from '@/server/kafka/port'
import { brokerDefaults } from '@/server/topics/broker-defaults'
import { PART_MS } from '@/server/topics/read-topic'
import { checkChange } from './check-change'
import { defaultOf, factsOf, readTopicSettings } from './read-topic-settings'
import { refuseSystemTopic } from './refuse-system-topic'

export type WantedConfigs = { set: Readonly<Record<string, string>>; reset: readonly string[] }
export type ConfigPlan = { changes: ConfigChangeRow[]; warnings: NameViolation[]; policyVersion: number }

/** What a person should know before such a change; words by `topics.danger.<code>`. */
function dangerOf(name: string, before: string | null, after: string | null): string | null {
  const less =
    before !== null &&
    after !== null &&
    Number(after) >= 0 &&
    (Number(before) < 0 || Number(after) < Number(before))
  if (name === 'retention.ms' || name === 'retention.bytes') return less ? 'deletes-records' : null
  if (name === 'cleanup.policy') {
    if (after?.includes('compact') && !before?.includes('compact')) return 'starts-compacting'
    return after?.includes('delete') && !before?.includes('delete') ? 'deletes-records' : null
  }
  if (name === 'unclean.leader.election.enable') return after === 'true' ? 'loses-records' : null
  if (name === 'min.insync.replicas') return before !== after ? 'stops-writes' : null
  if (name === 'max.message.bytes') return less ? 'refuses-larger' : null
  return null
}

/** The change as the broker and the policy would take it; nothing is changed. Throws what either refuses it with. */
export async function planConfigs(
  ctx: Context,
  clusterId: string,
  topic: string,
  { set, reset }: WantedConfigs,
): Promise<ConfigPlan> {
  refuseSystemTopic(topic)
  const cluster = ctx.clusters.get(clusterId)
  const twice = reset.filter(name => Object.hasOwn(set, name))
  if (twice.length > 0) {
    const message = 'is both set and given back'
    throw new AppError('INPUT_INVALID', {
      fields: twice.map(name => ({ path: `set.${name}`, code: 'TWICE', message })),
    })
  }
  const settings = await readTopicSettings(ctx, cluster, topic)
  const changes: ConfigChangeRow[] = []
  const row = (name: string, after: string | null, isSet: boolean) => {
    const current = settings.configs.get(name)
    const wasSet = current?.source === 'topic'
    const before = current?.value ?? null
    if (wasSet === isSet && (!isSet || before === after)) return
    changes.push({ name, before, after, wasSet, isSet, danger: dangerOf(name, before, after) })
  }
  for (const [name, value] of Object.entries(set)) row(name, value, true)
  // What only topics tell is asked of the broker's own configs.
  const untold = reset.filter(name => defaultOf(settings.configs.get(name)) === null)
  const defaultsOf = await brokerDefaults(cluster, untold, { signal: ctx.signal, timeoutMs: PART_MS })
  for (const name of new Set(reset)) {
    row(name, defaultOf(settings.configs.get(name)) ?? defaultsOf.get(name) ?? null, false)
  }
  const before = factsOf(topic, settings)
  const configs: Record<string, string> = { ...before.configs, ...set }
  const defaults: Record<string, string> = { ...before.defaults }
  for (const change of changes) {
    if (change.isSet) continue
    delete configs[change.name]
    if (change.after !== null) defaults[change.name] = change.after
  }
  const touched = changes.map(change => `configs.${change.name}`)
  const verdict = await checkChange(ctx, clusterId, before, { ...before, configs, defaults }, touched)
  if (changes.length > 0) {
    await cluster
      .incrementalAlterConfigs({ type: 'topic', name: topic }, toKafka(changes), {
        signal: ctx.signal,
        validateOnly: true,
      })
      .catch(error => rejectAtConfig(error, changes))
  }
  return { changes, ...verdict }
}

/** Plans, and then changes what differs. With nothing to change nothing is asked of the broker. */
export async function changeConfigs(
  ctx: Context,
  clusterId: string,
  topic: string,
  wanted: WantedConfigs,
  note: AuditNote = {},
): Promise<ConfigPlan> {
  const plan = await planConfigs(ctx, clusterId, topic, wanted)
  if (plan.changes.length === 0) return plan
  const cluster = ctx.clusters.get(clusterId)
  await audited(
    ctx,
    {
      action: 'topic.configs',
      cluster: clusterId,
      resource: `topic:${topic}`,
      details: { changes: plan.changes, policyVersion: plan.policyVersion, ...note.details },
      reason: note.reason ?? null,
    },
    () =>
      cluster
        .incrementalAlterConfigs({ type: 'topic', name: topic }, toKafka(plan.changes))
        .catch(error => rejectAtConfig(error, plan.changes)),
  )
  return plan
}

function toKafka(changes: readonly ConfigChangeRow[]): ConfigChange[] {
  return changes.map(({ name, after, isSet }) =>
    isSet ? { name, op: 'set', value: after ?? '' } : { name, op: 'delete' },
  )
}

/** The broker's refusal at the config that its words name. */
function rejectAtConfig(thrown: unknown, changes: readonly ConfigChangeRow[]): never {
  const error = toAppError(thrown)
  const words = typeof error.params?.message === 'string' ? error.params.message : ''
  const named = changes
    .map(change => change.name)
    .filter(name => words.includes(name))
    .sort((a, b) => b.length - a.length)[0]
  if (error.code !== 'CONFIG_INVALID' || named === undefined) throw thrown
  throw new AppError(error.code, {
    detail: error.detail,
    params: error.params,
    cause: error.cause,
    fields: [{ path: `configs.${named}`, code: error.code, message: words }],
  })
}
