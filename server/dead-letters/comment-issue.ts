import { deadLetterTriage, type IssueEvent } from '@/lib/contracts/dead-letter-triage'
import { audited } from '@/server/audit/audited'
import { verb } from '@/server/http/verb'
import { toStoreError } from '@/server/store/errors'
import { chosenIssues } from './chosen-issues'
import { appendEvent } from './triage-store'

/** Says something about an issue; the text stands in its history. Throws ISSUE_UNKNOWN, DENIED, STORE_*. */
export const commentIssue = verb(deadLetterTriage.comment, async (ctx, input) => {
  const { cluster, fingerprint, text } = input
  chosenIssues(ctx, cluster, [fingerprint])
  const subject = { action: 'deadletter.comment', cluster, resource: `dead-letter:${fingerprint}` }
  return audited(ctx, { ...subject, details: { length: text.length } }, async (): Promise<IssueEvent> => {
    try {
      return await appendEvent(
        ctx.store.db,
        { cluster, fingerprint, actor: ctx.actor, atMs: ctx.clock.now() },
        { kind: 'comment', from: null, to: null, text },
      )
    } catch (error) {
      throw toStoreError(error)
    }
  })
})
