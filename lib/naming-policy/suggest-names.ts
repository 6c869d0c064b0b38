import { editDistance, nearest, nearestIn } from './edit-distance'
import { withTwins } from './homoglyphs'
import type { NameIndex } from './name-index'
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
/** Of what others use at a place, so many are looked through for a slip of the hand. */
const MOST_COMPARED = 200
/** Longer names are ranked by their beginning: the order of a dozen candidates needs no more. */
const RANKED = 120

/**
 * The text as the policy spells a segment (`OrderCreated` → `order-created`): its case, words joined by what
 * is not its separator.
 */
export function styled(policy: NamingPolicy, text: string): string {
  const joined = words(text.slice(0, 300)).join(policy.separator === '-' ? '_' : '-')
  return policy.case === 'upper' ? joined.toUpperCase() : joined
}

function words(text: string): string[] {
  return withTwins(text)
    .normalize('NFKD')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '')
}

/**
 * Values for the segment at `at` behind what stands `before` it, best first: for a field's list while a
 * person types.
 */
export function segmentSuggestions(
  policy: NamingPolicy,
  at: number,
  value: string,
  before: readonly string[],
  index: NameIndex | null,
): string[] {
  const rule = policy.segments[at]
  if (!rule) return []
  const typed = value.slice(0, 300)
  const start = styled(policy, typed)
  if (rule.kind === 'enum') {
    if (typed === '') return rule.known.slice(0, 50)
    const started = start === '' ? [] : rule.known.filter(one => one.startsWith(start)).slice(0, 50)
    return unique([...started, ...nearestIn(start, rule.known)]).filter(one => one !== typed)
  }
  const used = index?.used(policy, at, before) ?? []
  const isService = rule.catalogue === 'service' || rule.name === 'service'
  const domain = before[at - 1] ?? ''
  const pool = [
    ...used,
    ...(isService ? servicesIn(policy, domain) : rule.known),
    ...(isService && domain !== '' ? [styled(policy, `${domain}-service`)] : []),
    ...(isService ? [] : rule.examples),
  ]
  const started = pool.filter(one => one.startsWith(start))
  const near = start === '' ? [] : nearest(start, pool.slice(0, MOST_COMPARED))
  return unique([...started, ...near])
    .filter(one => one !== typed)
    .slice(0, 8)
}

/** Registered services of a domain, and those of none. */
function servicesIn(policy: NamingPolicy, domain: string): string[] {
  return policy.catalogue.services
    .filter(service => service.domain === null || service.domain === domain)
    .map(service => service.name)
}

/**
 * Whole names that may be meant, nearest first by edit distance. The caller drops those that don't pass.
 * Of the agreed shape (a domain from a list, then two more) what was typed is taken apart into words: the
 * domain among them, a typo away at most, then the service, then the event. Any other shape is mended part by
 * part.
 */
export function suggestNames(policy: NamingPolicy, parsed: ParsedName, index: NameIndex | null): string[] {
  let base = parsed.base.slice(0, 300)
  // `x-dlt-dlt`: one suffix is enough.
  for (
    let twice = derivedSuffix(base, policy);
    twice !== null && parsed.suffix !== null;
    twice = derivedSuffix(base, policy)
  )
    base = base.slice(0, -twice.length)
  const { suffix, from } = strayedSuffix(base, parsed.suffix)
  const bare = from.startsWith(policy.prefix) ? from.slice(policy.prefix.length) : from

  const [domainRule] = policy.segments
  const isAgreedShape =
    policy.segments.length === 3 &&
    domainRule?.kind === 'enum' &&
    policy.segments.every(rule => !rule.optional && !rule.repeated)
  /**
   * By name, what it is ranked by: a service that nobody typed does not count, or the shortest one would
   * always win.
   */
  const bodies = new Map<string, string>()
  if (isAgreedShape)
    for (const reading of domainsIn(policy, bare, domainRule.known))
      for (const { service, event, isGuess } of splitRest(policy, reading, index)) {
        const { domain } = reading
        const body = [domain, service, event].join(policy.separator)
        if (!bodies.has(body)) bodies.set(body, isGuess ? [domain, event].join(policy.separator) : body)
      }
  if (bodies.size === 0) for (const body of mended(policy, bare, index)) bodies.set(body, body)
  const typed = withTwins(bare).toLowerCase().slice(0, RANKED)
  return [...bodies]
    .slice(0, MAX_CANDIDATES)
    .map(([body, ranked]) => ({
      candidate: policy.prefix + body + (suffix ?? ''),
      distance: editDistance(typed, ranked.toLowerCase().slice(0, RANKED)),
    }))
    .sort((a, b) => a.distance - b.distance)
    .map(({ candidate }) => candidate)
}

type Split = { service: string; event: string; isGuess: boolean }

/**
 * Every part spelled as the policy spells it, an unregistered one replaced by the nearest, missing ones
 * filled, surplus ones joined.
 */
