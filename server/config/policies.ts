import * as z from 'zod'
import { type PolicySpec, policySpec } from '@/lib/contracts/policy-spec'
import { EMPTY_CATALOGUE } from '@/lib/naming-policy/catalogue'
import { checkSpec } from '@/lib/naming-policy/check-spec'
import { type Problems, pathText } from './problems'
import { parsePart } from './schema'
import type { PoliciesConfig } from './types'

const policiesSchema = z.strictObject({
  /** For every cluster that has none of its own. */
  default: z.unknown().optional(),
  clusters: z.record(z.string(), z.unknown()).default({}),
})

/**
 * The part `policies` of the file: topic policies as they are exported. What is wrong with one goes into
 * `problems` with its path.
 */
export function readPolicies(
  value: unknown,
  clusters: readonly string[],
  problems: Problems,
): PoliciesConfig {
  const found: PoliciesConfig = { default: null, clusters: {} }
  if (value === undefined || value === null) return found
  const top = parsePart(policiesSchema, value, ['policies'], problems)
  if (!top) return found
  if (top.default !== undefined) found.default = readPolicy(top.default, ['policies', 'default'], problems)
  for (const [cluster, given] of Object.entries(top.clusters)) {
    const path = ['policies', 'clusters', cluster]
    if (!clusters.includes(cluster)) problems.add(pathText(path), 'is no cluster of this file')
    const policy = readPolicy(given, path, problems)
    if (policy) found.clusters[cluster] = policy
  }
  return found
}

function readPolicy(value: unknown, path: readonly string[], problems: Problems): PolicySpec | null {
  const policy = parsePart(policySpec, value, path, problems)
  if (!policy) return null
  // The catalogue is not open yet, nor need the people be complete: what it takes from them may come later.
  for (const fault of checkSpec(policy, { catalogue: EMPTY_CATALOGUE, approvers: null }))
    problems.add(`${pathText(path)}.${fault.path}`, fault.message)
  return policy
}
