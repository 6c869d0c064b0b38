import { firstAfter } from '@/server/dead-letters/first-after'
import type { LedgerEntry, Place } from './ledger'
import type { OffsetLists } from './offset-lists'

/** Offsets of the ledger that are summed up together: some 1.4 MB of entries. */
const BLOCK = 4096n
/** Logs named by one block; a block of more stands for all of them. */
const RANGES_MAX = 256

/** What somebody wants to know of the ledger. */
export type WantedPlaces = {
  /** Dead letters, by `letterLog`. */
  letters: OffsetLists
  /** Where records first stood, and where replays wrote them; by `placeLog`. */
  places: OffsetLists
}
export type Stretch = { from: bigint; until: bigint }

type Range = { first: bigint; last: bigint }
/** null: too many logs to say which. */
type Block = Map<string, Range> | null
type Part = { leaderEpoch: number; covered: bigint; blocks: Map<bigint, Block> }

/**
 * A log that a stretch of the ledger named: of letters by topic id, of places by topic. `until` null: all of
 * it is forgotten.
 */
export type ForgottenLog = { of: 'letters' | 'places'; log: string; partition: number; until: bigint | null }

const LETTER = 'l'
const PLACE = 'p'
export const letterLog = (topicId: string, partition: number): string => `${topicId}/${partition}`
export const placeLog = ({ topic, partition }: Pick<Place, 'topic' | 'partition'>): string =>
  `${topic}/${partition}`

/** What a checkpoint keeps of a map. */
export type PackedLedgerMap = {
  topicId: string
  parts: {
    partition: number
    leaderEpoch: number
    covered: string
    blocks: [block: string, ranges: [log: string, first: string, last: string][] | null][]
  }[]
}

/**
 * Where in the ledger something stands about a letter: for each stretch of it, which logs its entries name
 * and between which offsets. It may name a stretch in vain, never leave one out, so whoever asks the ledger
 * reads those stretches and what came since instead of all of it. A kilobyte or so for 4,096 replays.
 */
export class LedgerMap {
  /** Of the ledger that it is a map of: another one of that name has a map of its own. */
  readonly topicId: string
  readonly #parts = new Map<number, Part>()

  constructor(topicId: string) {
    this.topicId = topicId
  }

  /**
   * A partition as it is led now. With another leader its end may be another one, too (an unclean election):
   * true, it is read anew.
   */
  begin(partition: number, leaderEpoch: number): boolean {
    const known = this.#parts.get(partition)
    if (known?.leaderEpoch === leaderEpoch) return false
    this.#parts.set(partition, { leaderEpoch, covered: 0n, blocks: new Map() })
    return known !== undefined
  }

  /** An entry of the ledger and its place there. */
  note(at: { partition: number; offset: bigint }, entry: LedgerEntry): void {
    const part = this.#parts.get(at.partition)
    if (!part) return
    const number = at.offset / BLOCK
    let block = part.blocks.get(number)
    if (block === null) return
    if (block === undefined) {
      block = new Map()
      part.blocks.set(number, block)
    }
    widen(block, LETTER + letterLog(entry.topicId, entry.partition), entry.offset)
    widen(block, PLACE + placeLog(entry.target), entry.target.offset)
    if (entry.origin) widen(block, PLACE + placeLog(entry.origin), entry.origin.offset)
    if (block.size > RANGES_MAX) part.blocks.set(number, null)
  }

  /** All entries before this offset were noted. */
  cover(partition: number, until: bigint): void {
    const part = this.#parts.get(partition)
    if (part && until > part.covered) part.covered = until
  }

  /** Where to go on reading. */
  coveredUntil(partition: number): bigint {
    return this.#parts.get(partition)?.covered ?? 0n
  }

