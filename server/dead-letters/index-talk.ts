import type { ClusterConfig } from '@/server/config/types'
import type { Answer, FetchRequest } from '@/server/kafka/port'
import type { LetterReading } from './letter-fetcher'
import type { LetterPack } from './letter-pack'

/** What the thread that answers people and the one that reads dead letters say to each other. */
export type LetterJob = {
  /** The fetcher that asks; each has connections of its own. */
  fetcher: string
  cluster: ClusterConfig
  wanted: LetterRequest
  /** What will be asked for next: read meanwhile. None: whatever follows what is wanted now. */
  ahead: LetterRequest[]
}
export type LetterRequest = { request: FetchRequest; reading: LetterReading }
export type ToIndexWorker = { type: 'fetch'; id: number; job: LetterJob } | { type: 'close'; fetcher: string }

export type PackedPartition = {
  partition: number
  answer: Answer<{ pack: LetterPack; nextOffset: bigint; logStartOffset: bigint }>
}
export type FromIndexWorker =
  | { type: 'fetched'; id: number; answers: PackedPartition[] }
  | { type: 'failed'; id: number; code: string; params: Record<string, string | number> | undefined }
