import * as z from 'zod'
import { clusterId, flag, instant, page, pageInput, topicName } from './common'
import { endpoint } from './endpoint'
import { policySpec } from './policy-spec'
import { nameViolation } from './topics'

export const policyInForce = z.object({
  /** 0: the built-in default. One sequence over all clusters. */
  version: z.number().int(),
  /** Whose policy holds here: nobody wrote one, the installation's, or this cluster's own. */
  scope: z.enum(['built-in', 'default', 'cluster']),
  policy: policySpec,
  /** What is registered beside it: names that lists take from the catalogue. */
  catalogue: z.object({
    domains: z.array(z.object({ name: z.string(), owner: z.string().nullable() })),
    services: z.array(
      z.object({ name: z.string(), domain: z.string().nullable(), owner: z.string().nullable() }),
    ),
    owners: z.array(z.object({ name: z.string() })),
  }),
  /** Of the cluster, with the prefix that its names have. */
  environment: z.enum(['prod', 'stg', 'dev']),
  by: z.string().nullable(),
  at: instant.nullable(),
  comment: z.string().nullable(),
  /** It stands in the configuration file: edited there, not here. */
  managed: z.boolean(),
  /** Of the newest row of either scope, for the optimistic lock; 0: none. */
  bases: z.object({ default: z.number().int(), cluster: z.number().int() }),
})
export type PolicyInForce = z.output<typeof policyInForce>

/**
 * One difference between two policies: a path (`limits.partitions.max`), and both values as JSON text; null:
 * not there.
 */
export const policyChange = z.object({
  path: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
})
export type PolicyChange = z.output<typeof policyChange>

export const policyImpact = z.object({
  /** Topics that the policy is about: internal ones are not counted. */
  topics: z.number().int(),
  /** That break it, that break it and did not break the one in force, that break it no longer. */
  breaking: z.number().int(),
  newlyBreaking: z.number().int(),
  fixed: z.number().int(),
  /** Newly breaking ones first; at most 200. */
  items: z.array(
    z.object({
      topic: topicName,
      isNew: z.boolean(),
      violations: z.array(nameViolation),
      suggestion: z.string().nullable(),
    }),
  ),
  /** What was looked at: names and sizes always, settings where the cluster tells them. */
  settingsKnown: z.boolean(),
})
export type PolicyImpact = z.output<typeof policyImpact>

export const policyVersionRow = z.object({
  version: z.number().int(),
  scope: z.enum(['default', 'cluster']),
  by: z.string(),
  at: instant,
  comment: z.string().nullable(),
  source: z.enum(['api', 'file']),
  /** The scope gave its policy up with this version. */
  removed: z.boolean(),
  current: z.boolean(),
  changes: z.number().int(),
})
export type PolicyVersionRow = z.output<typeof policyVersionRow>

const scope = z.enum(['default', 'cluster'])
const versionNumber = z.coerce.number().int().min(0).max(2_147_483_647)
/**
 * The policy as YAML or JSON text, as it is exported. Several times the longest that anybody wrote: reading
 * YAML takes more than its length of time.
 */
const yaml = z.string().max(100_000)

export const policies = {
  get: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/policy',
    tag: 'policy',
    summary: 'The naming and limits policy that holds on a cluster',
    input: z.object({ cluster: clusterId }),
    output: policyInForce,
  }),
  put: endpoint({
    method: 'PUT',
    path: '/clusters/{cluster}/policy',
    tag: 'policy',
    summary:
      'Write a new version, of the installation’s default or of this cluster’s own policy; `policy` or `yaml`; dryRun tells what it would break',
    input: z.object({
      cluster: clusterId,
      policy: z.unknown().optional(),
      yaml: yaml.optional(),
      scope: scope.default('default'),
      /** The version that was edited (`bases` of the policy in force); a newer one refuses the write. */
      base: z.number().int().min(0),
      comment: z.string().max(500).optional(),
      dryRun: z.boolean().default(false),
    }),
    output: z.object({
      /** null after a dry run. */
      version: z.number().int().nullable(),
      /** False when nothing differs: no version is written. */
      changed: z.boolean(),
      changes: z.array(policyChange),
      impact: policyImpact.nullable(),
      policy: policySpec,
    }),
  }),
  remove: endpoint({
    method: 'DELETE',
    path: '/clusters/{cluster}/policy',
    tag: 'policy',
    summary: 'Give up this cluster’s own policy: the installation’s default holds again',
    input: z.object({ cluster: clusterId, base: versionNumber, comment: z.string().max(500).optional() }),
    output: z.object({ version: z.number().int() }),
  }),
  preview: endpoint({
    method: 'POST',
    path: '/clusters/{cluster}/policy/preview',
    tag: 'policy',
    summary: 'Which topics a draft of the policy would break; nothing is written',
    input: z.object({ cluster: clusterId, policy: z.unknown().optional(), yaml: yaml.optional() }),
    output: z.object({ policy: policySpec, changes: z.array(policyChange), impact: policyImpact }),
  }),
  versions: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/policy/versions',
    tag: 'policy',
    summary: 'Versions of the policies that concern a cluster, newest first',
    input: z.object({ cluster: clusterId, ...pageInput }),
    output: page(policyVersionRow),
  }),
  version: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/policy/versions/{version}',
    tag: 'policy',
    summary: 'One version, and what differs from the one before it or from `against`',
    input: z.object({ cluster: clusterId, version: versionNumber, against: versionNumber.optional() }),
    output: z.object({
      version: z.number().int(),
      against: z.number().int(),
      policy: policySpec,
      changes: z.array(policyChange),
    }),
  }),
  export: endpoint({
    kind: 'bytes',
    method: 'GET',
    path: '/clusters/{cluster}/policy/export',
    tag: 'policy',
    summary: 'The policy in force as YAML, as PUT and the configuration take it',
    input: z.object({ cluster: clusterId, version: versionNumber.optional(), json: flag.default(false) }),
    output: z.object({ bytes: z.instanceof(Uint8Array), filename: z.string() }),
  }),
}
