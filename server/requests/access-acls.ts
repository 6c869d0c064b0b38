import type { RequestChange } from '@/lib/contracts/requests'
import type { NewAcl } from '@/server/kafka/port'

/** The ACLs that an access request stands for: the operations on the topic, describing it, and reading with the group. */
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
