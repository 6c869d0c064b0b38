import { editDistance, nearest } from './edit-distance'
import { derivedSuffix, type ParsedName } from './parse-name'
import type { NamingPolicy } from './policy'

/** Words by which people name the publishing side: `order-service` is one service, not a service and an event. */
const SERVICE_WORDS = new Set([
  'service',
  'svc',
  'api',
  'app',
  'server',
  'worker',
  'gateway',
  'consumer',
  'producer',
])
const MAX_CANDIDATES = 12

/** `OrderCreated`, `order_created`, `Order Created` → `order-created`; letters that Kafka doesn't know are dropped. */
export function toKebab(text: string): string {
  return words(text.slice(0, 300)).join('-')
}

function words(text: string): string[] {
  return text
    .normalize('NFKD')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '')
}

/** Values for the segment at `index`, best first: for a field's list while a person types. */
export function segmentSuggestions(
  policy: NamingPolicy,
  index: number,
  segments: readonly string[],
  names: readonly string[],
): string[] {
  const rule = policy.segments[index]
  if (!rule) return []
  const typed = (segments[index] ?? '').slice(0, 300)
  const kebab = toKebab(typed)
  if (rule.kind === 'enum') {
    const near = nearest(kebab, rule.values)
    const started = rule.values.filter(value => kebab !== '' && value.startsWith(kebab))
    return unique(typed === '' ? rule.values : [...started, ...near]).filter(value => value !== typed)
  }
  const used = usedSegments(policy, index, segments, names)
  const pool = unique([
    ...used,
    ...(index > 0 && index < policy.segments.length - 1 ? [`${segments[0]}-service`] : []),
    ...rule.examples,
  ])
  return pool
    .filter(
      value =>
        value !== typed && (kebab === '' || value.startsWith(kebab) || nearest(kebab, [value]).length > 0),
    )
    .slice(0, 8)
}

/**
 * Whole names that may be meant, nearest first by edit distance. The caller drops those that don't pass.
 * Takes what was typed apart into words, finds the domain among them (a typo away at most), then the service, then the event.
 */
export function suggestNames(policy: NamingPolicy, parsed: ParsedName, names: readonly string[]): string[] {
  const [domainRule] = policy.segments
  if (policy.segments.length !== 3 || domainRule?.kind !== 'enum') return []
  let base = parsed.base.slice(0, 300)
  // `x-dlt-dlt`: one suffix is enough.
  for (
    let twice = derivedSuffix(base, policy);
    twice !== null && parsed.suffix !== null;
    twice = derivedSuffix(base, policy)
  )
    base = base.slice(0, -twice.length)
  const { suffix, from } = strayedSuffix(base, parsed.suffix)

  const candidates: string[] = []
  for (const { domain, rest } of domainsIn(from, domainRule.values))
    for (const [service, event] of splitRest(policy, domain, rest, names))
      candidates.push([domain, service, event].join(policy.separator) + (suffix ?? ''))
  return unique(candidates)
    .slice(0, MAX_CANDIDATES)
    .map(candidate => ({ candidate, distance: editDistance(parsed.name.toLowerCase(), candidate) }))
    .sort((a, b) => a.distance - b.distance)
    .map(({ candidate }) => candidate)
}

/** `created.dlt`, `created_dlq`, `created.retry`: a suffix with the wrong mark in front of it. */
function strayedSuffix(base: string, suffix: string | null): { suffix: string | null; from: string } {
  if (suffix !== null) return { suffix, from: base }
  const match = /[._-](dlt|dlq)$/i.exec(base.slice(-4))
  if (!match || base.length <= 4) return { suffix: null, from: base }
  return { suffix: `-${(match[1] ?? '').toLowerCase()}`, from: base.slice(0, -4) }
}

type Reading = { domain: string; rest: string[] }

/** Readings of the name as domain + rest (parts, each in kebab case). An environment or company in front of the domain is dropped. */
function domainsIn(base: string, domains: readonly string[]): Reading[] {
  const byDots = base
    .split(/[./:\s]+/)
    .map(toKebab)
    .filter(part => part !== '')
  const parts = byDots.length > 1 ? byDots : words(base)
  const found: Reading[] = []
  for (const [at, part] of parts.slice(0, 3).entries()) {
    const rest = parts.slice(at + 1)
    if (domains.includes(part)) return [{ domain: part, rest }, ...found]
    // `order-service.created`: the domain is the service's first word.
    const [first = '', ...more] = part.split('-')
    if (more.length > 0 && domains.includes(first)) found.push({ domain: first, rest: [part, ...rest] })
    for (const domain of nearest(part, domains).slice(0, 2)) found.push({ domain, rest })
  }
  if (found.length === 0 && parts.length >= 3)
    for (const domain of domains.slice(0, 5)) found.push({ domain, rest: parts.slice(1) })
  return found
}

/** Service and event out of what stands behind the domain. */
function splitRest(
  policy: NamingPolicy,
  domain: string,
  rest: string[],
  names: readonly string[],
): [string, string][] {
  const services = servicesOf(policy, domain, names)
  const events = policy.segments[2]?.examples ?? []
  const joined = rest
    .join('-')
    .split('-')
    .filter(word => word !== '')
  if (joined.length === 0)
    return services.slice(0, 2).flatMap(s => events.slice(0, 2).map((e): [string, string] => [s, e]))

  const pairs: [string, string][] = []
  if (rest.length >= 2) pairs.push([rest[0] ?? '', rest.slice(1).join('-')])
  const end = joined.findIndex(word => SERVICE_WORDS.has(word))
  if (rest.length === 1 && end >= 0) {
    // `order.service.created` and `orderServiceCreated`: a bare `service` is the domain's own.
    const service = end === 0 ? `${domain}-${joined[0]}` : joined.slice(0, end + 1).join('-')
    const event = joined.slice(end + 1).join('-')
    for (const e of event === '' ? events.slice(0, 2) : [event]) pairs.push([service, e])
  } else if (rest.length === 1)
    for (const service of services.slice(0, 3)) pairs.push([service, rest[0] ?? ''])
  return pairs
}

/** Services that publish in this domain already, most topics first, and the one that the convention would expect. */
function servicesOf(policy: NamingPolicy, domain: string, names: readonly string[]): string[] {
  return unique([...usedSegments(policy, 1, [domain], names), `${domain}-service`])
}

/** What existing topics of the same domain (and service) have at this place, most used first. */
function usedSegments(
  policy: NamingPolicy,
  index: number,
  segments: readonly string[],
  names: readonly string[],
): string[] {
  const prefix = segments.slice(0, index).join(policy.separator) + policy.separator
  if (index > 0 && prefix.length <= index) return []
  const counts = new Map<string, number>()
  for (const name of names) {
    if (index > 0 && !name.startsWith(prefix)) continue
    const parts = name.split(policy.separator)
    const value = parts[index]
    if (parts.length !== policy.segments.length || value === undefined || value === '') continue
    const plain =
      index === parts.length - 1
        ? value.slice(0, value.length - (derivedSuffix(value, policy)?.length ?? 0))
        : value
    counts.set(plain, (counts.get(plain) ?? 0) + 1)
  }
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([value]) => value)
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)]
}
