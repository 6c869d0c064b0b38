import { createLoader, parseAsStringLiteral } from 'nuqs/server'
import type { RawInputOf } from '@/lib/contracts/endpoint'
import type { notices } from '@/lib/contracts/notices'

export const NOTICE_STATES = ['all', 'pending', 'sent', 'dead'] as const
export type NoticeState = (typeof NOTICE_STATES)[number]

/** The list's state in the address. */
export const noticesParams = { state: parseAsStringLiteral(NOTICE_STATES).withDefault('all') }
export const loadNoticesParams = createLoader(noticesParams)

/** What the list asks the API for. */
export function noticesInput(state: NoticeState): RawInputOf<typeof notices.list> {
  return { ...(state === 'all' ? {} : { state }), limit: 100 }
}
