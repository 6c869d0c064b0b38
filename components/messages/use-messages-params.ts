'use client'

import { useQueryStates } from 'nuqs'
import { startTransition } from 'react'
import { messagesParams } from './messages-query'

/** The message browser's address: what it shows, and how to change it. */
export function useMessagesParams() {
  return useQueryStates(messagesParams, { history: 'push', startTransition })
}
export type SetMessages = ReturnType<typeof useMessagesParams>[1]
