/** Dead letters, read and compared: what both sides use. */
export { decodeDeadLetter, decodeOrigin, looksLikeDeadLetter } from './decode'
export { fingerprint } from './fingerprint'
export { headerText } from './header-text'
export { headerRoles, replayHeaders } from './replay-headers'
export { FRAMEWORK_PREFIXES, foldStackTrace } from './stack-trace'
export { trendOf } from './trend'
export type { DeadLetterInput, DecodedDeadLetter, Origin } from './types'
