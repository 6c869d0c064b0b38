import type { TopicUsers } from './contracts/topic-changes'

const NAMED = 5

/** The first few names of so many. */
export const someOf = (names: readonly string[], inAll: number) =>
  [...names.slice(0, NAMED), ...(inAll > NAMED ? ['…'] : [])].join(', ')

/**
 * Who uses a topic, as parameters of a sentence: `groups` with their `names`, `connectors` with their
 * `connectorNames`, `records` of the last hour. What nobody could say is not among them; `connect`
 * is `none` where no Connect cluster is configured to be asked.
 */
export function userParams({
  groups,
  groupsInAll,
  connectors,
  connectorsInAll,
  connectConfigured,
  recordsLastHour,
}: TopicUsers): Record<string, string | number> {
  return {
    ...(groupsInAll === null ? {} : { groups: groupsInAll, names: someOf(groups, groupsInAll) }),
    ...(connectorsInAll === null
      ? {}
      : { connectors: connectorsInAll, connectorNames: someOf(connectors, connectorsInAll) }),
    ...(connectConfigured === false ? { connect: 'none' } : {}),
    ...(recordsLastHour === null ? {} : { records: recordsLastHour }),
  }
}
