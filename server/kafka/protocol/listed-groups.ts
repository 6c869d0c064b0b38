import type { GroupListing } from '../port'
import { FlatCursor } from './flat-cursor'

/** One broker's answer to ListGroups, kept so that the next is compared with it: most groups stay as they are. */
export type ListedGroups = {
  errorCode: number
  groups: readonly GroupListing[]
  bytes: Buffer
  /** Where each group begins in `bytes`, and where the last ends. */
  bounds: Int32Array
}

/** Behind the throttle time, which says nothing of the groups. */
const CONTENT_AT = 4
/** ListGroups tells types since then. */
const TYPED_SINCE = 5
/** Four lengths and no tags. */
const GROUP_BYTES = 5

/** ListGroups v5's type; before it (and for `connect` and others) the protocol type decides. */
function typeOf(groupType: string, protocolType: string): GroupListing['type'] {
  const type = groupType.toLowerCase()
  if (type === 'consumer' || type === 'share' || type === 'streams') return type
  const plain = type === 'classic' || type === ''
  return plain && (protocolType === 'consumer' || protocolType === '') ? 'classic' : 'other'
}

/**
 * ListGroups v4's or v5's answer. Where it says the same as the one before it is that one, and a group of which
 * it says the same is the same object: who compares by `===` sees what changed. Throws UnreadableAnswer.
 */
export function decodeListGroups(
  bytes: Buffer,
  version: number,
  broker: number,
  before: ListedGroups | null,
): ListedGroups {
  if (before && sameUntil(bytes, CONTENT_AT, before.bytes, CONTENT_AT, before.bytes.length) === bytes.length)
    return before
  const cursor = new FlatCursor(bytes)
  cursor.skip(CONTENT_AT)
  const errorCode = cursor.int16()
  const count = cursor.count(GROUP_BYTES)
  const groups: GroupListing[] = []
  const bounds = new Int32Array(count + 1)
  const words = new Map<string, string>()
  // Where the answer before is read along: a group that is gone or new is stepped over.
  let beside = 0
  for (let place = 0; place < count; place++) {
    const { at } = cursor
    bounds[place] = at
    const known = before?.groups[beside]
    const end =
      known && before
        ? sameUntil(bytes, at, before.bytes, before.bounds[beside], before.bounds[beside + 1])
        : 0
    if (known && end > 0) {
      cursor.skip(end - at)
      groups.push(known)
      beside++
      continue
    }
    const listing = decodeGroup(cursor, version, broker, words)
    groups.push(listing)
    if (known?.group === listing.group) beside++
    else if (before?.groups[beside + 1]?.group === listing.group) beside += 2
  }
  bounds[count] = cursor.at
  return { errorCode, groups, bytes, bounds }
}

function decodeGroup(
  cursor: FlatCursor,
  version: number,
  broker: number,
  words: Map<string, string>,
): GroupListing {
  const group = cursor.string('utf8')
  // A handful of words for thousands of groups.
  const word = () => {
    const read = cursor.string('utf8')
    const known = words.get(read)
    if (known === undefined) words.set(read, read)
    return known ?? read
  }
  const protocolType = word()
  const state = word()
  const type = typeOf(version >= TYPED_SINCE ? word() : '', protocolType)
  cursor.tags()
  return { group, type, protocolType, state, coordinator: broker }
}

/** Where `bytes` stop to say from `at` on what `other` says between two places; 0: they don't say the same. */
function sameUntil(bytes: Buffer, at: number, other: Buffer, from = 0, to = 0): number {
  const end = at + to - from
  if (end > bytes.length || to <= from) return 0
  return bytes.compare(other, from, to, at, end) === 0 ? end : 0
}
