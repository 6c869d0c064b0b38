import type { DecodedDeadLetter } from '@/lib/dead-letter'
import type { Fetcher, KafkaCluster, LogRecord } from '@/server/kafka/port'
import { type LedgerEntry, type LedgerState, ledgerPartitionOf, type Place } from './ledger'
import { LedgerMap, letterLog, placeLog, type WantedPlaces } from './ledger-map'
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
  letters: readonly AskedLetter[],
): Promise<{ marks: LedgerMarks; from: Map<number, bigint> }> {
  if (ledger.state !== 'ready') return { marks: NO_MARKS, from: new Map() }
  const all = Array.from({ length: ledger.partitions }, (_, partition) => partition)
  const partitions = only === undefined ? all : [only]
  const ends = await ledgerEnds(cluster, partitions, 'read_committed', signal)
  const wanted = wantedPlaces(topicId, letters)
  const found = new FoundEntries(topicId, letters)
  const topics = [...new Set(letters.flatMap(({ origin }) => origin?.topic ?? []))].map(name =>
    JSON.stringify(name),
  )
  const mayConcern = ({ key, value }: LogRecord) =>
    key?.includes(topicId) === true || topics.some(name => value?.includes(name))
  const known = map?.topicId === ledger.topicId ? map : new LedgerMap(ledger.topicId)
  const note = (entry: LedgerEntry) => found.note(entry)
  for (const [partition, { offset, leaderEpoch }] of ends)
    for (const stretch of known.stretches(partition, leaderEpoch, offset, wanted))
      await readLedger(cluster, fetcher, partition, stretch, mayConcern, note, signal)
  const from = new Map([...ends].map(([partition, { offset }]) => [partition, offset]))
  return { from, marks: found }
}

/** The places of the letters by log, ascending: what the map of a ledger is asked for. */
function wantedPlaces(topicId: string, asked: readonly AskedLetter[]): WantedPlaces {
  const letters = new Map<string, bigint[]>()
  const places = new Map<string, bigint[]>()
  const add = (map: Map<string, bigint[]>, log: string, offset: bigint) => {
    const list = map.get(log)
    if (list) list.push(offset)
    else map.set(log, [offset])
  }
  for (const { partition, offset, origin } of asked) {
    add(letters, letterLog(topicId, partition), offset)
    const place = origin && placeOf(origin)
    if (place) add(places, placeLog(place), place.offset)
  }
  for (const list of [...letters.values(), ...places.values()])
    list.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return { letters, places }
}

/** Entries about the letters that were asked for; of several about one place the one that counts highest. */
class FoundEntries implements LedgerMarks {
  readonly #topicId: string
  readonly #letters: ReadonlySet<string>
  readonly #places: ReadonlySet<string>
  readonly #replays = new Map<string, Map<string, LedgerEntry>>()
  readonly #byOrigin = new Map<string, LedgerEntry>()
  readonly #byTarget = new Map<string, LedgerEntry>()

  constructor(topicId: string, letters: readonly AskedLetter[]) {
    this.#topicId = topicId
    this.#letters = new Set(letters.map(letterKey))
    const places = letters.map(({ origin }) => origin && placeOf(origin)).filter(place => place !== null)
    this.#places = new Set(places.map(placeKey))
  }

  note(entry: LedgerEntry): void {
    const letter = letterKey(entry)
    if (entry.topicId === this.#topicId && this.#letters.has(letter)) {
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
    const key = placeKey(place)
    if (this.#places.has(key) && (map.get(key)?.count ?? 0) <= entry.count) map.set(key, entry)
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
