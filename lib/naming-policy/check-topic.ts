import type { NameCheck, NameViolation } from '../contracts/topics'
import { checkLimits, type LimitRequest } from './check-limits'
import { checkName, domainOf, errorCodeOf, type NameContext } from './check-name'
import { judge } from './exceptions'
import { approvalsFor, type NamingPolicy, requiredFor } from './policy'
import { violation } from './violation'

export type TopicFacts = Omit<LimitRequest, 'domain'> & {
  name: string
  /** undefined: nobody asked (a name alone is checked), nothing is said about it; null or empty: there is none. */
  owner?: string | null | undefined
  description?: string | null | undefined
  classification?: string | null | undefined
  /** Subject of the schema that its values have, or where it is described. */
  schema?: string | null | undefined
}

/** Fields of a topic that a violation may be about, besides its name and `configs.<name>`. */
export const TOPIC_FIELDS = [
  'partitions',
  'replicationFactor',
  'owner',
  'description',
  'classification',
  'schema',
] as const

export type TopicCheck = {
  policyVersion: number
  /** Nothing refuses it. */
  valid: boolean
  domain: string | null
  /** How many different people must approve a request for it. */
  approvals: number
  name: NameCheck
  /** What refuses it, the name's part included. */
  violations: NameViolation[]
  /** What is told and refuses nothing: the policy only warns there, or an exception holds. */
  warnings: NameViolation[]
}

/**
 * The whole policy against a new topic: the one function that every way to a topic goes through (the form
 * while a person types, the API, a request at submission and again when it is applied). Pure: what it does
 * not know it is told (`context`).
 */
export function checkTopic(policy: NamingPolicy, topic: TopicFacts, context: NameContext = {}): TopicCheck {
  const name = checkName(policy, topic.name, context)
  const domain = domainOf(policy, topic.name)
  const verdict = { policyVersion: policy.version, domain, approvals: approvalsFor(policy, domain), name }
  return withSettings(verdict, checkSettings(policy, topic, context.nowMs ?? null))
}

/** A verdict on a name together with one on the rest, such as the broker would make it. */
export function withSettings(
  verdict: Omit<TopicCheck, 'valid' | 'violations' | 'warnings'>,
  settings: { violations: NameViolation[]; warnings: NameViolation[] },
): TopicCheck {
  const violations = [...verdict.name.violations, ...settings.violations]
  const warnings = [...verdict.name.warnings, ...settings.warnings]
  return { ...verdict, valid: violations.length === 0, violations, warnings }
}

/**
 * Everything but the name: for a topic that is there and whose partitions, configs or owner change (its name
 * is what it is), and for the drift report.
 */
export function checkSettings(
  policy: NamingPolicy,
  topic: TopicFacts,
  nowMs: number | null,
): { violations: NameViolation[]; warnings: NameViolation[] } {
  const domain = domainOf(policy, topic.name)
  const broken = [...checkLimits(policy, { ...topic, domain }), ...checkFacts(policy, topic, domain)]
  return judge(policy, { name: topic.name, domain }, broken, nowMs)
}

/** What must be said about a topic. */
function checkFacts(policy: NamingPolicy, topic: TopicFacts, domain: string | null): NameViolation[] {
  const required = requiredFor(policy, domain)
  const found: NameViolation[] = []
  const owner = topic.owner?.trim() ?? ''
  if (owner === '') {
    if (required.owner && isMissing(topic.owner)) found.push(violation('owner-missing', 'owner', {}))
  } else if (required.owner) {
    const { owners } = policy.catalogue
    if (owners.length > 0 && !owners.some(one => one.name === owner))
      found.push(violation('owner-unknown', 'owner', { value: owner.slice(0, 100) }))
  }
  if (required.description && isMissing(topic.description))
    found.push(violation('description-missing', 'description', {}))
  const classification = topic.classification?.trim() ?? ''
  const { classifications } = policy.spec
  if (classification === '') {
    if (required.classification && isMissing(topic.classification))
      found.push(
        violation('classification-missing', 'classification', { allowed: classifications.join(', ') }),
      )
  } else if (!classifications.includes(classification))
    found.push(
      violation('classification-unknown', 'classification', {
        value: classification.slice(0, 100),
        allowed: classifications.join(', '),
      }),
    )
  if (required.schema && isMissing(topic.schema)) found.push(violation('schema-missing', 'schema', {}))
  return found
}

const isMissing = (text: string | null | undefined) => text !== undefined && (text?.trim() ?? '') === ''

/** The error that a refused topic answers with: the name's first, else the limits'. */
export function topicErrorCode(check: TopicCheck): ReturnType<typeof errorCodeOf> | 'LIMIT_POLICY_VIOLATION' {
  return errorCodeOf(check.name) ?? (check.valid ? null : 'LIMIT_POLICY_VIOLATION')
}
