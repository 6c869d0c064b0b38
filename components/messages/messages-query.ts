import {
  createLoader,
  type inferParserType,
  parseAsArrayOf,
  parseAsBoolean,
  parseAsInteger,
  parseAsNativeArrayOf,
  parseAsString,
  parseAsStringLiteral,
} from 'nuqs/server'
import { topicName } from '@/lib/contracts/common'
import type { RawInputOf } from '@/lib/contracts/endpoint'
import { partitioner, position } from '@/lib/contracts/message-search'
import type { messages } from '@/lib/contracts/messages'

export const RECORD_PARTS = ['key', 'value', 'headers'] as const

/** The list's state in the address: what is pasted into a chat shows the same page. `d` is the record that is open. */
export const messagesParams = {
  from: parseAsString.withDefault('newest'),
  until: parseAsString,
  partition: parseAsArrayOf(parseAsInteger).withDefault([]),
  isolation: parseAsStringLiteral(['read_committed', 'read_uncommitted'] as const).withDefault(
    'read_committed',
  ),
  limit: parseAsInteger.withDefault(50),
  cursor: parseAsString,
  d: parseAsString,
  key: parseAsString,
  keyAs: parseAsStringLiteral(['text', 'hex', 'base64'] as const).withDefault('text'),
  partitioner: parseAsStringLiteral(partitioner.options).withDefault('java'),
  contains: parseAsString,
  containsAs: parseAsStringLiteral(['text', 'hex'] as const).withDefault('text'),
  in: parseAsArrayOf(parseAsStringLiteral(RECORD_PARTS)).withDefault([]),
  ignoreCase: parseAsBoolean.withDefault(false),
  // Values of headers hold commas: one parameter each.
  header: parseAsNativeArrayOf(parseAsString),
  filter: parseAsString,
  /** Columns made of fields: `value.orderId`. */
  cols: parseAsNativeArrayOf(parseAsString),
  live: parseAsBoolean.withDefault(false),
  /** Further topics that a live tail follows. */
  also: parseAsArrayOf(parseAsString).withDefault([]),
}
export const loadMessagesParams = createLoader(messagesParams)
export type MessagesParams = inferParserType<typeof messagesParams>
export type ConditionParams = Pick<
  MessagesParams,
  'key' | 'keyAs' | 'partitioner' | 'contains' | 'containsAs' | 'in' | 'ignoreCase' | 'header' | 'filter'
>

/** No condition: the address of a plain page. */
export const NO_CONDITIONS = {
  key: null,
  keyAs: null,
  partitioner: null,
  contains: null,
  containsAs: null,
  in: null,
  ignoreCase: null,
  header: null,
  filter: null,
} as const

/** A live tail follows so many topics besides its own. */
export const ALSO_MAX = 20

/** The direction in which a start is read, before the answer says it. */
export const orderOf = (from: string): 'asc' | 'desc' => (from === 'newest' ? 'desc' : 'asc')

/** The list from another start: its end, its page and the open record belonged to the last one. */
export const startAt = (from: string) => ({ from, until: null, cursor: null, d: null }) as const

/** A row needs this much of a value; the drawer reads the record whole. */
const PREVIEW_CHARS = 300
/** A record that is open shows so much of its key and value at first; the rest is one click away. */
export const RECORD_PREVIEW_BYTES = 262_144
/** A row shows how many headers there are, and a column one of them. */
const FIELD_HEADERS = 100
/** Columns made of fields need the value they stand in. */
const FIELD_PREVIEW_CHARS = 16_384
export const PAGE_SIZES = [50, 100, 200, 500] as const
/** Hits of one search before it asks whether to go on. */
const SEARCH_LIMIT = 500

/** Is anything searched for, or is this a page of the log? */
export const isSearch = (params: ConditionParams): boolean =>
  params.key !== null || Boolean(params.contains) || params.header.length > 0 || Boolean(params.filter)

