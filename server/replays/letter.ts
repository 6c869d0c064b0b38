import type { DecodedDeadLetter } from '@/lib/dead-letter'
import type { EditTrouble } from './edit-error'
import type { KindChange } from './kind-changes'
import type { Place } from './ledger'
import type { Ref } from './read-records'

/** A selected dead letter, read and decoded; its bytes are let go. */
export type Letter = Ref & {
  /** false: retention, compaction or an abort took it, or it never was. */
  found: boolean
  timestampMs: number
  decoded: LetterFacts | null
  /** Key and value stand at the origin, not here (share groups); null where they are gone there, too. */
  body: Place | null
  bodyGone: boolean
  /** It only points at its record; else the body is the source's because a person chose so. */
  isPointer: boolean
  /** Why the edit does not fit it; null: it does, or there is none. */
  editTrouble: EditTrouble | null
  isEdited: boolean
  /** Fields that the edit gives another kind of value; absent: none. */
  kinds?: readonly KindChange[]
  keyHash: number | null
  payloadBytes: number
  batchBytes: number
}

/** What a plan asks of a letter's headers. */
type LetterFacts = Pick<DecodedDeadLetter, 'family' | 'origin' | 'consumerGroup' | 'notes'> & {
  replay: Pick<NonNullable<DecodedDeadLetter['replay']>, 'count'> | null
}
