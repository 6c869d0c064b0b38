export type AbortedTransaction = { producerId: bigint; firstOffset: bigint }

/** Does a batch stand where no committed reader comes yet? Below 0: the broker does not tell its last stable offset. */
export function isUndecided(
  { transactional, baseOffset }: { transactional: boolean; baseOffset: bigint },
  lastStableOffset: bigint,
): boolean {
  return transactional && lastStableOffset >= 0n && baseOffset >= lastStableOffset
}

/**
 * Which batches belong to aborted transactions (KIP-98; the rule of Java's CompletedFetch): a producer's data
 * is aborted from a listed first offset to that producer's next abort marker; several producers and several
 * ranges of one may interleave.
 */
export class AbortedFilter {
  readonly #pending: AbortedTransaction[]
  readonly #open = new Set<bigint>()
  #next = 0

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#pending = [...aborted].sort((a, b) => Number(a.firstOffset - b.firstOffset))
  }

  /** Call with every batch of a producer, in order of the log. */
  isAborted(batch: { producerId: bigint; lastOffset: bigint; transactional: boolean }): boolean {
    for (let next = this.#pending[this.#next]; next !== undefined; next = this.#pending[this.#next]) {
      if (next.firstOffset > batch.lastOffset) break
      this.#open.add(next.producerId)
      this.#next++
    }
    return batch.transactional && this.#open.has(batch.producerId)
  }

  /** An abort marker of that producer was passed. */
  endedByAbort(producerId: bigint): void {
    this.#open.delete(producerId)
  }
}
