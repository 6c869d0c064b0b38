import { BATCH_LINES_MAX } from '@/lib/contracts/produce'

/** Characters of one request's lines: the server takes a MiB of JSON, and escaping can double a line. */
const BATCH_CHARS_MAX = 400_000

type FileBatch = { lines: string[]; numbers: number[] }

/** Lines of an NDJSON file in pieces that the API takes, with their numbers from 1; empty lines are left out. */
export function batchesOf(text: string): FileBatch[] {
  const batches: FileBatch[] = []
  let batch: FileBatch = { lines: [], numbers: [] }
  let chars = 0
  text.split('\n').forEach((raw, i) => {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    if (line.trim() === '') return
    if (
      batch.lines.length >= BATCH_LINES_MAX ||
      (batch.lines.length > 0 && chars + line.length > BATCH_CHARS_MAX)
    ) {
      batches.push(batch)
      batch = { lines: [], numbers: [] }
      chars = 0
    }
    batch.lines.push(line)
    batch.numbers.push(i + 1)
    chars += line.length
  })
  if (batch.lines.length > 0) batches.push(batch)
  return batches
}
