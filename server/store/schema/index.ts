export { auditEvent } from './audit.ts'
export { lease, setting } from './core.ts'
export {
  deadLetterAlias,
  deadLetterDrop,
  deadLetterEvent,
  deadLetterGroup,
  deadLetterOrigin,
  deadLetterRule,
  deadLetterSignal,
  deadLetterStatus,
} from './dead-letters.ts'
export { groupIdle, groupPin, lagBlock, lagFollower, lagMarker, lagSnapshot, offsetPlan } from './groups.ts'
export { exportRun, messageTable, savedView } from './messages.ts'
export { outbox, outboxRef } from './outbox.ts'
export { catalogueEntry, driftPoint, driftWaiver, policyVersion, topicMeta } from './policies.ts'
export { replay, replayPlan, replayRecord, replaySchedule } from './replays.ts'
export { hookSeen, topicRequest, topicRequestEvent } from './requests.ts'
export { topicSerde } from './serdes.ts'
export { revokedSession } from './sessions.ts'