function* mended(policy: NamingPolicy, base: string, index: NameIndex | null): Generator<string> {
  const rules = policy.segments
  const parts = base.split(policy.separator)
  // `order-created` where underscores separate: what was typed as one may be several.
  const values = (parts.length === 1 && rules.length > 1 ? base.split(/[._\-/:\s]+/) : parts).slice(0, 30)
  const surplus = rules.some(rule => rule.repeated) ? 0 : Math.max(0, values.length - rules.length)
  const joined =
    surplus === 0 ? values : [...values.slice(0, rules.length - 1), values.slice(rules.length - 1).join(' ')]
  const chosen: string[] = []
  for (const [i, value] of joined.entries()) {
    const rule = rules[Math.min(i, rules.length - 1)]
    if (!rule) return
    const spelled = styled(policy, value)
    const isFine = rule.accepts(value) && (policy.case === 'any' || value === spelled)
    if (isFine) chosen.push(value)
    else if (rule.kind === 'enum' && !rule.known.includes(spelled)) {
      const [best] = nearestIn(spelled, rule.known)
      if (best === undefined) return
      chosen.push(best)
    } else chosen.push(spelled)
  }
  const filled = [...chosen]
  for (let i = joined.length; i < rules.length; i++) {
    if (rules[i]?.optional) continue
    const [best] = segmentSuggestions(policy, i, '', filled, index)
    const fallback = best ?? rules[i]?.examples[0]
    if (fallback === undefined) return
    filled.push(fallback)
  }
  if (filled.every(part => part !== '')) yield filled.join(policy.separator)
}

/** `created.dlt`, `created_dlq`, `created.retry`: a suffix with the wrong mark in front of it. */
function strayedSuffix(base: string, suffix: string | null): { suffix: string | null; from: string } {
  if (suffix !== null) return { suffix, from: base }
  const match = /[._-](dlt|dlq)$/i.exec(base.slice(-4))
  if (!match || base.length <= 4) return { suffix: null, from: base }
  return { suffix: `-${(match[1] ?? '').toLowerCase()}`, from: base.slice(0, -4) }
}

/** `isRun`: the rest is words in a row, which nothing but their order tells apart. */
type Reading = { domain: string; rest: string[]; isRun: boolean }

/**
 * Readings of the name as domain + rest (parts as the policy spells them). An environment or company in front
 * of the domain is dropped.
 */
function domainsIn(policy: NamingPolicy, base: string, domains: readonly string[]): Reading[] {
  const { parts, isRun } = partsOf(policy, base)
  const found: Reading[] = []
  for (const [at, part] of parts.slice(0, 3).entries()) {
    const rest = parts.slice(at + 1)
    if (domains.includes(part)) return [{ domain: part, rest, isRun }, ...found]
    // `order-service.created`: the domain is the service's first word.
    const [first = '', ...more] = part.split(/[-_]/)
    if (more.length > 0 && domains.includes(first))
      found.push({ domain: first, rest: [part, ...rest], isRun })
    for (const domain of nearestIn(part, domains).slice(0, 2)) found.push({ domain, rest, isRun })
  }
  if (found.length === 0 && parts.length >= 3)
    for (const domain of domains.slice(0, 5)) found.push({ domain, rest: parts.slice(1), isRun })
  return found
}

/**
 * What was typed, taken apart where its writer took it apart: at dots; else at underscores where hyphens join
 * words (`payment_payment-service_authorized`); else every word is a part.
 */
function partsOf(policy: NamingPolicy, base: string): { parts: string[]; isRun: boolean } {
  const split = (mark: RegExp) =>
    base
      .split(mark)
      .map(part => styled(policy, part))
      .filter(part => part !== '')
  const byDots = split(/[./:\s]+/)
  if (byDots.length > 1) return { parts: byDots, isRun: false }
  const byUnderscores = base.includes('-') ? split(/_+/) : []
  return byUnderscores.length > 1
    ? { parts: byUnderscores, isRun: false }
    : { parts: words(base), isRun: true }
}

/** Service and event out of what stands behind the domain. */
function splitRest(policy: NamingPolicy, reading: Reading, index: NameIndex | null): Split[] {
  const { domain, rest, isRun } = reading
  const services = servicesOf(policy, domain, index)
  const events = policy.segments[2]?.examples ?? []
  const joiner = policy.separator === '-' ? '_' : '-'
  const text = rest.join(joiner)
  const joined = text.split(joiner).filter(word => word !== '')
  if (joined.length === 0)
    return services
      .slice(0, 2)
      .flatMap(service => events.slice(0, 2).map(event => ({ service, event, isGuess: true })))

  const told = { service: rest[0] ?? '', event: rest.slice(1).join(joiner), isGuess: false }
  if (rest.length >= 2 && !isRun) return [told]

  const end = joined.findIndex(word => SERVICE_WORDS.has(word.toLowerCase()))
  if (end >= 0) {
    // `order.service.created` and `orderServiceCreated`: a bare `service` is the domain's own.
    const service = end === 0 ? `${domain}${joiner}${joined[0]}` : joined.slice(0, end + 1).join(joiner)
    const event = joined.slice(end + 1).join(joiner)
    return (event === '' ? events.slice(0, 2) : [event]).map(e => ({ service, event: e, isGuess: false }))
  }
  const known = services.find(service => text.startsWith(service + joiner))
  if (known) return [{ service: known, event: text.slice(known.length + 1), isGuess: false }]
  return [
    ...(rest.length >= 2 ? [told] : []),
    ...services.slice(0, 3).map(service => ({ service, event: text, isGuess: true })),
  ]
}

/**
 * The domain's own service by the convention where it publishes already, then those with most topics, then
 * the registered ones.
 */
function servicesOf(policy: NamingPolicy, domain: string, index: NameIndex | null): string[] {
  const used = index?.used(policy, 1, [domain]) ?? []
  const own = policy.catalogue.services.filter(one => one.domain === domain).map(one => one.name)
  const agreed = styled(policy, `${domain}-service`)
  const isKnown = used.includes(agreed) || own.includes(agreed)
  return unique([...(isKnown ? [agreed] : []), ...used.slice(0, 3), ...own.slice(0, 3), agreed])
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)]
}
