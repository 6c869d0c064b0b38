import type { BatchFault } from '@/lib/contracts/batch-fault'

/** Why a batch can't be read: a short text in English, and of which kind it is. */
export type Corruption = { reason: string; fault: BatchFault }

/**
 * Bytes of a batch that contradict themselves, its checksum or our limits. Never leaves the fetch folder but as
 * an Error whose `corruptionOf` is told: it becomes DECODE_FAILED.
 */
export class CorruptBatch extends Error {
  readonly fault: BatchFault

  constructor(reason: string, fault: BatchFault = 'structure') {
    super(reason)
    this.name = 'CorruptBatch'
    this.fault = fault
  }
}

/** What keeps a batch from being read. */
export function corruptionOf(error: unknown): Corruption {
  if (error instanceof CorruptBatch) return { reason: error.message, fault: error.fault }
  return { reason: error instanceof Error ? error.message : 'unreadable', fault: 'structure' }
}
