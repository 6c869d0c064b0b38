import { encodeId } from '@/lib/routes'

/** What one stream takes (server/events/stream-events.ts): so many topics, in so many characters. */
const MOST_TOPICS = 20
const LONGEST = 1900

/**
 * What to subscribe to for all that the views of a tab watch, sorted, each once. More than one stream takes,
 * or longer names than an address holds, become fewer: all groups together tell what each would have told.
 */
export function topicsOf(watched: readonly string[]): string[] {
  const each = [...new Set(watched.map(onTheWire))].sort()
  if (each.length <= MOST_TOPICS && each.join(',').length <= LONGEST) return each
  const together = [...new Set(each.map(topic => (topic.startsWith('group:') ? 'groups' : topic)))].sort()
  return together.slice(0, MOST_TOPICS)
}

/** Is what changed what is watched, or all groups of which one is watched? */
export function tells(changed: string, watched: string): boolean {
  return changed === onTheWire(watched) || (changed === 'groups' && watched.startsWith('group:'))
}

/** A name as an id in a path: one with a comma would be two topics. */
function onTheWire(topic: string): string {
  const colon = topic.indexOf(':')
  return colon < 0 ? topic : `${topic.slice(0, colon)}:${encodeId(topic.slice(colon + 1))}`
}
