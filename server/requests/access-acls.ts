import type { RequestChange } from '@/lib/contracts/requests'
import type { Context } from '@/server/context'
import type { NewAcl } from '@/server/kafka/port'

/**
 * The ACLs that an access request stands for: the operations on the topic, describing it, and reading with
 * the group.
 */
export function aclsOf(topic: string, change: RequestChange): NewAcl[] {
  const { principal = '', operations = [], group } = change
  const acl = (resource: NewAcl['resource'], name: string, operation: NewAcl['operation']): NewAcl => ({
    resource,
    name,
    pattern: 'literal',
    principal,
    host: '*',
    operation,
  })
  // Read and write imply describe (Kafka's authorizer): only a bare describe needs its own.
  return [
    ...[...new Set(operations)].map(operation => acl('topic', topic, operation)),
    ...(group && operations.includes('read') ? [acl('group', group, 'read')] : []),
  ]
}

/** One line for people: `User:alice read topic order.x`. */
export const describeAcl = ({ principal, operation, resource, name }: NewAcl) =>
  `${principal} ${operation} ${resource} ${name}`

/**
 * Which of these are there already, one by one. Throws SECURITY_DISABLED on a cluster without an authorizer,
 * CLUSTER_DENIED.
 */
export async function aclsThere(
  ctx: Pick<Context, 'clusters'>,
  clusterId: string,
  wanted: readonly NewAcl[],
): Promise<boolean[]> {
  const cluster = ctx.clusters.get(clusterId)
  const keyOf = ({ resource, name, principal, host, operation }: NewAcl) =>
    JSON.stringify([resource, name, principal, host, operation])
  const resources = new Map(wanted.map(({ resource, name }) => [`${resource} ${name}`, { resource, name }]))
  const described = await Promise.all([...resources.values()].map(one => cluster.describeAcls(one)))
  const known = new Set(described.flat().map(keyOf))
  return wanted.map(acl => known.has(keyOf(acl)))
}
