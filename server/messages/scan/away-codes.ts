const AWAY: ReadonlySet<string> = new Set([
  'LEADER_UNAVAILABLE',
  'BROKER_UNREACHABLE',
  'TIMED_OUT',
  'KAFKA_ERROR',
])

/** Does the problem pass when a leader is there again? */
export const isAwayCode = (code: string): boolean => AWAY.has(code)
