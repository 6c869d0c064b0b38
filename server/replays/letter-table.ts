import {
  type DeadLetterNote,
  deadLetterNote,
  type Family,
  family as families,
} from '@/lib/contracts/dead-letters'
import type { EditTrouble } from './edit-error'
import type { KindChange } from './kind-changes'
import type { Letter } from './letter'

const FOUND = 1
const DECODED = 2
const HAS_BODY = 4
const BODY_GONE = 8
const POINTER = 16
const EDITED = 32
const HAS_KEY = 64
/** An answer shows a few of them. */
const TROUBLES_MAX = 100
const KINDS_MAX = 255
/** Kafka allows none longer. */
const TOPIC_CHARS = 249
/** A replay watches a few groups; a hostile topic names another one, as long as it likes, in each letter. */
const GROUPS_MAX = 1_000
const GROUP_CHARS = 1_000

/**
 * The letters of a selection in columns outside of the heap, 76 bytes each: as objects a hundred thousand would
 * take as many megabytes, and collecting garbage among them as long as reading them. A letter is put together
 * anew wherever one looks.
 */
export class LetterTable implements Iterable<Letter> {
  readonly #columns: ReturnType<typeof makeColumns>
  readonly #topics = new Names(Number.POSITIVE_INFINITY, TOPIC_CHARS)
  readonly #groups = new Names(GROUPS_MAX, GROUP_CHARS)
  readonly #troubles: EditTrouble[] = []
  readonly #kinds: (readonly KindChange[])[] = []
  readonly #kindNumbers = new Map<string, number>()
  #size = 0

  constructor(capacity: number) {
    this.#columns = makeColumns(capacity)
  }

  get size(): number {
    return this.#size
  }

  /** No more than there is room for. */
  add(letter: Letter): void {
    const to = this.#columns
    const row = this.#size++
    const { decoded, body, keyHash } = letter
    to.partition[row] = letter.partition
    to.offset[row] = letter.offset
    to.timestampMs[row] = letter.timestampMs
    to.payloadBytes[row] = letter.payloadBytes
    to.batchBytes[row] = letter.batchBytes
    to.keyHash[row] = keyHash ?? 0
    to.trouble[row] = this.#troubleOf(letter)
    to.kinds[row] = this.#kindsOf(letter)
    to.flags[row] =
      (letter.found ? FOUND : 0) |
      (decoded ? DECODED : 0) |
      (body ? HAS_BODY : 0) |
      (letter.bodyGone ? BODY_GONE : 0) |
      (letter.isPointer ? POINTER : 0) |
      (letter.isEdited ? EDITED : 0) |
      (keyHash === null ? 0 : HAS_KEY)
    if (!decoded) return
    const { origin } = decoded
    to.family[row] = FAMILIES.indexOf(decoded.family)
    to.notes[row] = decoded.notes.reduce((bits, note) => bits | (1 << NOTES.indexOf(note)), 0)
    to.group[row] = this.#groups.numberOf(decoded.consumerGroup)
    to.replays[row] = decoded.replay?.count ?? -1
    to.originTopic[row] = this.#topics.numberOf(origin.topic)
    to.originPartition[row] = origin.partition ?? -1
    to.originOffset[row] = origin.offset ?? -1n
    to.originMs[row] = origin.timestampMs ?? -1
  }

  /** In the order in which they were added. */
  *[Symbol.iterator](): Generator<Letter> {
    for (let row = 0; row < this.#size; row++) yield this.#letter(row)
  }

  #letter(row: number): Letter {
    const { partition, offset, timestampMs, flags, keyHash, payloadBytes, batchBytes, trouble, kinds } =
      this.#columns
    const bits = flags[row] ?? 0
    const decoded = (bits & DECODED) === 0 ? null : this.#decoded(row)
    const { topic, partition: at, offset: place } = decoded?.origin ?? NOWHERE
    const changes = this.#kinds[(kinds[row] ?? 0) - 1]
    const hasBody = (bits & HAS_BODY) !== 0 && topic !== null && at !== null && place !== null
    return {
      partition: partition[row] ?? 0,
      offset: offset[row] ?? 0n,
      found: (bits & FOUND) !== 0,
      timestampMs: timestampMs[row] ?? -1,
      decoded,
      body: hasBody ? { topic, partition: at, offset: place } : null,
      bodyGone: (bits & BODY_GONE) !== 0,
      isPointer: (bits & POINTER) !== 0,
      editTrouble: this.#troubles[trouble[row] ?? -1] ?? null,
      isEdited: (bits & EDITED) !== 0,
      ...(changes ? { kinds: changes } : {}),
      keyHash: (bits & HAS_KEY) === 0 ? null : (keyHash[row] ?? 0),
      payloadBytes: payloadBytes[row] ?? 0,
      batchBytes: batchBytes[row] ?? 0,
    }
  }

