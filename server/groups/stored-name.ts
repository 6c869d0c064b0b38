import { createHash } from 'node:crypto'

const LONGEST_PLAIN = 250

/** A group's name may hold 32,767 characters and ones that no database stores; an index has room for far fewer. */
export function storedName(group: string): string {
  const plain = group.length <= LONGEST_PLAIN && !/^~|\0/.test(group) && group.isWellFormed()
  return plain ? group : `~${createHash('sha256').update(group, 'utf16le').digest('base64url')}`
}
