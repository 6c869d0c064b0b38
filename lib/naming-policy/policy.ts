/**
 * The naming convention and the limits as data (a `policy_version` in the store later holds the same shape).
 * The default is the convention that the teams agreed on: `<domain>.<service>.<event or purpose>`.
 */
export type SegmentRule = {
  /** `domain`, `service`, `event`: the field that a violation names. */
  name: string
  maxLength: number
  /** Words that complete a name in suggestions: they bind nobody. */
  examples: readonly string[]
} & (
  | { kind: 'enum'; values: readonly string[] }
  /** `pattern` is matched against the whole segment; it must not backtrack (no nested quantifiers): names are hostile input. */
  | { kind: 'pattern'; pattern: string }
)

export type Limits = {
  partitions: { min: number; max: number }
  /** The lower bound is `min(min, brokers)`: a cluster of one broker cannot keep three replicas. */
  replicationFactor: { min: number; max: number }
  retentionMs: { min: number; max: number }
}

export type NamingPolicy = {
  version: number
  separator: string
  /** `lower`: capital letters are a violation of their own, with their own words. */
  case: 'lower' | 'any'
  segments: readonly SegmentRule[]
  /** Words that no segment may be (`test`, `tmp`): an installation's own choice. */
  reserved: readonly string[]
  /** What derived topics (dead letters, retries) append to their base; `*` stands for a delay or an index (`1000`, `5m`). */
  derivedSuffixes: readonly string[]
  limits: Limits
}

const HOUR_MS = 3_600_000
const kebab = '[a-z][a-z0-9]*(?:-[a-z0-9]+)*'

export const DEFAULT_POLICY: NamingPolicy = {
  version: 1,
  separator: '.',
  case: 'lower',
  segments: [
    {
      name: 'domain',
      kind: 'enum',
      values: ['order', 'payment', 'user', 'inventory', 'notification'],
      maxLength: 40,
      examples: [],
    },
    { name: 'service', kind: 'pattern', pattern: kebab, maxLength: 80, examples: [] },
    {
      name: 'event',
      kind: 'pattern',
      pattern: kebab,
      maxLength: 100,
      examples: ['created', 'updated', 'deleted', 'events', 'result', 'logs'],
    },
  ],
  reserved: [],
  derivedSuffixes: ['-dlt', '.DLT', '-dlq', '.DLQ', '-retry', '-retry-*'],
  limits: {
    partitions: { min: 1, max: 48 },
    replicationFactor: { min: 3, max: 3 },
    retentionMs: { min: HOUR_MS, max: 30 * 24 * HOUR_MS },
  },
}
