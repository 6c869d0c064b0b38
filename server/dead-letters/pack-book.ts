import * as z from 'zod'
import { family } from '@/lib/contracts/dead-letters'
import { type Issue, IssueCell } from './issue-cell'
import type { LetterBook } from './letter-book'
import { ALIVE, type Columns, DROPPED } from './letter-columns'
import type { TextBlock } from './letter-texts'
import type { Sections, WrittenSections } from './section-file'

const text = z.string()
const bookSchema = z.object({
  issues: z.array(
    z.object({
      fingerprint: text,
      exceptionClass: text.nullable(),
      maskedMessage: text.nullable(),
      frames: z.array(text),
      family,
      originTopic: text.nullable(),
      consumerGroup: text.nullable(),
      /** What was ever seen of it, also what retention took since. */
      cells: z.array(
        z.object({
          topic: text,
          firstMs: z.number(),
          lastMs: z.number(),
          ends: z.array(z.tuple([z.number(), z.number()])),
        }),
      ),
    }),
  ),
  kinds: z.array(
    z
      .object({
        issue: text,
        topic: text,
        family,
        originTopic: text.nullable(),
        consumerGroup: text.nullable(),
      })
      .nullable(),
  ),
  logs: z.array(z.object({ topic: text, partition: z.number(), keptFrom: z.number() })),
  /** Length of each block of texts, and whether it is packed; null: none of that number. */
  blocks: z.array(z.tuple([z.number().int(), z.boolean()]).nullable()),
})

/** How columns are read back; every name of `Columns`. */
const COLUMNS: { [Name in keyof Columns]: (bytes: ArrayBuffer) => Columns[Name] } = {
  kind: bytes => new Uint32Array(bytes),
  log: bytes => new Uint32Array(bytes),
  offset: bytes => new Float64Array(bytes),
  atMs: bytes => new Float64Array(bytes),
  originPartition: bytes => new Int32Array(bytes),
  originOffset: bytes => new BigInt64Array(bytes),
  originMs: bytes => new Float64Array(bytes),
  attempts: bytes => new Int32Array(bytes),
  flags: bytes => new Uint8Array(bytes),
  block: bytes => new Uint32Array(bytes),
  textAt: bytes => new Uint32Array(bytes),
}

/** The letters of a book as bytes: copied at once, so that it may go on while they are written. */
export function packBook(book: LetterBook): WrittenSections {
  const { issues, columns, texts, order, kinds, logs } = book.parts
  const blocks = texts.copy()
  const written: z.input<typeof bookSchema> = {
    issues: [...issues.values()].map(({ cells, ...issue }) => ({
      ...issue,
      cells: [...cells.values()].map(({ topic, firstMs, lastMs, ends }) => ({
        topic,
        firstMs,
        lastMs,
        ends: [...ends],
      })),
    })),
    kinds: kinds.map(
      kind =>
        kind && {
          issue: kind.cell.issue.fingerprint,
          topic: kind.cell.topic,
          family: kind.family,
          originTopic: kind.originTopic,
          consumerGroup: kind.consumerGroup,
        },
    ),
    logs: logs.map(({ topic, partition, keptFrom }) => ({ topic, partition, keptFrom })),
    blocks: blocks.map(block => block && [block.bytes.length, block.isPacked]),
  }
  const sections: WrittenSections = {
    book: Buffer.from(JSON.stringify(written)),
    order: bytesOf(order.rows().slice()),
    texts: blocks.flatMap(block => block?.bytes ?? []),
  }
  for (const [name, column] of Object.entries(columns.copy())) sections[`column.${name}`] = bytesOf(column)
  return sections
}

