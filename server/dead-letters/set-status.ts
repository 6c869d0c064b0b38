import { deadLetterTriage } from '@/lib/contracts/dead-letter-triage'
import { AppError } from '@/lib/errors'
import { audited } from '@/server/audit/audited'
import { verb } from '@/server/http/verb'
import { toStoreError } from '@/server/store/errors'
import { chosenIssues } from './chosen-issues'
import { writeStatus } from './triage-store'

/**
 * Decides about issues. Where each log stands is kept with the decision: later letters reopen what was
 * resolved. Resolving and archiving need a reason. Throws INPUT_INVALID, ISSUE_UNKNOWN (a single one that is
 * gone), DENIED, STORE_*.
 */
export const setIssueStatus = verb(deadLetterTriage.setStatus, async (ctx, input) => {
  const { cluster, fingerprints, status, reason = null } = input
  const { issues, unknown } = chosenIssues(ctx, cluster, fingerprints)
  if (reason === null && (status === 'resolved' || status === 'archived'))
    throw new AppError('INPUT_INVALID', {
      fields: [{ path: 'reason', code: 'required', message: 'A reason is needed to resolve or archive.' }],
    })
  const index = ctx.services.deadLetters.of(cluster)
  const atMs = ctx.clock.now()
  const subject = {
    action: 'deadletter.triage',
    cluster,
    resource: `dead-letter:${fingerprints.length === 1 ? fingerprints[0] : `${fingerprints.length} issues`}`,
    details: { status, fingerprints: issues.map(issue => issue.fingerprint) },
    reason,
  }
  await audited(ctx, subject, async () => {
    try {
      await ctx.store.db.transaction(async tx => {
        for (const issue of issues) {
          const { fingerprint } = issue
          await writeStatus(
            tx,
            { cluster, fingerprint, actor: ctx.actor, atMs },
            {
              status,
              from: issue.status,
              reason,
              firstSeenMs: Date.parse(issue.firstSeen),
              marks: index.marksOf(fingerprint),
            },
          )
        }
      })
    } catch (error) {
      throw toStoreError(error)
    }
  })
  await index.triageChanged()
  return { changed: issues.map(issue => issue.fingerprint), unknown }
})
