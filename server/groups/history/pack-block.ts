import { promisify } from 'node:util'
import { deflateRaw, inflateRaw } from 'node:zlib'

const deflate = promisify(deflateRaw)
const inflate = promisify(inflateRaw)

/** Slot (a time divided by the level's length), largest lag and longest time lag in it; null: not measured. */
export type SlotPoint = { slot: number; lag: number | null; timeLagMs: number | null }
export type Block = Map<string, SlotPoint[]>

const TIME_UNIT_MS = 100
/** What a hostile or torn row may unpack to. */
const MOST_BYTES = 64 * 1024 * 1024

/**
 * Series by key as deflated bytes: for each its name and its points, slots counted from `firstSlot`. Time lag
 * is kept to 0.1 s.
 */
export async function packBlock(block: Block, firstSlot: number): Promise<Buffer> {
  const out = new BlockWriter(firstSlot)
  for (const [key, points] of block) {
    out.series(key, points.length)
    for (const { slot, lag, timeLagMs } of points) out.point(slot, lag ?? Number.NaN, timeLagMs ?? Number.NaN)
  }
  return out.pack()
}

/** A block as it is written, series by series. */
export class BlockWriter {
  readonly #out = new ByteWriter()
  readonly #firstSlot: number
  #slot = 0

  constructor(firstSlot: number) {
    this.#firstSlot = firstSlot
  }

  /** A series of so many points, which come next, the oldest first. */
  series(key: string, points: number): void {
    this.#out.text(key)
    this.#out.varint(points)
    this.#slot = this.#firstSlot
  }

  /** NaN: not measured. */
  point(slot: number, lag: number, timeLagMs: number): void {
    this.#out.varint(slot - this.#slot)
    this.#slot = slot
    this.#number(lag)
    this.#number(timeLagMs / TIME_UNIT_MS)
  }

  /** All of it, deflated off the event loop. */
  pack(): Promise<Buffer> {
    return deflate(this.#out.bytes())
  }

  #number(value: number): void {
    const whole = Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, Math.round(value)) + 1)
    this.#out.varint(Number.isNaN(value) ? 0 : whole)
  }
}

const LONGEST_VARINT = 8

/** Bytes one after another in a buffer that grows. */
class ByteWriter {
  #bytes = Buffer.allocUnsafe(16 * 1024)
  #at = 0

  /** Seven bits a byte, the lowest first. */
  varint(value: number): void {
    this.#room(LONGEST_VARINT)
    let rest = value
    while (rest >= 128) {
      this.#bytes[this.#at++] = (rest % 128) + 128
      rest = Math.floor(rest / 128)
    }
    this.#bytes[this.#at++] = rest
  }

  /** UTF-8 behind its length. */
  text(text: string): void {
    const length = Buffer.byteLength(text)
    this.varint(length)
    this.#room(length)
    this.#at += this.#bytes.write(text, this.#at)
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#at)
  }

  #room(count: number): void {
    if (this.#at + count <= this.#bytes.length) return
    const grown = Buffer.allocUnsafe((this.#bytes.length + count) * 2)
    this.#bytes.copy(grown, 0, 0, this.#at)
    this.#bytes = grown
  }
}

/** The series of a block, or `only` that one. Throws when the bytes are not what `packBlock` wrote. */
export async function unpackBlock(data: Uint8Array, firstSlot: number, only?: string): Promise<Block> {
  const bytes = await inflate(data, { maxOutputLength: MOST_BYTES })
  let at = 0
  const get = (): number => {
    let value = 0
    let factor = 1
    for (;;) {
      const byte = bytes[at++]
      if (byte === undefined || factor > 2 ** 56) throw new Error('a lag block is torn')
      value += (byte % 128) * factor
      if (byte < 128) return value
      factor *= 128
    }
  }
  const orNull = () => {
    const value = get()
    return value === 0 ? null : value - 1
  }
  const block: Block = new Map()
  while (at < bytes.length) {
    const length = get()
    const key = bytes.toString('utf8', at, at + length)
    at += length
    const count = get()
    if (only !== undefined && key !== only) {
      // A chart wants one series of hundreds: the others' numbers are passed over, not read.
      for (let left = 3 * count; left > 0; at++) {
        const byte = bytes[at]
        if (byte === undefined) throw new Error('a lag block is torn')
        if (byte < 128) left--
      }
      continue
    }
    const points: SlotPoint[] = []
    let slot = firstSlot
    for (let i = 0; i < count; i++) {
      slot += get()
      const lag = orNull()
      const time = orNull()
      points.push({ slot, lag, timeLagMs: time === null ? null : time * TIME_UNIT_MS })
    }
    block.set(key, points)
    if (only !== undefined) break
  }
  return block
}

/** Points in slots of another length: the largest of each. Sorted by slot. */
export function coarsen(points: Iterable<SlotPoint>, factor: number): SlotPoint[] {
  const slots = new Map<number, SlotPoint>()
  for (const point of points) {
    const slot = Math.floor(point.slot / factor)
    const known = slots.get(slot)
    if (!known) slots.set(slot, { slot, lag: point.lag, timeLagMs: point.timeLagMs })
    else {
      known.lag = larger(known.lag, point.lag)
      known.timeLagMs = larger(known.timeLagMs, point.timeLagMs)
    }
  }
  return [...slots.values()].sort((a, b) => a.slot - b.slot)
}

function larger(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b)
}
