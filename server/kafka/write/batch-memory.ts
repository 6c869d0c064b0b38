/** A batch that is cut fits in one; a larger record gets memory of its own. */
const PIECE_BYTES = 1024 * 1024
const KEPT_MAX = 4

/** Memory for batches, used again: fresh memory for each costs as much as what is written into it. */
export class BatchMemory {
  readonly #free: Buffer[] = []

  take(bytes: number): Buffer {
    if (bytes > PIECE_BYTES) return Buffer.allocUnsafe(bytes)
    const piece = this.#free.pop() ?? Buffer.allocUnsafeSlow(PIECE_BYTES)
    return piece.subarray(0, bytes)
  }

  /** Only what nobody can look at any more: its next user writes over it. */
  giveBack(batch: Buffer): void {
    if (batch.buffer.byteLength !== PIECE_BYTES || this.#free.length >= KEPT_MAX) return
    this.#free.push(Buffer.from(batch.buffer))
  }
}
