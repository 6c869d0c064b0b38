import { deadLetterTriage } from '@/lib/contracts/dead-letter-triage'
import { audited } from '@/server/audit/audited'
import { verb } from '@/server/http/verb'
import { toStoreError } from '@/server/store/errors'
import { chosenIssues } from './chosen-issues'
import { writeAssignee } from './triage-store'

/** Gives issues to somebody, a user or any name people know, or to nobody. Throws ISSUE_UNKNOWN, DENIED, STORE_*. */
export const assignIssues = verb(deadLetterTriage.assign, async (ctx, input) => {
  const { cluster, fingerprints, assignee } = input
  const { issues, unknown } = chosenIssues(ctx, cluster, fingerprints)
  const atMs = ctx.clock.now()
  const subject = {
    action: 'deadletter.assign',
    cluster,
    resource: `dead-letter:${fingerprints.length === 1 ? fingerprints[0] : `${fingerprints.length} issues`}`,
    details: { assignee, fingerprints: issues.map(issue => issue.fingerprint) },
  }
  await audited(ctx, subject, async () => {
    try {
      await ctx.store.db.transaction(async tx => {
        for (const { fingerprint, firstSeen } of issues)
          await writeAssignee(
            tx,
            { cluster, fingerprint, actor: ctx.actor, atMs },
            { assignee, firstSeenMs: Date.parse(firstSeen) },
          )
      })
    } catch (error) {
      throw toStoreError(error)
    }
  })
  await ctx.services.deadLetters.of(cluster).triageChanged()
  return { changed: issues.map(issue => issue.fingerprint), unknown }
})
