import { deadLetterTriage } from '@/lib/contracts/dead-letter-triage'
import { AppError } from '@/lib/errors'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { toStoreError } from '@/server/store/errors'
import { removeAlias, writeAlias } from './alias-store'
import { chosenIssues } from './chosen-issues'
import { splitFingerprint } from './issue-aliases'
import { appendEvent } from './triage-store'

/**
 * Makes an issue of its own: of a fingerprint that was merged, or of letters whose message holds a text
 * (their topics are read anew). Throws ISSUE_UNKNOWN for what was not merged or split, DENIED, STORE_*.
 */
export const splitIssue = verb(deadLetterTriage.split, async (ctx, input) => {
  const { cluster, fingerprint, contains, undo } = input
  const index = ctx.services.deadLetters.of(cluster)
  const whole = index.canonicalOf(fingerprint)
  authorise(ctx, 'deadletter.read', { cluster })
  chosenIssues(ctx, cluster, [whole])
  const into = contains === undefined ? fingerprint : splitFingerprint(fingerprint, contains)
  const atMs = ctx.clock.now()
  const { actor } = ctx
  const subject = {
    action: 'deadletter.split',
    cluster,
    resource: `dead-letter:${fingerprint}`,
    details: { contains: contains ?? null, into, undo },
  }
  await audited(ctx, subject, () =>
    ctx.store.db
      .transaction(async tx => {
        const alias = { cluster, fingerprint, contains: contains ?? '' }
        if (contains !== undefined && !undo)
          await writeAlias(tx, { ...alias, into }, { by: actor.name, atMs })
        else if (!(await removeAlias(tx, alias)))
          throw new AppError('ISSUE_UNKNOWN', { params: { fingerprint } })
        const told = { kind: 'split' as const, from: whole, to: undo ? whole : into, text: contains ?? null }
        for (const one of new Set([whole, told.to]))
          await appendEvent(tx, { cluster, fingerprint: one, actor, atMs }, told)
      })
      .catch(error => {
        throw toStoreError(error)
      }),
  )
  await index.triageChanged()
  return { fingerprint: undo ? whole : into }
})
