export type RecordHeader = { name: Buffer; value: Buffer | null }

/** One record as it stands in the log; Buffers are views into the fetched batch and must be copied to outlive it. */
export type LogRecord = {
  partition: number
  offset: bigint
  timestampMs: number
  timestampType: 'CreateTime' | 'LogAppendTime' | 'NoTimestamp'
  key: Buffer | null
  value: Buffer | null
  headers: RecordHeader[]
  batch: BatchInfo
  /**
   * Key and value as places in the bytes of their batch, for who only copies them; absent where it was not read
   * from a log.
   */
  body?: RecordSpans
}
/** A length below 0 is null. */
export type RecordSpans = {
  bytes: Buffer
  keyAt: number
  keyBytes: number
  valueAt: number
  valueBytes: number
}
export type BatchInfo = {
  baseOffset: bigint
  lastOffset: bigint
  leaderEpoch: number
  compression: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'
  transactional: boolean
  /** Its transaction was aborted: shown only when asked for. */
  aborted: boolean
  /**
   * Its transaction had not ended when it was read, or one before it had not: committed readers do not see it
   * yet.
   */
  undecided: boolean
  producerId: bigint
  producerEpoch: number
  baseSequence: number
  recordCount: number
}

export type OutgoingRecord = {
  partition: number
  key: Buffer | null
  value: Buffer | null
  /** Ordered, duplicates kept, null is not empty. */
  headers: RecordHeader[]
  timestampMs: number
}

/** A record whose key, value and headers stand in `bytes` as a batch holds them: only written, not looked into. */
export type PackedRecord = {
  partition: number
  timestampMs: number
  bytes: Buffer
  from: number
  to: number
}
