import type { Family } from '@/lib/contracts/dead-letters'
import type { IndexedLetter } from './index-row'

type Identity = IndexedLetter['issue'] & {
  family: Family
  originTopic: string | null
  consumerGroup: string | null
}

/**
 * Letters of one partition on their way from the worker: numbers in typed arrays, what letters share once, so
 * that copying a thousand of them costs the receiving thread little.
 */
export type LetterPack = {
  topic: string
  partition: number
  issues: Identity[]
  /** Which of `issues`, by letter. */
  issue: Uint32Array
  offset: Float64Array
  atMs: Float64Array
  /** 1: it has a time; 2: it failed again after a replay. */
  flags: Uint8Array
  /** -1: unknown. */
  originPartition: Int32Array
  originOffset: BigInt64Array
  originMs: Float64Array
  attempts: Int32Array
  keys: (string | null)[]
  previews: (string | null)[]
  /** undefined: the same as the issue's masked message. */
  messages: (string | null | undefined)[]
}

export function packLetters(topic: string, partition: number, letters: readonly IndexedLetter[]): LetterPack {
  const n = letters.length
  const numberOf = identities()
  const pack: LetterPack = {
    topic,
    partition,
    issues: [],
    issue: new Uint32Array(n),
    offset: new Float64Array(n),
    atMs: new Float64Array(n),
    flags: new Uint8Array(n),
    originPartition: new Int32Array(n),
    originOffset: new BigInt64Array(n),
    originMs: new Float64Array(n),
    attempts: new Int32Array(n),
    keys: new Array(n),
    previews: new Array(n),
    messages: new Array(n),
  }
  letters.forEach((letter, i) => {
    const { issue, origin } = letter
    const at = numberOf(letter, pack.issues)
    pack.issue[i] = at
    pack.offset[i] = letter.offset
    pack.atMs[i] = letter.atMs
    pack.flags[i] = (letter.hasTime ? 1 : 0) | (letter.refailed ? 2 : 0)
    pack.originPartition[i] = origin.partition ?? -1
    pack.originOffset[i] = origin.offset ?? -1n
    pack.originMs[i] = origin.timestampMs ?? -1
    pack.attempts[i] = letter.attempts ?? -1
    pack.keys[i] = letter.key
    pack.previews[i] = letter.preview
    pack.messages[i] = letter.message === issue.maskedMessage ? undefined : letter.message
  })
  return pack
}

/** Numbers what letters share, each once, in `issues`. */
function identities(): (letter: IndexedLetter, issues: Identity[]) => number {
  const numbers = new Map<string, number[]>()
  return ({ issue, family, origin, consumerGroup }, issues) => {
    const known = numbers.get(issue.fingerprint) ?? []
    // Origin and group may differ within one fingerprint where it was made of a fallback.
    for (const at of known) {
      const one = issues[at]
      if (one?.family === family && one.originTopic === origin.topic && one.consumerGroup === consumerGroup)
        return at
    }
    numbers.set(issue.fingerprint, [...known, issues.length])
    return issues.push({ ...issue, family, originTopic: origin.topic, consumerGroup }) - 1
  }
}

/** Letters in the order of their offsets, as `indexLetter` made them. */
export function* unpackLetters(pack: LetterPack): Generator<IndexedLetter> {
  const known = (number: number | undefined) => (number === undefined || number < 0 ? null : number)
  for (let i = 0; i < pack.offset.length; i++) {
    const identity = pack.issues[pack.issue[i] ?? 0]
    if (!identity) continue
    const { family, originTopic, consumerGroup, ...issue } = identity
    const flags = pack.flags[i] ?? 0
    const originOffset = pack.originOffset[i] ?? -1n
    const message = pack.messages[i]
    yield {
      topic: pack.topic,
      partition: pack.partition,
      offset: pack.offset[i] ?? 0,
      atMs: pack.atMs[i] ?? 0,
      hasTime: (flags & 1) !== 0,
      family,
      key: pack.keys[i] ?? null,
      preview: pack.previews[i] ?? null,
      origin: {
        topic: originTopic,
        partition: known(pack.originPartition[i]),
        offset: originOffset < 0n ? null : originOffset,
        timestampMs: known(pack.originMs[i]),
      },
      message: message === undefined ? issue.maskedMessage : message,
      consumerGroup,
      attempts: known(pack.attempts[i]),
      refailed: (flags & 2) !== 0,
      issue,
    }
  }
}
