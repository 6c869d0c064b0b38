/** Names of topics: what both sides use. */
export { checkLimits } from './check-limits'
export { checkName, errorCodeOf, verdictOf } from './check-name'
export { classifyTopic } from './classify-topic'
export { parseName } from './parse-name'
export { DEFAULT_POLICY, type NamingPolicy } from './policy'
