import { describeAclsV2, describeAclsV3 } from '@platformatic/kafka'
import type { NewAcl } from '../port'
import { ALLOW, OPERATION, PATTERN, RESOURCE } from './acl-codes'
import { family } from './api'
import type { Scope } from './deadline'
import { kafkaError } from './errors'
import type { ClusterLink } from './link'

type Filter = Parameters<typeof describeAclsV3.api.async>[1]
type Described = describeAclsV3.DescribeAclsResponse
/** The library types version 2 loosely; what it sends and gives is the same. */
const DESCRIBE = family<[Filter], Described>(
  describeAclsV3.api,
  describeAclsV2.api as typeof describeAclsV3.api,
)
/** AclOperation ANY. */
const ANY = 1

const keyOf = <K extends string>(table: Record<K, number>, value: number): K | null =>
  (Object.keys(table) as K[]).find(key => table[key] === value) ?? null

/**
 * The allowing ACLs that name exactly this topic or group, of the operations that we know. Throws
 * SECURITY_DISABLED without an authorizer, CLUSTER_DENIED.
 */
export async function describeAcls(
  link: ClusterLink,
  { resource, name }: Pick<NewAcl, 'resource' | 'name'>,
  scope: Scope,
): Promise<NewAcl[]> {
  const filter: Filter = {
    resourceType: RESOURCE[resource],
    resourceName: name,
    resourcePatternType: PATTERN.literal,
    principal: null,
    host: null,
    operation: ANY,
    permissionType: ALLOW,
  }
  const response = await link.read({}, DESCRIBE, [filter], scope)
  if (response.errorCode !== 0) throw kafkaError(response.errorCode, {}, response.errorMessage)
  return response.resources.flatMap(({ acls }) =>
    acls.flatMap(({ principal, host, operation: code }) => {
      const operation = keyOf(OPERATION, code)
      return operation === null
        ? []
        : [{ resource, name, pattern: 'literal' as const, principal, host, operation }]
    }),
  )
}
