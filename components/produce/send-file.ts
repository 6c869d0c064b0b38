import { BATCH_LINES_MAX } from '@/lib/contracts/produce'

/**
 * Characters of one request's lines: far below what the server takes, since escaping can double a line. A
 * longer line goes alone.
 */
const BATCH_CHARS_MAX = 400_000
/** A file whose line does not end is no NDJSON; it must not fill the tab's memory. */
export const LINE_CHARS_MAX = 128 * 1024 * 1024

export type FileBatch = {
  lines: string[]
  /** Their numbers in the file, from 1. */
  numbers: number[]
  /** Bytes of the file up to here. */
  bytesRead: number
}

/** A line beyond LINE_CHARS_MAX. */
export class LineTooLong extends Error {
  readonly line: number
  constructor(line: number) {
    super(`line ${line} is too long`)
    this.line = line
  }
}

/**
 * Lines of an NDJSON file in pieces that the API takes, read as they are sent: a file of any length takes the
 * memory of one piece. Empty lines are left out. Throws LineTooLong, and what reading the file throws.
 */
export async function* batchesOf(
  file: ReadableStream<Uint8Array<ArrayBuffer>>,
  lineCharsMax = LINE_CHARS_MAX,
): AsyncGenerator<FileBatch, void, void> {
  let batch: FileBatch = { lines: [], numbers: [], bytesRead: 0 }
  let chars = 0
  let number = 0
  let bytesRead = 0
  const take = (raw: string): FileBatch | null => {
    number++
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    if (line.trim() === '') return null
    const isFull =
      batch.lines.length >= BATCH_LINES_MAX ||
      (batch.lines.length > 0 && chars + line.length > BATCH_CHARS_MAX)
    const full = isFull ? batch : null
    if (isFull) {
      batch = { lines: [], numbers: [], bytesRead }
      chars = 0
    }
    batch.lines.push(line)
    batch.numbers.push(number)
    chars += line.length
    return full
  }
  const decoder = new TextDecoder()
  const reader = file.getReader()
  let rest: string[] = []
  let restChars = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      const text = done ? decoder.decode() : decoder.decode(value, { stream: true })
      bytesRead += value?.length ?? 0
      batch.bytesRead = bytesRead
      const lines = text.split('\n')
      const last = lines.pop() ?? ''
      for (const line of lines) {
        const full = take(rest.join('') + line)
        rest = []
        restChars = 0
        if (full) yield full
      }
      rest.push(last)
      restChars += last.length
      if (restChars > lineCharsMax) throw new LineTooLong(number + 1)
      if (done) break
    }
    const full = take(rest.join(''))
    if (full) yield full
    if (batch.lines.length > 0) yield { ...batch, bytesRead }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
