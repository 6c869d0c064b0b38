import * as z from 'zod'
import type { DeadLetterRow } from '@/lib/contracts/dead-letters'
import type { InputOf } from '@/lib/contracts/endpoint'
import type { replays } from '@/lib/contracts/replays'
import { AppError } from '@/lib/errors'
import type { DeadLetterIndex } from '@/server/dead-letters/service'
import type { TopicMetadata } from '@/server/kafka/port'
import type { Ref } from './read-letters'

const SELECTION_MAX = 10_000

type Selection = NonNullable<InputOf<typeof replays.create>['selection']>

/** A place in time of a selection: ISO 8601, or epoch milliseconds. */
const instant = z.union([
  z.iso.datetime({ offset: true }).transform(text => Date.parse(text)),
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
])

/**
 * The selection as exact places, each once. Records are given, or they are what the index holds of a topic, a fingerprint and a
 * stretch of time and is not replayed yet. Throws SELECTION_EMPTY, SELECTION_TOO_LARGE, PARTITION_UNKNOWN, INPUT_INVALID.
 */
export function selectRecords(
  selection: Selection,
  source: TopicMetadata,
  index: DeadLetterIndex,
  again: boolean,
): Ref[] {
  const refs = selection.records
    ? selection.records.map(({ partition, offset }) => ({ partition, offset: BigInt(offset) }))
    : fromIndex(selection, index, again)
  const unique = new Map(refs.map(ref => [`${ref.partition}/${ref.offset}`, ref]))
  if (unique.size === 0) throw new AppError('SELECTION_EMPTY', { params: { topic: selection.topic } })
  if (unique.size > SELECTION_MAX)
    throw new AppError('SELECTION_TOO_LARGE', { params: { selected: unique.size, max: SELECTION_MAX } })
  const known = new Set(source.partitions.map(one => one.partition))
  for (const { partition } of unique.values()) {
    if (!known.has(partition))
      throw new AppError('PARTITION_UNKNOWN', { params: { topic: selection.topic, partition } })
  }
  return [...unique.values()]
}

function fromIndex(selection: Selection, index: DeadLetterIndex, again: boolean): Ref[] {
  const { topic, fingerprint } = selection
  const fromMs = selection.from === undefined ? null : parseInstant('from', selection.from)
  const untilMs = selection.until === undefined ? null : parseInstant('until', selection.until)
  const within = (row: DeadLetterRow) => {
    if (fromMs === null && untilMs === null) return true
    const atMs = row.timestamp === null ? null : Date.parse(row.timestamp)
    return atMs !== null && (fromMs === null || atMs >= fromMs) && (untilMs === null || atMs < untilMs)
  }
  return index
    .records({
      topic,
      ...(fingerprint === undefined ? {} : { fingerprint }),
      // Who may plan on this topic was asked before; other topics are none of this selection.
      may: name => name === topic,
    })
    .filter(row => row.topic === topic && (again || row.status !== 'replayed') && within(row))
    .map(row => ({ partition: row.partition, offset: BigInt(row.offset) }))
}

function parseInstant(path: 'from' | 'until', text: string): number {
  const parsed = instant.safeParse(text.replace(/^time:/, ''))
  if (parsed.success) return parsed.data
  const field = { path: `selection.${path}`, code: 'instant', message: 'an ISO 8601 time' }
  throw new AppError('INPUT_INVALID', { fields: [field] })
}
