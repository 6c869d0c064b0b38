import { configLines, parseConfigLines } from '@/components/change/change-draft'
import type { RawInputOf } from '@/lib/contracts/endpoint'
import type { CatalogueProposal, LimitsSpec } from '@/lib/contracts/policy-spec'
import type { NameViolation, TopicRow, topics } from '@/lib/contracts/topics'
import { checkSettings, TOPIC_FIELDS } from '@/lib/naming-policy/check-topic'
import type { NamingPolicy } from '@/lib/naming-policy/policy'

const CLEANUPS = ['delete', 'compact', 'compact,delete'] as const
type Cleanup = (typeof CLEANUPS)[number]

/** What the form holds beside the name: text, as typed. Empty is the broker's default. */
export type TopicDraft = {
  partitions: string
  replicationFactor: string
  cleanup: Cleanup
  retention: string
  minInsyncReplicas: string
  owner: string
  description: string
  classification: string
  schema: string
  /** Told apart by commas. */
  tags: string
  /** Further configs, `name=value` a line. */
  more: string
  /** Registered with the request: only a request can carry them. */
  propose: readonly CatalogueProposal[]
}
export type DraftField = keyof TopicDraft | 'name'

export const EMPTY_DRAFT: TopicDraft = {
  partitions: '6',
  replicationFactor: '',
  cleanup: 'delete',
  retention: '',
  minInsyncReplicas: '',
  owner: '',
  description: '',
  classification: '',
  schema: '',
  tags: '',
  more: '',
  propose: [],
}

const UNIT_MS: Record<string, bigint> = {
  m: 60_000n,
  분: 60_000n,
  h: 3_600_000n,
  시간: 3_600_000n,
  d: 86_400_000n,
  일: 86_400_000n,
}

/** `7d`, `12h`, `30m`, `7일` in milliseconds; a bare number is hours. null when it is none of these. */
export function parseRetention(text: string): string | null {
  const match = /^(\d{1,6})\s*(m|h|d|분|시간|일)?$/i.exec(text.trim())
  const unit = UNIT_MS[(match?.[2] ?? 'h').toLowerCase()]
  return match?.[1] === undefined || unit === undefined ? null : String(BigInt(match[1]) * unit)
}

/** Milliseconds as this form writes them: whole days, else whole hours, else minutes; null for what it cannot say. */
export function retentionText(ms: string): string | null {
  if (!/^\d{1,18}$/.test(ms)) return null
  const value = BigInt(ms)
  for (const [unit, size] of [
    ['d', 86_400_000n],
    ['h', 3_600_000n],
    ['m', 60_000n],
  ] as const)
    if (value > 0n && value % size === 0n) return `${value / size}${unit}`
  return null
}

function configsOf(draft: TopicDraft): Record<string, string> {
  const configs: Record<string, string> = { ...parseConfigLines(draft.more)?.configs }
  if (draft.cleanup !== 'delete') configs['cleanup.policy'] = draft.cleanup
  if (draft.retention.trim())
    configs['retention.ms'] = parseRetention(draft.retention) ?? draft.retention.trim()
  if (draft.minInsyncReplicas.trim()) configs['min.insync.replicas'] = draft.minInsyncReplicas.trim()
  return configs
}

/** The draft as a request; empty fields are the broker's defaults (-1). */
export function toRequest(
  cluster: string,
  name: string,
  draft: TopicDraft,
  dryRun: boolean,
): RawInputOf<typeof topics.create> {
  return {
    cluster,
    name: name.trim(),
    partitions: integerOr(draft.partitions, -1) ?? -1,
    replicationFactor: integerOr(draft.replicationFactor, -1) ?? -1,
    configs: configsOf(draft),
    ...saidOf(draft),
    dryRun,
  }
}

/** What is said about the topic; what is empty is not said. */
function saidOf(draft: TopicDraft) {
  const tags = draft.tags.split(',').flatMap(tag => tag.trim().slice(0, 50) || [])
  return {
    ...Object.fromEntries(
      (['owner', 'description', 'classification', 'schema'] as const).flatMap(field =>
        draft[field].trim() ? [[field, draft[field].trim()]] : [],
      ),
    ),
    ...(tags.length > 0 ? { tags: [...new Set(tags)].slice(0, 20) } : {}),
  }
}

/** `empty` for nothing typed, null for what is no whole number. */
function integerOr(text: string, empty: number): number | null {
  const trimmed = text.trim()
  if (trimmed === '') return empty
  return /^-?\d{1,9}$/.test(trimmed) ? Number(trimmed) : null
}

/**
 * What is wrong with the draft as far as the browser can tell, by the policy's own function; `brokers` null:
 * not known.
 */
