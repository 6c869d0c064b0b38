import * as z from 'zod'
import { givenInstant } from './common'

/**
 * What a rule of the policy is about: severities, exceptions and waivers name these. `kafka` (what the broker
 * itself refuses) always blocks.
 */
export const POLICY_RULES = [
  'naming',
  'partitions',
  'replication',
  'min-insync',
  'retention',
  'cleanup',
  'configs',
  'owner',
  'description',
  'classification',
  'schema',
] as const
export const policyRule = z.enum(POLICY_RULES)
export type PolicyRule = z.output<typeof policyRule>

const text = z.string().max(500)
const word = z.string().min(1).max(249)
/** `order.*`: `*` stands for any run of characters, nothing else is special. */
const glob = z.string().min(1).max(300)
const length = z.number().int().min(1).max(249)
const range = (max: number) =>
  z.strictObject({ min: z.number().int().min(0).max(max), max: z.number().int().min(0).max(max) })

export const catalogueKind = z.enum(['domain', 'service', 'owner'])
export type CatalogueKind = z.output<typeof catalogueKind>
/**
 * A domain or service that is not registered yet, and would be with a request's application; it counts where
 * a policy takes its list from the catalogue.
 */
export const catalogueProposal = z.strictObject({
  kind: z.enum(['domain', 'service']),
  name: z.string().regex(/^[A-Za-z0-9._-]{1,100}$/),
})
export type CatalogueProposal = z.output<typeof catalogueProposal>

export const segmentSpec = z.strictObject({
  /** `domain`, `service`, `event`: the field that a violation names. */
  name: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
  /**
   * `enum`: one of `values` and of the catalogue's; `pattern`: the whole segment matches; `free`: anything
   * that Kafka takes.
   */
  kind: z.enum(['enum', 'pattern', 'free']),
  values: z.array(word).max(500).default([]),
  /** Where more values come from (enum), or what is suggested (pattern, free). */
  catalogue: z.enum(['domain', 'service']).nullable().default(null),
  /** RE2 syntax (linear time), matched against the whole segment. */
  pattern: z.string().min(1).max(300).nullable().default(null),
  minLength: length.default(1),
  maxLength: length.default(249),
  optional: z.boolean().default(false),
  /** May stand several times in a row. */
  repeated: z.boolean().default(false),
  /** Words that complete a name in suggestions: they bind nobody, and prove that the segment can be filled at all. */
  examples: z.array(word).max(30).default([]),
})
export type SegmentSpec = z.output<typeof segmentSpec>

export const CLEANUP_POLICIES = ['delete', 'compact', 'compact,delete'] as const

const limitParts = {
  partitions: range(100_000),
  /** The lower bound is `min(min, brokers)`: a cluster of one broker cannot keep three replicas. */
  replicationFactor: range(100),
  /** `min.insync.replicas` is at least `min` and at most `replication - spare` (never below 1). */
  minInsyncReplicas: z.strictObject({
    min: z.number().int().min(1).max(100),
    spare: z.number().int().min(0).max(10),
  }),
  /** Milliseconds. `infinite` lets -1 pass. The broker's default always passes. */
  retentionMs: z.strictObject({
    min: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
    max: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
    infinite: z.boolean(),
  }),
  cleanupPolicies: z.array(z.enum(CLEANUP_POLICIES)).max(3),
  /** Config names a topic may set (`*` in a name is a wildcard); null: all. `denied` wins. */
  configs: z.strictObject({
    allowed: z.array(glob).max(200).nullable(),
    denied: z.array(glob).max(200),
  }),
}
export const limitsSpec = z.strictObject(limitParts)
export type LimitsSpec = z.output<typeof limitsSpec>

const requiredParts = {
  owner: z.boolean(),
  description: z.boolean(),
  classification: z.boolean(),
  schema: z.boolean(),
}
const severity = z.enum(['block', 'warn'])
export type Severity = z.output<typeof severity>

const policyException = z.strictObject({
  topics: z.array(glob).min(1).max(100),
  rules: z.array(policyRule).min(1).max(POLICY_RULES.length),
  reason: z.string().min(3).max(500),
  /** Exclusive; after it the rules hold again. */
  until: givenInstant,
})

/** A naming and limits policy as data: what is stored by version, edited on a page and exported as YAML. */
export const policySpec = z.strictObject({
  description: text.default(''),
  enforcement: severity.default('block'),
  /** By rule, where it differs from `enforcement`. */
  severities: z.partialRecord(policyRule, severity).default({}),
  naming: z.strictObject({
    separator: z.enum(['.', '-', '_']),
    case: z.enum(['lower', 'upper', 'any']),
    minLength: length.default(1),
    maxLength: length.default(249),
    segments: z.array(segmentSpec).min(1).max(10),
    /** Words that no segment may be (`test`, `tmp`). */
    reserved: z.array(word).max(500).default([]),
    /** By the cluster's environment, in front of the first segment (`dev.`); empty: none. */
    prefixes: z
      .strictObject({
        prod: z.string().max(50).default(''),
        stg: z.string().max(50).default(''),
        dev: z.string().max(50).default(''),
      })
      .prefault({}),
    /** What derived topics append to their base; `*` stands for a delay or an index (`1000`, `5m`). */
    derivedSuffixes: z.array(z.string().min(2).max(50)).max(50),
  }),
  limits: limitsSpec,
  required: z
    .strictObject(requiredParts)
    .default({ owner: false, description: false, classification: false, schema: false }),
  classifications: z.array(word).max(50).default(['public', 'internal', 'confidential', 'restricted']),
  /** How many different people must approve a request. */
  approvals: z.strictObject({ count: z.number().int().min(1).max(10) }).default({ count: 1 }),
  /** What differs where the segment `domain` has one of these values; the first that names the domain holds. */
  domains: z
    .array(
      z.strictObject({
        domains: z.array(word).min(1).max(200),
        limits: z.strictObject(limitParts).partial().optional(),
        required: z.strictObject(requiredParts).partial().optional(),
        approvals: z.strictObject({ count: z.number().int().min(1).max(10) }).optional(),
        enforcement: severity.optional(),
      }),
    )
    .max(100)
    .default([]),
  exceptions: z.array(policyException).max(500).default([]),
})
export type PolicySpec = z.output<typeof policySpec>
