import { hashText } from './hash-text'
import { hex } from './header-values'
import { sha256 } from './sha256'
import { FRAMEWORK_PREFIXES, topApplicationFrames } from './stack-trace'

/** Characters of a masked message that are kept. */
const KEPT = 300
/** Looked at before masking: long enough that nobody's quoted text ends behind it and leaks into the fingerprint. */
const LOOKED_AT = 32_768

/**
 * A message with what differs from record to record masked, in this order: ISO times, UUIDs, hex of 8 digits
 * or more, quoted text, numbers → `<time> <uuid> <hex> <str> <n>`; 300 characters kept. Linear in the
 * message's length.
 */
export function maskMessage(message: string): string {
  const masked = message
    .slice(0, LOOKED_AT)
    .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?/g, '<time>')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, '<uuid>')
    .replace(/(?<![0-9A-Za-z])(?:0[xX])?[0-9A-Fa-f]{8,}(?![0-9A-Za-z])/g, '<hex>')
    .replace(QUOTED, '<str>')
    .replace(/(?<![^\s(=:,[])[-+]?\d+(?:[.,]\d+)*|\d+(?:[.,]\d+)*/g, '<n>')
  return cutAt(masked, KEPT)
}

// A quote opens only where no letter or digit is in front and closes only where none follows, so that `can't`
// and `user's` stay. None may hold its own mark or a line end, so that an open quote costs one look.
const QUOTED =
  /(?<![\p{L}\p{N}])(?:"[^"\n]*"|'[^'\n]*'|`[^`\n]*`)(?![\p{L}\p{N}])|“[^“”\n]*”|‘[^‘’\n]*’|「[^「」\n]*」/gu

/** Never cuts a character in half. */
function cutAt(text: string, length: number): string {
  if (text.length <= length) return text
  const last = text.charCodeAt(length - 1)
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? length - 1 : length)
}

export type FingerprintInput = {
  rootCause: string | null
  /** Stripped of wrappers, not yet masked. */
  message: string | null
  stackTrace: string | null
  originTopic: string | null
  consumerGroup: string | null
}

/** May be the same object for several letters: not to be changed. */
export type Fingerprint = { fingerprint: string; maskedMessage: string | null; frames: string[] }

const utf8 = new TextEncoder()

/**
 * What makes two dead letters the same issue: `v1:` and the first 16 bytes, in
 * hex, of SHA-256 over root cause class, masked message, up to three top application frames, origin topic,
 * consumer group, joined by newlines; what is unknown is empty. The masked message and the frames come along,
 * since every caller shows them. Who has a quicker SHA-256 hands it in.
 */
export function fingerprint(
  input: FingerprintInput,
  prefixes: readonly string[] = FRAMEWORK_PREFIXES,
  sha256Hex: (text: string) => string = plainSha256,
): Fingerprint {
  const { rootCause, originTopic, consumerGroup } = input
  const maskedMessage = input.message === null ? null : maskMessage(input.message)
  const frames = topApplicationFrames(input.stackTrace, prefixes)
  const place =
    (hashText(maskedMessage ?? '') ^ hashText(rootCause ?? '') ^ hashText(frames[0] ?? '')) & (PLACES - 1)
  const known = remembered[place]
  if (
    known?.made.maskedMessage === maskedMessage &&
    known.rootCause === rootCause &&
    known.originTopic === originTopic &&
    known.consumerGroup === consumerGroup &&
    known.made.frames.length === frames.length &&
    known.made.frames.every((frame, at) => frame === frames[at])
  )
    return known.made
  const parts = [rootCause ?? '', maskedMessage ?? '', ...frames, originTopic ?? '', consumerGroup ?? '']
  const made = { fingerprint: `v1:${sha256Hex(parts.join('\n')).slice(0, 32)}`, maskedMessage, frames }
  remembered[place] = { rootCause, originTopic, consumerGroup, made }
  return made
}

/** Letters of one issue have one fingerprint: nearly all that are read differ in nothing that makes it. */
const PLACES = 512
type Remembered = Pick<FingerprintInput, 'rootCause' | 'originTopic' | 'consumerGroup'> & {
  made: Fingerprint
}
const remembered: Remembered[] = []

const plainSha256 = (text: string) => hex(sha256(utf8.encode(text)))
