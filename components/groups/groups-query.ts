import {
  createLoader,
  parseAsBoolean,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
} from 'nuqs/server'
import type { RawInputOf } from '@/lib/contracts/endpoint'
import { groupSort, groupStatus, type groups, groupType } from '@/lib/contracts/groups'

/** Kafka's words over all kinds of groups. */
export const GROUP_STATES = [
  'Stable',
  'Empty',
  'PreparingRebalance',
  'CompletingRebalance',
  'Assigning',
  'Reconciling',
  'NotReady',
  'Dead',
] as const

/** The list's state in the address. */
export const groupsParams = {
  q: parseAsString.withDefault(''),
  status: parseAsStringLiteral(groupStatus.options),
  type: parseAsStringLiteral(groupType.options),
  state: parseAsStringLiteral(GROUP_STATES),
  topic: parseAsString,
  owner: parseAsString,
  pinned: parseAsBoolean.withDefault(false),
  sort: parseAsStringLiteral(groupSort.options).withDefault('status'),
  /** Where a list too long for one window goes on, and how many rows stand before. */
  after: parseAsString,
  skip: parseAsInteger.withDefault(0),
}
export const loadGroupsParams = createLoader(groupsParams)
export type GroupsParams = Awaited<ReturnType<typeof loadGroupsParams>>

/** What the list asks the API for. */
export function groupsInput(cluster: string, params: GroupsParams): RawInputOf<typeof groups.list> {
  return {
    cluster,
    ...(params.q ? { query: params.q } : {}),
    ...(params.status ? { status: params.status } : {}),
    ...(params.type ? { type: params.type } : {}),
    ...(params.state ? { state: params.state } : {}),
    ...(params.topic ? { topic: params.topic } : {}),
    ...(params.owner ? { owner: params.owner } : {}),
    ...(params.pinned ? { pinned: true } : {}),
    sort: params.sort,
    limit: 200,
    ...(params.after ? { cursor: params.after } : {}),
  }
}
