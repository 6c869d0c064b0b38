import { deflateRaw, inflateRawSync } from 'node:zlib'

/**
 * Texts of some hundred letters together: large enough to compress well, small enough to unpack in a tenth of
 * a millisecond.
 */
const BLOCK_BYTES = 32 * 1024
/** The longest text is a message of 300 characters at three bytes each. */
const TEXT_BYTES = 2048
const LONGEST_BYTES = 3 * (TEXT_BYTES + 2)
/** Blocks kept unpacked for whoever reads on beside them. */
const UNPACKED_MAX = 16
const NULL = 0xffff
const SAME = 0xfffe

export type LetterTexts = {
  key: string | null
  preview: string | null
  /** undefined: the same as the issue's. */
  message: string | null | undefined
}
export type TextPlace = { block: number; at: number }
/** A block as it is written down. */
export type TextBlock = { bytes: Buffer; isPacked: boolean }
type Block = { bytes: Buffer; isPacked: boolean; live: number }

/** Keys, previews and messages of letters, outside of the heap and compressed (a third to a sixth of their size). */
export class TextStore {
  readonly #blocks: (Block | null)[] = []
  readonly #free: number[] = []
  readonly #unpacked = new Map<number, Buffer>()
  readonly #closed: Block[] = []
  #isPacking = false
  #open = -1
  #used = 0

  add(texts: LetterTexts): TextPlace {
    if (this.#open < 0 || this.#used > BLOCK_BYTES) this.#begin()
    const block = this.#blocks[this.#open]
    if (!block) throw new Error('the open block of texts is gone')
    const at = this.#used
    let end = write(block.bytes, at, texts.key)
    end = write(block.bytes, end, texts.preview)
    this.#used = write(block.bytes, end, texts.message)
    block.live++
    return { block: this.#open, at }
  }

  read({ block, at }: TextPlace): LetterTexts {
    const bytes = this.#bytesOf(block)
    const previewAt = at + sizeAt(bytes, at)
    const messageAt = previewAt + sizeAt(bytes, previewAt)
    return {
      key: read(bytes, at) ?? null,
      preview: read(bytes, previewAt) ?? null,
      message: read(bytes, messageAt),
    }
  }

  /** One letter of the block went; with the last one the block goes. */
  remove(block: number): void {
    const known = this.#blocks[block]
    if (!known || --known.live > 0 || block === this.#open) return
    this.#forget(block)
  }

  /**
   * All blocks; null for numbers that are free. The bytes don't change any more but for the open block's,
   * which are copied.
   */
  copy(): (TextBlock | null)[] {
    return this.#blocks.map((block, number) => {
      if (block === null) return null
      const { bytes, isPacked } = block
      return number === this.#open
        ? { bytes: ownBytes(bytes.subarray(0, this.#used)), isPacked }
        : { bytes, isPacked }
    })
  }

  /** Takes over what `copy` gave; `liveOf` says how many letters a block holds. */
  restore(blocks: readonly (TextBlock | null)[], liveOf: (block: number) => number): void {
    this.#open = -1
    blocks.forEach((block, number) => {
      const live = liveOf(number)
      const known = block && live > 0 ? { ...block, live } : null
      this.#blocks[number] = known
      if (known === null) this.#free.push(number)
      else if (!known.isPacked) this.#closed.push(known)
    })
    this.#pack()
  }

  #forget(block: number): void {
    this.#blocks[block] = null
    this.#unpacked.delete(block)
    this.#free.push(block)
  }

  #begin(): void {
    const closed = this.#blocks[this.#open]
    if (closed?.live === 0) this.#forget(this.#open)
    else if (closed) {
      closed.bytes = ownBytes(closed.bytes.subarray(0, this.#used))
      this.#closed.push(closed)
      this.#pack()
    }
    this.#open = this.#free.pop() ?? this.#blocks.length
    this.#blocks[this.#open] = {
      bytes: Buffer.allocUnsafeSlow(BLOCK_BYTES + LONGEST_BYTES),
      isPacked: false,
      live: 0,
    }
    this.#used = 0
  }

  /** One after the other, on a thread of zlib's; until then a block is read as it is. */
  #pack(): void {
    if (this.#isPacking) return
    const block = this.#closed.pop()
    if (!block) return
    this.#isPacking = true
    deflateRaw(block.bytes, { level: 1 }, (error, packed) => {
      this.#isPacking = false
      if (!error) {
        // Of its own length: zlib answers the beginning of a larger buffer.
        block.bytes = ownBytes(packed)
        block.isPacked = true
      }
      this.#pack()
    })
  }

  #bytesOf(number: number): Buffer {
    const block = this.#blocks[number]
    if (!block) throw new Error('these texts are gone')
    if (!block.isPacked) return block.bytes
    const known = this.#unpacked.get(number)
    if (known) return known
    const bytes = inflateRawSync(block.bytes)
    this.#unpacked.set(number, bytes)
    for (const oldest of this.#unpacked.keys()) {
      if (this.#unpacked.size <= UNPACKED_MAX) break
      this.#unpacked.delete(oldest)
    }
    return bytes
  }
}

function ownBytes(bytes: Buffer): Buffer {
  const own = Buffer.allocUnsafeSlow(bytes.length)
  bytes.copy(own)
  return own
}

/** Answers where it ends. */
function write(bytes: Buffer, at: number, text: string | null | undefined): number {
  if (text === null || text === undefined) return bytes.writeUInt16LE(text === null ? NULL : SAME, at)
  const length = bytes.write(text, at + 2, TEXT_BYTES, 'utf8')
  bytes.writeUInt16LE(length, at)
  return at + 2 + length
}

function sizeAt(bytes: Buffer, at: number): number {
  const length = bytes.readUInt16LE(at)
  return length >= SAME ? 2 : 2 + length
}

function read(bytes: Buffer, at: number): string | null | undefined {
  const length = bytes.readUInt16LE(at)
  if (length === NULL) return null
  return length === SAME ? undefined : bytes.toString('utf8', at + 2, at + 2 + length)
}
