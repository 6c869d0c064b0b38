/** What a batch is broken by: `fault` of DECODE_FAILED. Each has its words in `common.corrupt.fault`. */
export const BATCH_FAULTS = [
  'checksum',
  /** Packed by a codec that nobody knows. */
  'codec',
  /** What is compressed is broken. */
  'compression',
  /** Larger than it may be when decompressed. */
  'too-large',
  /** A message format that nobody knows. */
  'format',
  /** Lengths, counts or offsets that contradict each other. */
  'structure',
] as const
export type BatchFault = (typeof BATCH_FAULTS)[number]