export function checkDraft(
  policy: NamingPolicy,
  draft: TopicDraft,
  brokers: number | null,
  name = '',
): Partial<Record<DraftField, NameViolation>> {
  const found: Partial<Record<DraftField, NameViolation>> = {}
  const numbers: Record<'partitions' | 'replicationFactor', number | null> = {
    partitions: null,
    replicationFactor: null,
  }
  for (const field of ['partitions', 'replicationFactor'] as const) {
    const value = integerOr(draft[field], -1)
    if (value === null) found[field] = notANumber(field, draft[field])
    // What is left to the broker is judged by the server, when the broker has said what it would be.
    numbers[field] = value === -1 ? null : value
  }
  const { violations } = checkSettings(
    policy,
    {
      name,
      partitions: numbers.partitions,
      replicationFactor: brokers === null ? null : numbers.replicationFactor,
      configs: { 'cleanup.policy': draft.cleanup, ...configsOf(draft) },
      brokers,
      owner: draft.owner,
      description: draft.description,
      classification: draft.classification,
      schema: draft.schema,
    },
    null,
  )
  for (const violation of violations) {
    const field = fieldOf(violation.field)
    if (field !== null) found[field] ??= violation
  }
  if (draft.retention.trim() && parseRetention(draft.retention) === null)
    found.retention = notANumber('retention', draft.retention)
  const more = parseConfigLines(draft.more)
  if (more === null || more.reset.length > 0)
    found.more = { code: 'config-lines', field: 'more', params: {}, message: '', suggestion: null }
  return found
}

/** Can a draft keep all that is typed? A number that is none, or a line that is no config, would get lost. */
export function isStorable({ partitions, replicationFactor, more }: TopicDraft): boolean {
  const lines = parseConfigLines(more)
  const areNumbers = [partitions, replicationFactor].every(text => integerOr(text, -1) !== null)
  return areNumbers && lines !== null && lines.reset.length === 0
}

function notANumber(name: string, value: string): NameViolation {
  const params = { name, value: value.slice(0, 50) }
  return { code: 'not-a-number', field: name, params, message: '', suggestion: null }
}

const OWN = ['name', ...TOPIC_FIELDS] as const

/** Which field of the form an error's path means; null for one that the form does not have. */
export function fieldOf(path: string): DraftField | null {
  const own = OWN.find(field => field === path)
  if (own) return own
  if (path.endsWith('retention.ms')) return 'retention'
  if (path.endsWith('min.insync.replicas')) return 'minInsyncReplicas'
  if (path.startsWith('configs.')) return 'more'
  return null
}

type Size = Pick<
  TopicDraft,
  'partitions' | 'replicationFactor' | 'cleanup' | 'retention' | 'minInsyncReplicas' | 'more'
>

/** The size of a topic that is there, for a new one beside it. */
export function draftLike(
  row: Pick<TopicRow, 'partitions' | 'replicationFactor' | 'cleanupPolicy' | 'retentionMs'>,
): Size {
  return {
    minInsyncReplicas: EMPTY_DRAFT.minInsyncReplicas,
    more: EMPTY_DRAFT.more,
    partitions: String(row.partitions),
    replicationFactor: String(row.replicationFactor),
    cleanup: cleanupOf(row.cleanupPolicy ?? undefined) ?? 'delete',
    retention: row.retentionMs === null ? '' : (retentionText(row.retentionMs) ?? ''),
  }
}

function cleanupOf(policy: string | undefined): Cleanup | null {
  const words = policy?.split(',').map(word => word.trim())
  const sorted = words?.sort().join(',')
  return CLEANUPS.find(one => one === sorted) ?? null
}

/**
 * Size and every config of its own, as this form holds them: what has no field of its own stands among the
 * further ones.
 */
export function draftWith(
  partitions: number,
  replicationFactor: number,
  configs: Readonly<Record<string, string>>,
): Size {
  const more = { ...configs }
  const take = (name: string, read: (value: string) => string | null): string => {
    const text = Object.hasOwn(more, name) ? read(more[name] ?? '') : null
    if (text !== null) delete more[name]
    return text ?? ''
  }
  const number = (value: number) => (value === -1 ? '' : String(value))
  return {
    partitions: number(partitions),
    replicationFactor: number(replicationFactor),
    cleanup: cleanupOf(take('cleanup.policy', cleanupOf)) ?? 'delete',
    retention: take('retention.ms', retentionText),
    minInsyncReplicas: take('min.insync.replicas', value => value),
    more: configLines(more),
  }
}

export const PRESETS = ['events', 'state', 'dead-letters'] as const
export type Preset = (typeof PRESETS)[number]

const DAY_MS = 86_400_000

/** Settings for a common use, within the policy's limits. */
export function presetDraft(preset: Preset, limits: LimitsSpec): Partial<TopicDraft> {
  const within = (days: number) => {
    const { min, max } = limits.retentionMs
    return retentionText(String(Math.max(min, Math.min(max, days * DAY_MS)))) ?? ''
  }
  const partitions = (wish: number) =>
    String(Math.max(limits.partitions.min, Math.min(limits.partitions.max, wish)))
  if (preset === 'state') return { cleanup: 'compact', retention: '', partitions: partitions(6), more: '' }
  if (preset === 'events')
    return { cleanup: 'delete', retention: within(7), partitions: partitions(6), more: '' }
  // Dead letters are few, and must be there when somebody comes back from holidays.
  return { cleanup: 'delete', retention: within(30), partitions: partitions(3), more: '' }
}
