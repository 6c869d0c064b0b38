import { type PolicySpec, policySpec } from '../contracts/policy-spec'

const HOUR_MS = 3_600_000
/** Lower-case letters and digits joined by single hyphens: the pattern that has words of its own. */
export const KEBAB = '[a-z][a-z0-9]*(?:-[a-z0-9]+)*'

/**
 * The convention that the teams agreed on, `<domain>.<service>.<event or purpose>`, until somebody writes
 * another (docs/guide/en/topic-policy.md).
 */
export const DEFAULT_SPEC: PolicySpec = policySpec.parse({
  description: '<domain>.<service>.<event or purpose>',
  naming: {
    separator: '.',
    case: 'lower',
    segments: [
      {
        name: 'domain',
        kind: 'enum',
        values: ['order', 'payment', 'user', 'inventory', 'notification'],
        catalogue: 'domain',
        maxLength: 40,
      },
      {
        name: 'service',
        kind: 'pattern',
        pattern: KEBAB,
        catalogue: 'service',
        maxLength: 80,
        examples: ['order-service'],
      },
      {
        name: 'event',
        kind: 'pattern',
        pattern: KEBAB,
        maxLength: 100,
        examples: ['created', 'updated', 'deleted', 'events', 'result', 'logs'],
      },
    ],
    derivedSuffixes: ['-dlt', '.DLT', '-dlq', '.DLQ', '-retry', '-retry-*', '-changelog', '-repartition'],
  },
  limits: {
    partitions: { min: 1, max: 48 },
    replicationFactor: { min: 3, max: 3 },
    minInsyncReplicas: { min: 1, spare: 1 },
    retentionMs: { min: HOUR_MS, max: 30 * 24 * HOUR_MS, infinite: false },
    cleanupPolicies: ['delete', 'compact', 'compact,delete'],
    configs: { allowed: null, denied: [] },
  },
})