/** Fills an empty book with what `packBook` wrote. Throws for what it did not write, and then fills nothing. */
export function unpackBook(sections: Sections, book: LetterBook): void {
  const read = bookSchema.parse(JSON.parse(Buffer.from(sectionOf(sections, 'book')).toString('utf8')))
  const restored = Object.fromEntries(
    Object.entries(COLUMNS).map(([name, made]) => [
      name,
      made(ownBuffer(sectionOf(sections, `column.${name}`))),
    ]),
  ) as Columns
  const rows = new Uint32Array(ownBuffer(sectionOf(sections, 'order')))
  const blocks = blocksOf(read.blocks, sectionOf(sections, 'texts'))
  mustFit(read, restored, rows, blocks)
  const { issues, columns, texts, order, kinds, freeKinds, logs } = book.parts
  for (const { cells, ...issue } of read.issues) {
    const made: Issue = { ...issue, cells: new Map() }
    issues.set(made.fingerprint, made)
    for (const { topic, firstMs, lastMs, ends } of cells) {
      const cell = new IssueCell(made, topic)
      Object.assign(cell, { firstMs, lastMs })
      for (const [partition, end] of ends) cell.ends.set(partition, end)
      made.cells.set(topic, cell)
    }
  }
  read.kinds.forEach((kind, number) => {
    const cell = kind && issues.get(kind.issue)?.cells.get(kind.topic)
    if (kind === null || !cell) {
      kinds[number] = null
      freeKinds.push(number)
      return
    }
    const { family, originTopic, consumerGroup } = kind
    kinds[number] = { cell, family, originTopic, consumerGroup }
    cell.kinds.push(number)
  })
  for (const log of read.logs) logs.push({ ...log, rows: [] })
  const live = new Uint32Array(read.blocks.length)
  restored.flags.forEach((flags, row) => {
    // What is dropped is asked of the store.
    restored.flags[row] = flags & ~DROPPED
    const block = restored.block[row] ?? 0
    if ((flags & ALIVE) !== 0) live[block] = (live[block] ?? 0) + 1
  })
  columns.restore(restored)
  texts.restore(blocks, block => live[block] ?? 0)
  order.restore(rows)
  book.recount()
}

/** Every row that is in the order has all that a row names. */
function mustFit(
  { issues, kinds, logs }: z.output<typeof bookSchema>,
  columns: Columns,
  rows: Uint32Array,
  blocks: readonly (TextBlock | null)[],
): void {
  const cells = new Set(
    issues.flatMap(({ fingerprint, cells: all }) => all.map(one => `${fingerprint} ${one.topic}`)),
  )
  const isWhole = kinds.map(kind => kind !== null && cells.has(`${kind.issue} ${kind.topic}`))
  const length = columns.flags.length
  const alive = columns.flags.reduce((count, flags) => count + ((flags & ALIVE) === 0 ? 0 : 1), 0)
  const fits =
    Object.values(columns).every(column => column.length === length) &&
    rows.length === alive &&
    rows.every(
      row =>
        row < length &&
        ((columns.flags[row] ?? 0) & ALIVE) !== 0 &&
        isWhole[columns.kind[row] ?? -1] === true &&
        (columns.log[row] ?? -1) < logs.length &&
        blocks[columns.block[row] ?? -1] != null,
    )
  if (!fits) throw new RangeError('rows name what is not there')
}

function blocksOf(listed: readonly ([number, boolean] | null)[], bytes: Uint8Array): (TextBlock | null)[] {
  let at = 0
  return listed.map(one => {
    if (one === null) return null
    const [length, isPacked] = one
    // Bytes of its own: a block that goes must not hold all others.
    const own = Buffer.allocUnsafeSlow(length)
    own.set(bytes.subarray(at, at + length))
    at += length
    return { bytes: own, isPacked }
  })
}

export function sectionOf(sections: Sections, name: string): Uint8Array {
  const found = sections[name]
  if (!found) throw new Error(`the section ${name} is missing`)
  return found
}

const bytesOf = (view: ArrayBufferView): Uint8Array =>
  new Uint8Array(view.buffer, view.byteOffset, view.byteLength)

const ownBuffer = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer
