type Target = { topic: string; records: number }

/** Topics by whose names a replay is found in the audit log: its details stay bounded. */
const MOST = 50

/** What stands in the audit log of the topics that a replay writes into (`targets` of server/store/schema/audit.ts). */
export const auditedTargets = (targets: readonly Target[]) => ({
  targets: targets.slice(0, MOST).map(({ topic, records }) => ({ topic, records })),
  ...(targets.length > MOST ? { targetsInAll: targets.length } : {}),
})
