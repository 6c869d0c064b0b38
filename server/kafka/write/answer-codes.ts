import { AppError } from '@/lib/errors'
import { kafkaErrorName } from '../protocol/error-codes'
import { COORDINATOR_MOVED, kafkaError, STALE_METADATA } from '../protocol/errors'

export const MESSAGE_TOO_LARGE = 10
export const INVALID_TXN_STATE = 48
export const CONCURRENT_TRANSACTIONS = 51
export const NETWORK_EXCEPTION = 13
const RECORD_LIST_TOO_LARGE = 18
const INVALID_TIMESTAMP = 32
const INVALID_RECORD = 87
const POLICY_VIOLATION = 44

/**
 * Another owner has the transactional id, or the coordinator ended our transaction and raised the epoch (a
 * timeout).
 */
const FENCED: ReadonlySet<number> = new Set([47, 90])
/**
 * Passing: the same request again, same sequence. 7 timed out, 13 network, 19/20 too few in sync, 51 the
 * transaction before is still being ended, 56 storage, 89 throttled.
 */
const PASSING: ReadonlySet<number> = new Set([7, 13, 19, 20, 51, 56, 78, 89])

export type Verdict = 'ok' | 'retry' | 'refresh' | 'fenced' | 'failed'

/** What an error code of Produce, InitProducerId, AddPartitionsToTxn or EndTxn asks of the writer. */
export function judge(code: number): Verdict {
  if (code === 0) return 'ok'
  if (FENCED.has(code)) return 'fenced'
  if (STALE_METADATA.has(code) || COORDINATOR_MOVED.has(code)) return 'refresh'
  if (PASSING.has(code)) return 'retry'
  return 'failed'
}

/** Rejected for what the record is: the same record is rejected again, another one may pass. */
const REJECTED: ReadonlySet<number> = new Set([
  MESSAGE_TOO_LARGE,
  RECORD_LIST_TOO_LARGE,
  INVALID_TIMESTAMP,
  POLICY_VIOLATION,
  INVALID_RECORD,
])
const isRecordRejected = (code: number): boolean => REJECTED.has(code)

/** STATE_CONFLICT: this writer owns the transactional id no longer. */
export function fencedError(transactionalId: string, code: number): AppError {
  return new AppError('STATE_CONFLICT', {
    params: { reason: 'fenced', transactionalId, kafka: kafkaErrorName(code) },
  })
}

/** The error of one partition's batch. `record: 'rejected'` in its params when it is the record's own fault. */
export function produceError(code: number, topic: string, partition: number, text: string | null): AppError {
  const params = { topic, partition, ...(isRecordRejected(code) ? { record: 'rejected' } : {}) }
  return kafkaError(code, params, text)
}