  #decoded(row: number): Letter['decoded'] {
    const { family, notes, group, replays, originTopic, originPartition, originOffset, originMs } =
      this.#columns
    const offset = originOffset[row] ?? -1n
    const count = replays[row] ?? -1
    return {
      family: FAMILIES[family[row] ?? 0] ?? 'unknown',
      origin: {
        topic: this.#topics.nameOf(originTopic[row] ?? -1),
        partition: known(originPartition[row]),
        offset: offset < 0n ? null : offset,
        timestampMs: known(originMs[row]),
      },
      consumerGroup: this.#groups.nameOf(group[row] ?? -1),
      notes: notesOf(notes[row] ?? 0),
      replay: count < 0 ? null : { count },
    }
  }

  #troubleOf({ editTrouble }: Letter): number {
    if (editTrouble === null) return -1
    if (this.#troubles.length < TROUBLES_MAX) this.#troubles.push(editTrouble)
    return this.#troubles.length - 1
  }

  /** 1 for the first list, 0 for none: letters that one rule changes mostly have the same. */
  #kindsOf({ kinds }: Letter): number {
    if (!kinds) return 0
    const key = JSON.stringify(kinds)
    const number = this.#kindNumbers.get(key)
    if (number !== undefined) return number
    if (this.#kinds.length >= KINDS_MAX) return 0
    this.#kindNumbers.set(key, this.#kinds.length + 1)
    return this.#kinds.push(kinds)
  }
}

const FAMILIES: readonly Family[] = families.options
const NOTES: readonly DeadLetterNote[] = deadLetterNote.options
const NO_NOTES: DeadLetterNote[] = []
const NOWHERE = { topic: null, partition: null, offset: null }

const notesOf = (bits: number) => (bits === 0 ? NO_NOTES : NOTES.filter((_, at) => (bits & (1 << at)) !== 0))
const known = (number: number | undefined) => (number === undefined || number < 0 ? null : number)

/** Each name once; beyond so many, or so long, it is null. */
class Names {
  readonly #most: number
  readonly #chars: number
  readonly #names: string[] = []
  readonly #numbers = new Map<string, number>()

  constructor(most: number, chars: number) {
    this.#most = most
    this.#chars = chars
  }

  numberOf(name: string | null): number {
    if (name === null || name.length > this.#chars) return -1
    const number = this.#numbers.get(name)
    if (number !== undefined) return number
    if (this.#names.length >= this.#most) return -1
    this.#numbers.set(name, this.#names.length)
    return this.#names.push(name) - 1
  }

  nameOf(number: number): string | null {
    return this.#names[number] ?? null
  }
}

function makeColumns(rows: number) {
  return {
    partition: new Int32Array(rows),
    offset: new BigInt64Array(rows),
    timestampMs: new Float64Array(rows),
    flags: new Uint8Array(rows),
    keyHash: new Int32Array(rows),
    payloadBytes: new Float64Array(rows),
    batchBytes: new Float64Array(rows),
    trouble: new Int32Array(rows),
    kinds: new Uint8Array(rows),
    family: new Uint8Array(rows),
    notes: new Uint8Array(rows),
    group: new Int32Array(rows),
    replays: new Int32Array(rows),
    /** -1: unknown, as below. */
    originTopic: new Int32Array(rows),
    originPartition: new Int32Array(rows),
    originOffset: new BigInt64Array(rows),
    originMs: new Float64Array(rows),
  }
}
