/**
 * Bytes of a batch that contradict themselves, its checksum or our limits. Never leaves the fetch folder: it
 * becomes DECODE_FAILED.
 */
export class CorruptBatch extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'CorruptBatch'
  }
}
