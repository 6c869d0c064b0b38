import type { ColumnsBuilder } from './committed-columns'
import type { CommittedMemory } from './committed-memory'
import { FlatCursor, UnreadableAnswer } from './flat-cursor'

export type GroupFailure = { group: string; code: number }

// partition, offset, leader epoch, metadata, error, tags
const PARTITION_BYTES = 4 + 8 + 4 + 1 + 2 + 1

/** Rows of one group's topics; answers the first partition's error, 0 without one. */
function decodeTopics(cursor: FlatCursor, group: number, columns: ColumnsBuilder): number {
  let error = 0
  for (let topics = cursor.count(3); topics > 0; topics--) {
    const topic = columns.topicIndex(cursor.string('latin1'))
    for (let left = cursor.count(PARTITION_BYTES); left > 0; left--) {
      const partition = cursor.int32()
      const offset = cursor.int64()
      const huge = Number.isSafeInteger(offset) ? null : cursor.lastInt64()
      cursor.skip(4)
      cursor.skipString()
      const code = cursor.int16()
      cursor.tags()
      // An unreadable partition is not "no commit": it is left out, and the group tells why.
      if (code !== 0) error ||= code
      else if (huge !== null) columns.pushExact(group, topic, partition, huge)
      else columns.push(group, topic, partition, offset)
    }
    cursor.tags()
  }
  return error
}

/** What an answer is compared with: the groups in the order in which they were asked for, which is mostly theirs. */
export type Repeats = { memory: CommittedMemory; asked: readonly string[] }

/**
 * OffsetFetch v8-v10's answer for many groups into flat columns (KIP-709); answers the groups that failed,
 * wholly or in part. What is the same as before is not read again. Throws UnreadableAnswer, with the columns as
 * they were before.
 */
export function decodeOffsetFetch(
  bytes: Buffer,
  columns: ColumnsBuilder,
  repeats: Repeats | null = null,
): GroupFailure[] {
  const before = columns.length
  try {
    const failures: GroupFailure[] = []
    const cursor = new FlatCursor(bytes)
    cursor.skip(4) // throttle time
    const groups = cursor.count(5)
    for (let at = 0; at < groups; at++) {
      const known = repeats?.memory.repeat(repeats.asked[at] ?? '', bytes, cursor.at, columns) ?? 0
      if (known > 0) cursor.skip(known)
      else decodeGroup(bytes, cursor, columns, failures, repeats?.memory ?? null)
    }
    return failures
  } catch (error) {
    columns.truncate(before)
    // Of some groups the rows are gone that their versions stand for.
    columns.dropVersions()
    repeats?.memory.forget()
    throw error
  }
}

function decodeGroup(
  bytes: Buffer,
  cursor: FlatCursor,
  columns: ColumnsBuilder,
  failures: GroupFailure[],
  memory: CommittedMemory | null,
): void {
  const { at } = cursor
  const { length, hugeCount } = columns
  const group = cursor.string('utf8')
  const index = columns.groupIndex(group)
  if (index < 0) throw new UnreadableAnswer()
  const known = memory?.repeat(group, bytes, at, columns) ?? 0
  if (known > 0) {
    cursor.skip(at + known - cursor.at)
    return
  }
  const error = decodeTopics(cursor, index, columns)
  const code = cursor.int16() || error
  cursor.tags()
  if (code !== 0) failures.push({ group, code })
  else if (columns.hugeCount === hugeCount) memory?.keep(group, bytes, at, cursor.at, columns, length)
}

/** OffsetFetch v7's answer, which is about one group and does not name it. */
export function decodeSingleOffsetFetch(
  bytes: Buffer,
  group: string,
  columns: ColumnsBuilder,
): GroupFailure[] {
  const before = columns.length
  try {
    const cursor = new FlatCursor(bytes)
    cursor.skip(4)
    const error = decodeTopics(cursor, columns.groupIndex(group), columns)
    const code = cursor.int16() || error
    return code === 0 ? [] : [{ group, code }]
  } catch (error) {
    columns.truncate(before)
    throw error
  }
}
