import { alignSegments, parseName } from '@/lib/naming-policy/parse-name'
import type { NamingPolicy } from '@/lib/naming-policy/policy'

/**
 * The service that publishes a topic, as its name says; with its team, where it is registered. null: the name
 * does not say.
 */
export function serviceOf(
  policy: NamingPolicy,
  topic: string,
): { name: string; owner: string | null; registered: boolean } | null {
  const { segments } = parseName(topic, policy)
  const { ruleOf, missing } = alignSegments(policy, segments, (rule, value) => rule.accepts(value))
  if (missing.length > 0) return null
  const at = ruleOf.findIndex(rule => {
    const segment = policy.segments[rule]
    return segment?.catalogue === 'service' || segment?.name === 'service'
  })
  const name = segments[at]
  if (!name) return null
  const entry = policy.catalogue.services.find(one => one.name === name)
  return { name, owner: entry?.owner ?? null, registered: entry !== undefined }
}
