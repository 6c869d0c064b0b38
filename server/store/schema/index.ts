export { auditEvent } from './audit.ts'
export { lagRollup, lease, setting } from './core.ts'
export { deadLetterStatus } from './dead-letters.ts'
export { replay, replayPlan, replayRecord } from './replays.ts'
