'use client'

import { useSyncExternalStore } from 'react'

const never = () => () => {}

/** `⌘` on Apple's keyboards, `Ctrl ` elsewhere; the server says `⌘` until the browser knows. */
export function useModKey(): string {
  return useSyncExternalStore(
    never,
    () => (/Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl '),
    () => '⌘',
  )
}
