import { Writer } from '@platformatic/kafka'

/** From this version on one request asks for many groups (KIP-709). */
export const MANY_SINCE = 8
const MEMBER_SINCE = 9
const LONGEST_VARINT = 5
/** A UTF-16 unit is three bytes of UTF-8 at most. */
const LONGEST_UNIT = 3

/** All topics, no tags. */
const ALL_TOPICS = Buffer.from([0, 0])
/** No member, no epoch (-1), all topics, no tags. */
const NO_MEMBER = Buffer.from([0, 255, 255, 255, 255, 0, 0])

/**
 * OffsetFetch v7-v10 for all topics of each group (of the first alone before v8), unstable offsets as they stand: a
 * pending transactional commit must not hide the old one.
 */
export function offsetFetchRequest(version: number, groups: readonly string[]): Writer {
  const writer = Writer.create()
  if (version < MANY_SINCE) writer.appendString(groups[0] ?? '').appendUnsignedVarInt(0)
  else writer.append(groupsAsBytes(groups, version >= MEMBER_SINCE ? NO_MEMBER : ALL_TOPICS))
  return writer.appendBoolean(false).appendTaggedFields()
}

/** By list of groups: the same is asked for every few seconds. */
const written = new WeakMap<readonly string[], { tail: Buffer; bytes: Buffer }>()

function groupsAsBytes(groups: readonly string[], tail: Buffer): Buffer {
  const known = written.get(groups)
  if (known?.tail === tail) return known.bytes
  const bytes = manyGroups(groups, tail)
  written.set(groups, { tail, bytes })
  return bytes
}

/** One piece of memory: the library's writer makes six of each group, a third of all that a round leaves behind. */
function manyGroups(groups: readonly string[], tail: Buffer): Buffer {
  let room = LONGEST_VARINT
  for (const { length } of groups) room += LONGEST_VARINT + LONGEST_UNIT * length + tail.length
  const bytes = Buffer.allocUnsafe(room)
  let at = putUvarint(bytes, 0, groups.length + 1)
  for (const group of groups) {
    at = putUvarint(bytes, at, Buffer.byteLength(group) + 1)
    at += bytes.write(group, at)
    at += tail.copy(bytes, at)
  }
  return bytes.subarray(0, at)
}

/** Answers where the next byte goes. */
function putUvarint(to: Buffer, from: number, value: number): number {
  let at = from
  let rest = value
  while (rest >= 128) {
    to[at++] = (rest & 127) | 128
    rest >>>= 7
  }
  to[at++] = rest
  return at
}
