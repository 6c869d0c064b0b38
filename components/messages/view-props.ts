import type { ReactNode } from 'react'
import type { MessagesParams } from './messages-query'
import type { SetMessages } from './use-messages-params'

/** What pages of the log, a search and a live tail have in common. */
export type ViewProps = {
  cluster: string
  topic: string
  params: MessagesParams
  set: SetMessages
  /** The bars above the rows; a view says how it is read again and whether it is busy. */
  controls: (state: { refresh: () => void; busy: boolean }) => ReactNode
}
