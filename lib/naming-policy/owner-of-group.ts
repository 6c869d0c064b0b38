import type { Catalogue } from './catalogue'

/** Kafka lets a group's name be as long as it likes; what names a service stands at its beginning. */
const LOOKED_AT = 300
const MOST_PARTS = 12

/**
 * Answers whom a consumer group belongs to by its name: the owner of the longest registered service that the
 * name begins with, or that follows a dot in it (`order.order-service.v2`), and ends there or goes on after
 * `.`, `_` or `-`; a service without an owner is its domain's. Else the owner of the registered domain before
 * the first dot. null: nobody is named.
 */
export function ownerLookup(catalogue: Catalogue): (group: string) => string | null {
  const domains = new Map(catalogue.domains.map(({ name, owner }) => [name, owner]))
  const services = new Map<string, string>()
  for (const { name, domain, owner } of catalogue.services) {
    const whose = owner ?? (domain === null ? null : (domains.get(domain) ?? null))
    if (whose !== null) services.set(name, whose)
  }
  return group => {
    const text = group.slice(0, LOOKED_AT)
    const dot = text.indexOf('.')
    return longestService(text, services) ?? (dot < 0 ? null : (domains.get(text.slice(0, dot)) ?? null))
  }
}

function longestService(text: string, services: ReadonlyMap<string, string>): string | null {
  if (services.size === 0) return null
  const ends = [...text.matchAll(/[._-]/g)].slice(0, MOST_PARTS).map(({ index }) => index)
  if (text.length < LOOKED_AT) ends.push(text.length)
  const starts = [0, ...ends.filter(at => text[at] === '.').map(at => at + 1)]
  let longest = { length: 0, owner: null as string | null }
  for (const start of starts)
    for (const end of ends) {
      const owner = end - start > longest.length ? services.get(text.slice(start, end)) : undefined
      if (owner !== undefined) longest = { length: end - start, owner }
    }
  return longest.owner
}
