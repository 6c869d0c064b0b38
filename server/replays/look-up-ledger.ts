import type { DecodedDeadLetter } from '@/lib/dead-letter'
import type { Fetcher, KafkaCluster, LogRecord } from '@/server/kafka/port'
import { type LedgerEntry, type LedgerState, ledgerPartitionOf, type Place } from './ledger'
import { LedgerMap, letterLog, placeLog, type WantedPlaces } from './ledger-map'
import { OffsetLists } from './offset-lists'
import { ledgerEnds, readLedger } from './read-ledger'
import { placeOf } from './read-letters'

/** What the ledger knows of the selected letters. */
export type LedgerMarks = {
  /** The last replay of this very letter. */
  ofLetter(topicId: string, letter: { partition: number; offset: bigint }): LedgerEntry | null
  /** Every replay of this very letter that the ledger still holds, oldest first. */
  replaysOf(letter: { partition: number; offset: bigint }): LedgerEntry[]
  /** A replay of a letter with this origin: the same one, or its duplicate. */
  ofOrigin(origin: Place): LedgerEntry | null
  /** The replay that wrote the record at this place: a letter that came from there failed again. */
  ofTarget(place: Place): LedgerEntry | null
}

export const NO_MARKS: LedgerMarks = {
  ofLetter: () => null,
  replaysOf: () => [],
  ofOrigin: () => null,
  ofTarget: () => null,
}

export type LedgerSource = {
  cluster: KafkaCluster
  fetcher: Fetcher
  ledger: LedgerState
  /** Drawn in the background; null where nobody does. */
  map: LedgerMap | null
  /** The only partition to look at: where the slice of the letters writes. */
  only?: number
  signal: AbortSignal
}

const placeKey = (place: Place) => `${place.topic}/${place.partition}/${place.offset}`
const letterKey = (letter: { partition: number; offset: bigint }) => `${letter.partition}/${letter.offset}`

/** A letter as the ledger is asked about it. */
export type AskedLetter = { partition: number; offset: bigint; origin: DecodedDeadLetter['origin'] | null }

/**
 * Reads what the ledger says of these letters. `map` says where that may stand, so that what is about others
 * is not read; without one, or where it is of another ledger or leader, all is. What came since it was drawn
 * is always read. `from` says where a replay of this plan must go on reading: what others commit after this
 * look stands behind it. Throws what a partition of the ledger answers.
 */
export async function lookUpLedger(
  { cluster, fetcher, ledger, map, only, signal }: LedgerSource,
  topicId: string,
  letters: Iterable<AskedLetter>,
): Promise<{ marks: LedgerMarks; from: Map<number, bigint> }> {
  if (ledger.state !== 'ready') return { marks: NO_MARKS, from: new Map() }
  const all = Array.from({ length: ledger.partitions }, (_, partition) => partition)
  const partitions = only === undefined ? all : [only]
  const ends = await ledgerEnds(cluster, partitions, 'read_committed', signal)
  const { topics, ...wanted } = wantedPlaces(topicId, letters)
  const found = new FoundEntries(topicId, wanted)
  const names = [...topics].map(name => JSON.stringify(name))
  const mayConcern = ({ key, value }: LogRecord) =>
    key?.includes(topicId) === true || names.some(name => value?.includes(name))
  const known = map?.topicId === ledger.topicId ? map : new LedgerMap(ledger.topicId)
  const note = (entry: LedgerEntry) => found.note(entry)
  for (const [partition, { offset, leaderEpoch }] of ends)
    for (const stretch of known.stretches(partition, leaderEpoch, offset, wanted))
      await readLedger(cluster, fetcher, partition, stretch, mayConcern, note, signal)
  const from = new Map([...ends].map(([partition, { offset }]) => [partition, offset]))
  return { from, marks: found }
}

/** The places of the letters, and the topics that they came from. */
function wantedPlaces(
  topicId: string,
  asked: Iterable<AskedLetter>,
): WantedPlaces & { topics: ReadonlySet<string> } {
  const letters = new OffsetLists()
  const places = new OffsetLists()
  const topics = new Set<string>()
  for (const { partition, offset, origin } of asked) {
    letters.add(letterLog(topicId, partition), offset)
    if (origin?.topic) topics.add(origin.topic)
    const place = origin && placeOf(origin)
    if (place) places.add(placeLog(place), place.offset)
  }
  return { letters, places, topics }
}

/** Entries about the letters that were asked for; of several about one place the one that counts highest. */
class FoundEntries implements LedgerMarks {
  readonly #topicId: string
  readonly #wanted: WantedPlaces
  readonly #replays = new Map<string, Map<string, LedgerEntry>>()
  readonly #byOrigin = new Map<string, LedgerEntry>()
  readonly #byTarget = new Map<string, LedgerEntry>()

  constructor(topicId: string, wanted: WantedPlaces) {
    this.#topicId = topicId
    this.#wanted = wanted
  }

  note(entry: LedgerEntry): void {
    const { topicId, partition, offset } = entry
    if (topicId === this.#topicId && this.#wanted.letters.has(letterLog(topicId, partition), offset)) {
      const letter = letterKey(entry)
      const replays = this.#replays.get(letter) ?? new Map<string, LedgerEntry>()
      this.#replays.set(letter, replays.set(entry.replay, entry))
    }
    if (entry.origin) this.#keep(this.#byOrigin, entry.origin, entry)
    this.#keep(this.#byTarget, entry.target, entry)
  }

  ofLetter(topicId: string, letter: { partition: number; offset: bigint }): LedgerEntry | null {
    const replays = topicId === this.#topicId ? this.replaysOf(letter) : []
    return replays.reduce<LedgerEntry | null>(
      (best, one) => (best && best.count > one.count ? best : one),
      null,
    )
  }

  replaysOf(letter: { partition: number; offset: bigint }): LedgerEntry[] {
    return [...(this.#replays.get(letterKey(letter))?.values() ?? [])]
  }

  ofOrigin(origin: Place): LedgerEntry | null {
    return this.#byOrigin.get(placeKey(origin)) ?? null
  }

  ofTarget(place: Place): LedgerEntry | null {
    return this.#byTarget.get(placeKey(place)) ?? null
  }

  #keep(map: Map<string, LedgerEntry>, place: Place, entry: LedgerEntry): void {
    if (!this.#wanted.places.has(placeLog(place), place.offset)) return
    const key = placeKey(place)
    if ((map.get(key)?.count ?? 0) <= entry.count) map.set(key, entry)
  }
}

/** Where the owner of a slice begins to read: what was committed before the plan is in the plan. */
export function ledgerStart(
  from: ReadonlyMap<number, bigint>,
  topicId: string,
  partition: number,
  ledgerPartitions: number,
): { partition: number; from: bigint } {
  const at = ledgerPartitionOf(topicId, partition, ledgerPartitions)
  return { partition: at, from: from.get(at) ?? 0n }
}
