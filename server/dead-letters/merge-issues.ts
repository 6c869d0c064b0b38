import { deadLetterTriage } from '@/lib/contracts/dead-letter-triage'
import { AppError } from '@/lib/errors'
import { audited } from '@/server/audit/audited'
import { verb } from '@/server/http/verb'
import { toStoreError } from '@/server/store/errors'
import { writeAlias } from './alias-store'
import { chosenIssues } from './chosen-issues'
import { appendEvent } from './triage-store'

/**
 * Counts issues to another one: one failure with several faces. Their letters stay what they are; decisions
 * are the other's from now on. Throws ISSUE_UNKNOWN, INPUT_INVALID (into itself), DENIED, STORE_*.
 */
export const mergeIssues = verb(deadLetterTriage.merge, async (ctx, { cluster, fingerprints, into }) => {
  const { issues } = chosenIssues(ctx, cluster, [...fingerprints, into])
  const merged = issues.map(issue => issue.fingerprint).filter(fingerprint => fingerprint !== into)
  if (!issues.some(issue => issue.fingerprint === into))
    throw new AppError('ISSUE_UNKNOWN', { params: { fingerprint: into } })
  if (merged.length === 0)
    throw new AppError('INPUT_INVALID', {
      fields: [{ path: 'fingerprints', code: 'other', message: 'An issue is merged into another one.' }],
    })
  const atMs = ctx.clock.now()
  const actor = ctx.actor
  const subject = {
    action: 'deadletter.merge',
    cluster,
    resource: `dead-letter:${into}`,
    details: { merged },
  }
  await audited(ctx, subject, () =>
    ctx.store.db
      .transaction(async tx => {
        for (const fingerprint of merged) {
          await writeAlias(tx, { cluster, fingerprint, contains: '', into }, { by: actor.name, atMs })
          const told = { kind: 'merged' as const, from: fingerprint, to: into, text: null }
          await appendEvent(tx, { cluster, fingerprint: into, actor, atMs }, told)
          await appendEvent(tx, { cluster, fingerprint, actor, atMs }, told)
        }
      })
      .catch(error => {
        throw toStoreError(error)
      }),
  )
  await ctx.services.deadLetters.of(cluster).triageChanged()
  return { into, merged }
})
