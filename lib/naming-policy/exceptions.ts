import type { NameViolation } from '../contracts/topics'
import { matchesAny } from '../permissions'
import type { NamingPolicy } from './policy'
import { severityOf } from './policy'
import { ruleOf } from './violation'

export type Judged = {
  /** What refuses the topic. */
  violations: NameViolation[]
  /** What is only told: the policy warns there, or an exception holds. */
  warnings: NameViolation[]
}

/**
 * Sorts broken rules into what refuses and what is told. `nowMs` decides whether an exception still holds;
 * null: none does. An exception names topics by pattern, so a pattern that is too wide is the writer's
 * choice, told in the preview.
 */
export function judge(
  policy: NamingPolicy,
  topic: { name: string; domain: string | null },
  broken: readonly NameViolation[],
  nowMs: number | null,
): Judged {
  const judged: Judged = { violations: [], warnings: [] }
  for (const one of broken) {
    const rule = ruleOf(one.code)
    const isTold =
      rule !== null &&
      (severityOf(policy, rule, topic.domain) === 'warn' || isExcepted(policy, topic.name, rule, nowMs))
    judged[isTold ? 'warnings' : 'violations'].push(one)
  }
  return judged
}

/** Does an exception that has not expired let this topic break this rule? */
export function isExcepted(policy: NamingPolicy, name: string, rule: string, nowMs: number | null): boolean {
  if (nowMs === null) return false
  return policy.spec.exceptions.some(
    exception =>
      exception.rules.some(one => one === rule) &&
      nowMs < Date.parse(exception.until) &&
      matchesAny(exception.topics, name),
  )
}
