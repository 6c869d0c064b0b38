import type { IndexRow } from './index-row'
import type { Issue } from './issue-cell'
import type { LetterColumns } from './letter-columns'
import type { LetterOrder } from './letter-order'
import type { TextStore } from './letter-texts'

/** What letters of one issue and topic share. */
export type Kind = Pick<IndexRow, 'cell' | 'family' | 'consumerGroup'> & { originTopic: string | null }
/**
 * A partition; its rows ascend by offset. Below `keptFrom` letters were left out, since there are more than
 * are kept.
 */
export type Log = { topic: string; partition: number; rows: number[]; keptFrom: number }

/** All of a book but what can be counted again. */
export type BookParts = {
  issues: Map<string, Issue>
  columns: LetterColumns
  texts: TextStore
  order: LetterOrder
  kinds: (Kind | null)[]
  freeKinds: number[]
  logs: Log[]
}
