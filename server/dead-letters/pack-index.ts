import * as z from 'zod'
import { LedgerMap } from '@/server/replays/ledger-map'
import type { AliasRow } from './issue-aliases'
import type { LetterBook } from './letter-book'
import type { OffsetSet } from './offset-set'
import { packBook, sectionOf, unpackBook } from './pack-book'
import type { ReplayMarks } from './replay-marks'
import type { Sections, WrittenSections } from './section-file'
import { WatchedTopic } from './watched-topic'

/** What goes on where it stood after a restart. */
export type IndexState = {
  book: LetterBook
  marks: ReplayMarks
  topics: Map<string, WatchedTopic>
  ledger: LedgerMap | null
  /** Which issues were split when the letters were counted. */
  aliases: readonly AliasRow[]
  /** Topics that their records or their configuration told. */
  recognised: { byHeaders: Set<string>; byConfig: Set<string> }
}
/** What is filled by a checkpoint; the rest is handed over. */
export type EmptyIndex = Pick<IndexState, 'book' | 'marks' | 'topics' | 'recognised'>

const offset = z.string().regex(/^\d{1,19}$/)
const stateSchema = z.object({
  topics: z.array(
    z.object({
      name: z.string(),
      topicId: z.string(),
      logs: z.array(z.object({ partition: z.number().int(), position: offset, start: offset })),
    }),
  ),
  aliases: z.array(z.object({ fingerprint: z.string(), contains: z.string().nullable(), into: z.string() })),
  byHeaders: z.array(z.string()),
  byConfig: z.array(z.string()),
  letters: z.array(z.tuple([z.string(), z.number(), z.number(), z.number()])),
  targets: z.array(z.tuple([z.string(), z.number(), z.number(), z.number()])),
  ledger: z
    .object({
      topicId: z.string(),
      parts: z.array(
        z.object({
          partition: z.number().int(),
          leaderEpoch: z.number().int(),
          covered: offset,
          blocks: z.array(z.tuple([offset, z.array(z.tuple([z.string(), offset, offset])).nullable()])),
        }),
      ),
    })
    .nullable(),
})

/** An index as bytes: copied at once, so that it may go on while they are written. */
export function packIndex({ book, marks, topics, ledger, aliases, recognised }: IndexState): WrittenSections {
  const letters = packSet(marks.letters)
  const targets = packSet(marks.targets)
  const state: z.input<typeof stateSchema> = {
    topics: [...topics.values()].map(({ name, topicId, cursors }) => ({
      name,
      topicId,
      logs: [...cursors].flatMap(([partition, { position, start }]) =>
        position === null ? [] : [{ partition, position: String(position), start: String(start) }],
      ),
    })),
    aliases: [...aliases],
    byHeaders: [...recognised.byHeaders],
    byConfig: [...recognised.byConfig],
    letters: letters.listed,
    targets: targets.listed,
    ledger: ledger?.pack() ?? null,
  }
  return {
    ...packBook(book),
    state: Buffer.from(JSON.stringify(state)),
    letters: letters.bytes,
    targets: targets.bytes,
  }
}

/**
 * Fills an index that is empty yet with what `packIndex` wrote. Throws for what it did not write, and then
 * fills nothing.
 */
export function unpackIndex(sections: Sections, into: EmptyIndex): Pick<IndexState, 'ledger' | 'aliases'> {
  const text = Buffer.from(sectionOf(sections, 'state')).toString('utf8')
  const { topics, aliases, letters, targets, ledger, byHeaders, byConfig } = stateSchema.parse(
    JSON.parse(text),
  )
  unpackBook(sections, into.book)
  for (const name of byHeaders) into.recognised.byHeaders.add(name)
  for (const name of byConfig) into.recognised.byConfig.add(name)
  unpackSet(into.marks.letters, letters, sectionOf(sections, 'letters'))
  unpackSet(into.marks.targets, targets, sectionOf(sections, 'targets'))
  for (const { name, topicId, logs } of topics) {
    const topic = new WatchedTopic(name, topicId)
    topic.setPartitions(logs.map(({ partition }) => partition))
    for (const { partition, position, start } of logs) {
      const cursor = topic.cursors.get(partition)
      // The end is what it was until the broker is asked.
      if (cursor)
        Object.assign(cursor, { position: BigInt(position), start: BigInt(start), end: BigInt(position) })
    }
    into.topics.set(name, topic)
  }
  return { ledger: ledger && LedgerMap.unpack(ledger), aliases }
}

type Listed = [log: string, partition: number, chunk: number, bytes: number][]

function packSet(set: OffsetSet): { listed: Listed; bytes: Buffer } {
  const chunks = [...set.chunks()]
  return {
    listed: chunks.map(({ log, partition, chunk, bytes }) => [log, partition, chunk, bytes.length]),
    bytes: Buffer.concat(chunks.map(({ bytes }) => bytes)),
  }
}

function unpackSet(set: OffsetSet, listed: Listed, bytes: Uint8Array): void {
  let at = 0
  for (const [log, partition, chunk, length] of listed) {
    set.restore(log, partition, chunk, bytes.subarray(at, at + length))
    at += length
  }
}
