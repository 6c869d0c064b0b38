import type { DeadLetterIssue } from '@/lib/contracts/dead-letters'
import { AppError } from '@/lib/errors'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'

/**
 * The issues that a person decides about, each with the right to triage every topic of it: an issue that
 * spans a topic of others is theirs too. Answers what there is and what is gone. Throws DENIED.
 */
export function chosenIssues(
  ctx: Context,
  cluster: string,
  fingerprints: readonly string[],
): { issues: DeadLetterIssue[]; unknown: string[] } {
  authorise(ctx, 'deadletter.read', { cluster })
  const wanted = new Set(fingerprints)
  const issues = ctx.services.deadLetters
    .of(cluster)
    .issues({ may: () => true })
    .filter(issue => wanted.has(issue.fingerprint))
  for (const issue of issues)
    for (const topic of issue.topics) authorise(ctx, 'deadletter.triage', { cluster, topic })
  // Who may triage nothing is not told what there is.
  if (issues.length === 0) authorise(ctx, 'deadletter.triage', { cluster })
  const known = new Set(issues.map(issue => issue.fingerprint))
  if (issues.length === 0 && wanted.size === 1)
    throw new AppError('ISSUE_UNKNOWN', { params: { fingerprint: fingerprints[0] ?? '' } })
  return { issues, unknown: [...wanted].filter(fingerprint => !known.has(fingerprint)) }
}
