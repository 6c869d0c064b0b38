/** Roles, and what each may do. Pure: the server decides with it, the screen explains with it. */
export const ROLES = ['viewer', 'developer', 'operator', 'approver', 'auditor', 'admin'] as const
export type Role = (typeof ROLES)[number]

/** `<resource>.<verb>`; a new action must name the roles that have it. */
const everyone: readonly Role[] = ROLES
const readers: readonly Role[] = ['viewer', 'developer', 'operator', 'approver', 'admin']
const workers: readonly Role[] = ['developer', 'operator', 'approver', 'admin']
const operators: readonly Role[] = ['operator', 'admin']

export const ACTIONS = {
  'cluster.read': everyone,
  'topic.read': everyone,
  'schema.read': everyone,
  'group.read': everyone,
  'broker.read': everyone,
  'deadletter.read': everyone,
  'replay.read': everyone,
  'request.read': everyone,
  'record.read': readers,
  'replay.plan': workers,
  'deadletter.triage': workers,
  'serde.write': workers,
  'offset.plan': workers,
  'request.file': workers,
  'topic.create': operators,
  'topic.alter': operators,
  'topic.delete': operators,
  'record.produce': operators,
  'replay.run': operators,
  'offset.reset': operators,
  'group.alter': operators,
  'group.delete': operators,
  'request.approve': ['approver', 'admin'],
  'audit.read': ['auditor', 'admin'],
  'outbox.read': ['auditor', 'admin'],
  'outbox.send': ['admin'],
  'record.purge': ['admin'],
  'policy.write': ['admin'],
  /** Domains, services, teams; who owns a topic; what drift is accepted for a while. */
  'catalogue.write': ['operator', 'approver', 'admin'],
  'settings.write': ['admin'],
} as const satisfies Record<string, readonly Role[]>

export type Action = keyof typeof ACTIONS

/**
 * A role with where it holds: patterns with `*`; undefined means everywhere (configuration `roles: [{role,
 * clusters, topics}]`).
 */
export type RoleGrant = {
  role: Role
  clusters?: readonly string[] | undefined
  topics?: readonly string[] | undefined
}

/**
 * What an action touches. A topic is checked only against grants that are limited by topic; `anyTopic`: about
 * a topic that has no name yet, which passes with every such grant.
 */
export type Resource = { cluster?: string; topic?: string; anyTopic?: true; group?: string }

/**
 * Does `name` match one of the patterns? `*` stands for any run of characters; nothing else is special.
 * Linear time.
 */
export function matchesAny(patterns: readonly string[], name: string): boolean {
  return patterns.some(pattern => matches(pattern, name))
}

function matches(pattern: string, name: string): boolean {
  const parts = pattern.split('*')
  const first = parts[0] ?? ''
  const last = parts[parts.length - 1] ?? ''
  if (parts.length === 1) return pattern === name
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length)
    return false
  let at = first.length
  const end = name.length - last.length
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at)
    if (found < 0 || found + part.length > end) return false
    at = found + part.length
  }
  return true
}

/**
 * May an actor with these grants do `action` on `resource`? A grant limited to clusters or topics says
 * nothing about a resource without one, except for reading.
 */
export function isAllowed(grants: readonly RoleGrant[], action: Action, resource: Resource): boolean {
  const roles: readonly Role[] = ACTIONS[action]
  return grants.some(grant => {
    if (!roles.includes(grant.role)) return false
    if (grant.clusters) {
      if (resource.cluster === undefined) return action.endsWith('.read')
      if (!matchesAny(grant.clusters, resource.cluster)) return false
    }
    if (grant.topics && !resource.anyTopic) {
      if (resource.topic === undefined) return action.endsWith('.read')
      return matchesAny(grant.topics, resource.topic)
    }
    return true
  })
}

/** The roles that have an action, for the sentence "roles that have it". */
export function rolesWith(action: Action): readonly Role[] {
  return ACTIONS[action]
}
