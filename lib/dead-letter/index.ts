/** Dead letters, read and compared: what both sides use. */
export { decodeDeadLetter, looksLikeDeadLetter } from './decode'
export { fingerprint, maskMessage } from './fingerprint'
export { headerText } from './header-text'
export { headerRoles, REPLAY_HEADERS, replayHeaders, roleOf } from './replay-headers'
export { FRAMEWORK_PREFIXES, foldStackTrace, topApplicationFrames } from './stack-trace'
export type { DeadLetterInput, DecodedDeadLetter, HeaderBytes, Note, Origin } from './types'
