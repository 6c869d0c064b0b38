import type { Fetcher, KafkaCluster, LogRecord } from '@/server/kafka/port'
import { type LedgerEntry, type LedgerState, ledgerPartitionOf, type Place } from './ledger'
import { type LedgerEnds, ledgerEnds, readLedger } from './read-ledger'
import { type Letter, placeOf } from './read-letters'

/** What the ledger knows of the selected letters. */
export type LedgerMarks = {
  /** The last replay of this very letter. */
  ofLetter(topicId: string, letter: { partition: number; offset: bigint }): LedgerEntry | null
  /** A replay of a letter with this origin: the same one, or its duplicate. */
  ofOrigin(origin: Place): LedgerEntry | null
  /** The replay that wrote the record at this place: a letter that came from there failed again. */
  ofTarget(place: Place): LedgerEntry | null
}

export const NO_MARKS: LedgerMarks = { ofLetter: () => null, ofOrigin: () => null, ofTarget: () => null }

const keyOf = (place: Place) => `${place.topic}/${place.partition}/${place.offset}`

/**
 * Reads the whole ledger once for what concerns these letters. `from` says where a replay of this plan must go on reading: what
 * others commit after this look stands behind it.
 */
export async function lookUpLedger(
  cluster: KafkaCluster,
  fetcher: Fetcher,
  ledger: LedgerState,
  topicId: string,
  letters: readonly Letter[],
  signal: AbortSignal,
): Promise<{ marks: LedgerMarks; from: LedgerEnds }> {
  if (ledger.state !== 'ready') return { marks: NO_MARKS, from: new Map() }
  const partitions = Array.from({ length: ledger.partitions }, (_, partition) => partition)
  const from = await ledgerEnds(cluster, partitions, 'read_committed', signal)
  const wantedLetters = new Set(letters.map(one => `${one.partition}/${one.offset}`))
  const wantedPlaces = new Set<string>()
  for (const { decoded } of letters) {
    const place = decoded && placeOf(decoded.origin)
    if (place) wantedPlaces.add(keyOf(place))
  }
  const byLetter = new Map<string, LedgerEntry>()
  const byOrigin = new Map<string, LedgerEntry>()
  const byTarget = new Map<string, LedgerEntry>()
  const keepLargest = (map: Map<string, LedgerEntry>, key: string, entry: LedgerEntry) => {
    if ((map.get(key)?.count ?? 0) <= entry.count) map.set(key, entry)
  }
  const note = (entry: LedgerEntry) => {
    const letter = `${entry.partition}/${entry.offset}`
    if (entry.topicId === topicId && wantedLetters.has(letter)) keepLargest(byLetter, letter, entry)
    if (entry.origin && wantedPlaces.has(keyOf(entry.origin)))
      keepLargest(byOrigin, keyOf(entry.origin), entry)
    if (wantedPlaces.has(keyOf(entry.target))) keepLargest(byTarget, keyOf(entry.target), entry)
  }
  const topics = [...new Set(letters.flatMap(({ decoded }) => decoded?.origin.topic ?? []))].map(name =>
    JSON.stringify(name),
  )
  const mayConcern = ({ key, value }: LogRecord) =>
    key?.includes(topicId) === true || topics.some(name => value?.includes(name))
  for (const [partition, until] of from)
    await readLedger(cluster, fetcher, partition, { from: 0n, until }, mayConcern, note, signal)
  return {
    from,
    marks: {
      ofLetter: (id, letter) =>
        (id === topicId ? byLetter.get(`${letter.partition}/${letter.offset}`) : undefined) ?? null,
      ofOrigin: origin => byOrigin.get(keyOf(origin)) ?? null,
      ofTarget: place => byTarget.get(keyOf(place)) ?? null,
    },
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
