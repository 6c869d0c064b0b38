import * as z from 'zod'
import { clusterId, flag, givenInstant, instant, int64, page, pageInput, topicName } from './common'
import { endpoint } from './endpoint'
import { POLICY_RULES } from './policy-spec'
import { nameViolation } from './topics'

/**
 * The policy's rules, and what no policy need say: nobody owns it, nobody uses it, it keeps nothing or
 * everything, one broker's loss is data's loss.
 */
export const DRIFT_RULES = [
  ...POLICY_RULES,
  'unowned',
  'unused',
  'retention-zero',
  'retention-unlimited',
  'replication-low',
] as const
export const driftRule = z.enum(DRIFT_RULES)
export type DriftRule = z.output<typeof driftRule>

const driftWaiver = z.object({
  id: z.string(),
  reason: z.string(),
  by: z.string(),
  at: instant,
  until: instant,
})

export const driftFinding = nameViolation.extend({
  rule: driftRule,
  waiver: driftWaiver.nullable(),
})
export type DriftFinding = z.output<typeof driftFinding>

export const driftRow = z.object({
  topic: topicName,
  owner: z.string().nullable(),
  kind: z.enum(['normal', 'dead-letter', 'retry']),
  partitions: z.number().int(),
  replicationFactor: z.number().int(),
  bytes: int64.nullable(),
  messages: int64.nullable(),
  /** Groups that committed on it; null: not known yet. */
  groups: z.number().int().nullable(),
  /** Of its newest record; null: none, or not known. */
  lastRecordAt: instant.nullable(),
  /** What holds, the broker's default included; null: not known, -1: for ever. */
  retentionMs: int64.nullable(),
  findings: z.array(driftFinding),
  /** Rules that it breaks without a waiver. */
  open: z.number().int(),
  /** A name that would pass, where the name is what is wrong. */
  suggestion: z.string().nullable(),
})
export type DriftRow = z.output<typeof driftRow>

export const driftSort = z.enum(['open', 'name', '-name', 'bytes', '-bytes', 'last', '-last', 'owner'])
export type DriftSort = z.output<typeof driftSort>

const choice = {
  cluster: clusterId,
  query: z.string().max(249).optional(),
  rule: driftRule.optional(),
  owner: z.string().max(100).optional(),
  /** Waived findings too. */
  waived: flag.default(false),
  /** A topic is unused when nobody wrote for so many days and no group reads it. */
  unusedDays: z.coerce.number().int().min(1).max(3650).default(30),
  sort: driftSort.default('open'),
}

export const driftSummary = z.object({
  topics: z.number().int(),
  drifting: z.number().int(),
  /** Topics whose every finding is waived. */
  waived: z.number().int(),
  byRule: z.partialRecord(driftRule, z.number().int()),
  bytes: int64,
})
export type DriftSummary = z.output<typeof driftSummary>

export const drift = {
  report: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/policy/drift',
    tag: 'policy',
    summary:
      'Existing topics that break the policy, that nobody owns or uses, or that keep nothing or everything',
    input: z.object({ ...choice, ...pageInput }),
    output: page(driftRow).extend({
      summary: driftSummary,
      policyVersion: z.number().int(),
      settingsKnown: z.boolean(),
      /** When the newest records were looked up; null: not yet, `unused` is not judged. */
      usageAt: instant.nullable(),
    }),
  }),
  export: endpoint({
    kind: 'bytes',
    method: 'GET',
    path: '/clusters/{cluster}/policy/drift/export',
    tag: 'policy',
    summary: 'The drift report as a file, a row a finding',
    input: z.object({ ...choice, format: z.enum(['csv', 'json']).default('csv') }),
    output: z.object({ bytes: z.instanceof(Uint8Array), filename: z.string() }),
  }),
  trend: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/policy/drift/trend',
    tag: 'policy',
    summary: 'Drift of the last days, a point an hour at most',
    input: z.object({ cluster: clusterId, days: z.coerce.number().int().min(1).max(400).default(30) }),
    output: z.object({
      items: z.array(
        driftSummary.omit({ bytes: true }).extend({ at: instant, policyVersion: z.number().int() }),
      ),
    }),
  }),
  waive: endpoint({
    method: 'POST',
    path: '/clusters/{cluster}/policy/drift/waivers',
    tag: 'policy',
    summary: 'Accept findings of a topic until a day, with a reason',
    status: 201,
    input: z.object({
      cluster: clusterId,
      topic: topicName,
      rules: z.array(driftRule).min(1).max(DRIFT_RULES.length),
      reason: z.string().trim().min(3).max(500),
      until: givenInstant,
    }),
    output: z.object({ items: z.array(driftWaiver.extend({ rule: driftRule })) }),
  }),
  unwaive: endpoint({
    method: 'DELETE',
    path: '/clusters/{cluster}/policy/drift/waivers/{waiver}',
    tag: 'policy',
    summary: 'Take a waiver back',
    input: z.object({ cluster: clusterId, waiver: z.string().max(100) }),
    output: z.object({ id: z.string() }),
  }),
}
