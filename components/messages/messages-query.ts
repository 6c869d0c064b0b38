import {
  createLoader,
  parseAsArrayOf,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
} from 'nuqs/server'
import type { RawInputOf } from '@/lib/contracts/endpoint'
import { position } from '@/lib/contracts/message-search'
import type { messages } from '@/lib/contracts/messages'

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
}
export const loadMessagesParams = createLoader(messagesParams)
export type MessagesParams = Awaited<ReturnType<typeof loadMessagesParams>>

/** A row needs this much of a value; the drawer reads the record whole. */
const PREVIEW_CHARS = 300
export const PAGE_SIZES = [50, 100, 200, 500] as const

/** What the list asks the API for; an address that was tampered with falls back to the newest page. */
export function messagesInput(
  cluster: string,
  topic: string,
  params: MessagesParams,
): RawInputOf<typeof messages.list> {
  return {
    cluster,
    topic,
    from: position.safeParse(params.from).success ? params.from : 'newest',
    ...(params.until && position.safeParse(params.until).success ? { until: params.until } : {}),
    ...(params.partition.length > 0 ? { partition: params.partition.filter(p => p >= 0) } : {}),
    isolation: params.isolation,
    limit: Math.min(500, Math.max(1, params.limit)),
    ...(params.cursor ? { cursor: params.cursor } : {}),
    preview: PREVIEW_CHARS,
  }
}

/** `3/884213` of the address; null when it is none. */
export function parseRecordParam(text: string | null): { partition: number; offset: string } | null {
  const match = text?.match(/^(\d{1,10})\/(\d{1,19})$/)
  return match?.[1] && match[2] ? { partition: Number(match[1]), offset: match[2] } : null
}