  /**
   * The log begins there now. Answers the logs that went with it, each with the first offset that is still
   * named; what stands before that is in the ledger no more. Nothing where a stretch can't say what it
   * names.
   */
  trim(partition: number, start: bigint): ForgottenLog[] {
    const blocks = this.#parts.get(partition)?.blocks
    const logs = new Set<string>()
    for (const [number, block] of blocks ?? []) {
      if ((number + 1n) * BLOCK > start) continue
      for (const log of block?.keys() ?? []) logs.add(log)
      blocks?.delete(number)
    }
    if (logs.size === 0) return []
    const first = new Map<string, bigint>()
    for (const part of this.#parts.values())
      for (const block of part.blocks.values()) {
        if (block === null) return []
        for (const [log, range] of block) {
          const known = first.get(log)
          if (known === undefined || range.first < known) first.set(log, range.first)
        }
      }
    return [...logs].map(log => toForgotten(log, first.get(log) ?? null))
  }

  /**
   * What must be read of a ledger partition before `until` to know all about these places, ascending. A
   * partition that is led otherwise than when it was mapped, or was never mapped, is all of it.
   */
  stretches(partition: number, leaderEpoch: number, until: bigint, wanted: WantedPlaces): Stretch[] {
    const part = this.#parts.get(partition)
    if (!part || part.leaderEpoch !== leaderEpoch) return [{ from: 0n, until }]
    const found: Stretch[] = []
    const add = (from: bigint, to: bigint) => {
      const last = found.at(-1)
      if (last?.until === from) last.until = to
      else if (from < to) found.push({ from, until: to })
    }
    const numbers = [...part.blocks.keys()].sort((a, b) => (a < b ? -1 : 1))
    const mapped = part.covered < until ? part.covered : until
    for (const number of numbers) {
      const from = number * BLOCK
      if (from >= mapped) break
      const to = from + BLOCK
      if (holdsAny(part.blocks.get(number) ?? null, wanted)) add(from, to < mapped ? to : mapped)
    }
    add(mapped, until)
    return found
  }

  pack(): PackedLedgerMap {
    const parts = [...this.#parts].map(([partition, { leaderEpoch, covered, blocks }]) => ({
      partition,
      leaderEpoch,
      covered: covered.toString(),
      blocks: [...blocks].map(([number, block]): PackedLedgerMap['parts'][number]['blocks'][number] => [
        number.toString(),
        block &&
          [...block].map(([log, { first, last }]): [string, string, string] => [
            log,
            first.toString(),
            last.toString(),
          ]),
      ]),
    }))
    return { topicId: this.topicId, parts }
  }

  static unpack({ topicId, parts }: PackedLedgerMap): LedgerMap {
    const map = new LedgerMap(topicId)
    for (const { partition, leaderEpoch, covered, blocks } of parts)
      map.#parts.set(partition, {
        leaderEpoch,
        covered: BigInt(covered),
        blocks: new Map(
          blocks.map(([number, ranges]) => [
            BigInt(number),
            ranges &&
              new Map(
                ranges.map(([log, first, last]) => [log, { first: BigInt(first), last: BigInt(last) }]),
              ),
          ]),
        ),
      })
    return map
  }
}

/** Neither ids nor names of topics hold a slash. */
function toForgotten(log: string, until: bigint | null): ForgottenLog {
  const at = log.lastIndexOf('/')
  const of = log.startsWith(LETTER) ? 'letters' : 'places'
  return { of, log: log.slice(1, at), partition: Number(log.slice(at + 1)), until }
}

function widen(block: Map<string, Range>, log: string, offset: bigint): void {
  const range = block.get(log)
  if (!range) block.set(log, { first: offset, last: offset })
  else if (offset < range.first) range.first = offset
  else if (offset > range.last) range.last = offset
}

function holdsAny(block: Block, { letters, places }: WantedPlaces): boolean {
  if (block === null) return true
  for (const [log, range] of block) {
    const offsets = (log.startsWith(LETTER) ? letters : places).get(log.slice(1))
    if (offsets && isWithin(offsets, range)) return true
  }
  return false
}

/** Does any of the ascending offsets lie in the range? */
function isWithin(offsets: BigInt64Array, { first, last }: Range): boolean {
  const found = offsets[firstAfter(offsets, offset => offset < first)]
  return found !== undefined && found <= last
}
