const KEPT_MAX = 3
const STEP = 1024 * 1024
/** Smaller frames come as they are read; larger ones are rare and are not worth holding. */
export const REUSED_BYTES = { least: STEP, most: 16 * STEP }

/** Searches that are begun and abandoned one after the other would leave it to be collected each time. */
const KEPT_MS = 3_000

const free: Buffer[] = []
let dropping: NodeJS.Timeout | undefined
const lent = new WeakSet<ArrayBufferLike>()

/**
 * Memory for a frame of `bytes` (within REUSED_BYTES), filled with anything. Making megabytes for each answer, and
 * collecting them, takes a search more time than looking through them: what was given back is filled again.
 */
export function lendMemory(bytes: number): Buffer {
  clearTimeout(dropping)
  const at = free.findIndex(one => one.length >= bytes)
  const [memory = Buffer.allocUnsafeSlow(Math.ceil(bytes / STEP) * STEP)] = at < 0 ? [] : free.splice(at, 1)
  lent.add(memory.buffer)
  return memory.subarray(0, bytes)
}

/** Nobody looks into this memory any more, nor at any view of it. What was not lent here, or is back, is left alone. */
export function giveMemoryBack(memory: ArrayBufferLike): void {
  if (!lent.delete(memory)) return
  free.push(Buffer.from(memory))
  if (free.length > KEPT_MAX) free.shift()
}

/** Holds nothing until it is asked again. */
export function dropMemory(): void {
  clearTimeout(dropping)
  free.length = 0
}

/** Nobody reads at the moment: what is kept goes unless somebody asks for it soon. */
export function dropMemorySoon(): void {
  clearTimeout(dropping)
  dropping = setTimeout(dropMemory, KEPT_MS)
  dropping.unref()
}