type Range = Pick<
  RawInputOf<typeof messages.list>,
  'from' | 'until' | 'partition' | 'isolation' | 'aborted' | 'preview' | 'headerLimit'
>

function rangeInput(params: MessagesParams): Range {
  return {
    from: position.safeParse(params.from).success ? params.from : 'newest',
    ...(params.until && position.safeParse(params.until).success ? { until: params.until } : {}),
    ...(params.partition.length > 0 ? { partition: params.partition.filter(p => p >= 0) } : {}),
    isolation: params.isolation,
    ...(params.isolation === 'read_uncommitted' ? { aborted: true } : {}),
    preview: params.cols.length > 0 ? FIELD_PREVIEW_CHARS : PREVIEW_CHARS,
    headerLimit: params.cols.some(path => path.startsWith('headers')) ? FIELD_HEADERS : 0,
  }
}

/** What the list asks the API for; an address that was tampered with falls back to the newest page. */
export function messagesInput(
  cluster: string,
  topic: string,
  params: MessagesParams,
): RawInputOf<typeof messages.list> {
  return {
    cluster,
    topic,
    ...rangeInput(params),
    limit: Math.min(500, Math.max(1, params.limit)),
    ...(params.cursor ? { cursor: params.cursor } : {}),
  }
}

/** Conditions as the API takes them. */
function conditionInput(params: ConditionParams) {
  return {
    ...(params.key === null ? {} : { key: params.key, keyAs: params.keyAs, partitioner: params.partitioner }),
    ...(params.contains
      ? {
          contains: params.contains,
          containsAs: params.containsAs,
          ...(params.in.length > 0 ? { in: params.in } : {}),
          ...(params.ignoreCase ? { ignoreCase: true } : {}),
        }
      : {}),
    ...(params.header.length > 0 ? { header: params.header } : {}),
    ...(params.filter ? { filter: params.filter } : {}),
  }
}

/** A search of the whole range, or with `live` a tail that does not end. */
export function searchInput(
  cluster: string,
  topic: string,
  params: MessagesParams,
  cursor: string | null,
): RawInputOf<typeof messages.stream> {
  return {
    cluster,
    topic,
    ...rangeInput(params),
    ...conditionInput(params),
    limit: SEARCH_LIMIT,
    ...(params.live
      ? { follow: true, from: 'newest', until: undefined, ...alsoInput(topic, params.also) }
      : {}),
    ...(cursor ? { cursor } : {}),
  }
}

function alsoInput(topic: string, named: readonly string[]) {
  const also = named.filter(name => name !== topic && topicName.safeParse(name).success).slice(0, ALSO_MAX)
  return also.length > 0 ? { also } : {}
}

/** What a download asks for: the same records as the screen, all of them. */
export function exportInput(
  cluster: string,
  topic: string,
  params: MessagesParams,
  format: 'ndjson' | 'csv' | 'raw',
  gzip: boolean,
): RawInputOf<typeof messages.export> {
  const { preview: _preview, headerLimit: _headerLimit, ...range } = rangeInput(params)
  return { cluster, topic, ...range, ...conditionInput(params), format, gzip }
}

type RecordPlace = { topic: string; partition: number; offset: string }

/** `3/884213` of the address, or `other.topic/3/884213` of a tail over several; null when it is none. */
export function parseRecordParam(text: string | null, topic: string): RecordPlace | null {
  const match = text?.match(/^(?:([^/]{1,249})\/)?(\d{1,10})\/(\d{1,19})$/)
  const [, other, partition, offset] = match ?? []
  return partition && offset ? { topic: other ?? topic, partition: Number(partition), offset } : null
}

/** As `parseRecordParam` reads it. */
export const recordParam = (
  { partition, offset, ...place }: Omit<RecordPlace, 'topic'> & { topic?: string },
  topic: string,
) =>
  place.topic === undefined || place.topic === topic
    ? `${partition}/${offset}`
    : `${place.topic}/${partition}/${offset}`
