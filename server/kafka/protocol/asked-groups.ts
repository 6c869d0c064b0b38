import type { GroupListing } from '../port'

/** Measured over 10,000 groups: 250-500 a request on two connections is fastest, and the first rows come early. */
const CHUNK = 400

/** Groups that one request asks for. */
export type Chunk = { listings: readonly GroupListing[]; names: string[] }
/** Groups of one coordinator that are asked for in the same way. */
export type Batch = { broker: number; isShare: boolean; listings: readonly GroupListing[]; chunks: Chunk[] }
/** Groups as they are asked for, each once. */
export type AskedGroups = { names: string[]; withShare: boolean; batches: Batch[] }

const planned = new WeakMap<readonly GroupListing[], AskedGroups>()

/** The same list is put in order once: a cluster that lists the same groups as before gives the same list. */
export function askedGroups(list: readonly GroupListing[]): AskedGroups {
  const known = planned.get(list)
  if (known) return known
  const unique = [...new Map(list.map(one => [one.group, one])).values()]
  const asked = {
    names: unique.map(one => one.group),
    withShare: unique.some(one => one.type === 'share'),
    batches: inBatches(unique),
  }
  planned.set(list, asked)
  return asked
}

export function inBatches(listings: readonly GroupListing[]): Batch[] {
  const batches = new Map<string, GroupListing[]>()
  for (const listing of listings) {
    const key = `${listing.coordinator}/${listing.type === 'share' ? 'share' : 'offsets'}`
    const batch = batches.get(key)
    if (batch) batch.push(listing)
    else batches.set(key, [listing])
  }
  return [...batches.values()].map(mine => ({
    broker: mine[0]?.coordinator ?? -1,
    isShare: mine[0]?.type === 'share',
    listings: mine,
    chunks: inChunks(mine, CHUNK),
  }))
}

export function inChunks(listings: readonly GroupListing[], size: number): Chunk[] {
  const chunks: Chunk[] = []
  for (let at = 0; at < listings.length; at += size) {
    const mine = listings.slice(at, at + size)
    chunks.push({ listings: mine, names: mine.map(one => one.group) })
  }
  return chunks
}
