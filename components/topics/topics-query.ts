import {
  createLoader,
  parseAsBoolean,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
} from 'nuqs/server'
import type { RawInputOf } from '@/lib/contracts/endpoint'
import { topicSort, type topics } from '@/lib/contracts/topics'

/** The list's state in the address, read the same way by the page at the server and by the view. */
export const topicsParams = {
  q: parseAsString.withDefault(''),
  sort: parseAsStringLiteral(topicSort.options).withDefault('name'),
  kind: parseAsStringLiteral(['dead-letter', 'retry'] as const),
  health: parseAsStringLiteral(['problem'] as const),
  policy: parseAsStringLiteral(['violation'] as const),
  /** A team; `-` for none. */
  owner: parseAsString,
  tag: parseAsString,
  internal: parseAsBoolean.withDefault(false),
  /** Where a list too long for one window goes on, and how many rows stand before. */
  after: parseAsString,
  skip: parseAsInteger.withDefault(0),
}
export const loadTopicsParams = createLoader(topicsParams)
export type TopicsParams = Awaited<ReturnType<typeof loadTopicsParams>>

/** What the list asks the API for. */
export function topicsInput(cluster: string, params: TopicsParams): RawInputOf<typeof topics.list> {
  return {
    cluster,
    ...(params.q ? { query: params.q } : {}),
    sort: params.sort,
    ...(params.kind ? { kind: params.kind } : {}),
    ...(params.health ? { health: params.health } : {}),
    ...(params.policy ? { policy: params.policy } : {}),
    ...(params.owner ? { owner: params.owner } : {}),
    ...(params.tag ? { tag: params.tag } : {}),
    internal: params.internal,
    limit: 200,
    ...(params.after ? { cursor: params.after } : {}),
  }
}
