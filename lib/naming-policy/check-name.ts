import type { NameCheck, NameViolation } from '../contracts/topics'
import { internalMarker } from './classify-topic'
import { KEBAB } from './default-spec'
import { isExcepted, judge } from './exceptions'
import { NameIndex } from './name-index'
import { type Alignment, alignSegments, type ParsedName, parseName } from './parse-name'
import { type NamingPolicy, type Segment, severityOf } from './policy'
import { segmentSuggestions, styled, suggestNames } from './suggest-names'
import { kafkaProblems, violation } from './violation'

export type NameContext = {
  /**
   * Names that are there: taken, colliding, and what services and events are suggested from. Left out: nobody
   * knows.
   */
  index?: NameIndex | undefined
  /** Names that open requests ask for. */
  pending?: NameIndex | undefined
  /** For exceptions; left out, none holds. */
  nowMs?: number | undefined
  /** false: only the verdict, no suggestions; for walking over thousands of topics. */
  suggest?: boolean | undefined
  /** The same as `index`, for a single check: the index is made for it. */
  existingNames?: Iterable<string> | undefined
}

/** The part of the name that `domain` rules go by, or null. */
export function domainOf(policy: NamingPolicy, name: string): string | null {
  const parsed = parseName(name, policy)
  const { ruleOf } = align(policy, parsed)
  const at = ruleOf.findIndex(rule => policy.segments[rule]?.name === 'domain')
  return parsed.segments[at] ?? null
}

/**
 * Checks a name for a new topic: Kafka's own rules, then the convention, then what is there already. The same
 * function answers while a person types and when the server creates. Time grows with the name's length (at
 * most 300 characters are looked at for suggestions), not with the number of existing names.
 */
export function checkName(policy: NamingPolicy, name: string, context: NameContext = {}): NameCheck {
  const index = context.index ?? (context.existingNames ? new NameIndex(context.existingNames) : null)
  const pending = context.pending ?? null
  const parsed = parseName(name, policy)
  const broken = kafkaProblems(name)
  // A name that Kafka itself refuses as a whole (empty, `.`, reserved) has no segments worth a word.
  const segments = broken.some(
    v => v.code === 'empty' || v.code === 'dots-only' || v.code === 'reserved-prefix',
  )
    ? []
    : checkConvention(policy, parsed, { index, suggest: context.suggest !== false }, broken)

  const why = whyTaken(name, index, pending)
  if (why !== null) broken.push(why)
  const domain = segments.find(segment => segment.name === 'domain')?.value ?? null
  const { violations, warnings } = judge(policy, { name, domain }, broken, context.nowMs ?? null)
  if (violations.length === 0) {
    const isThere = (base: string) => index?.has(base) || pending?.has(base)
    if (parsed.suffix !== null && index && !isThere(parsed.base))
      warnings.push(violation('base-missing', 'name', { base: parsed.base, suffix: parsed.suffix }))
    const marker = internalMarker(name)
    if (marker !== null) warnings.push(violation('looks-internal', 'name', { marker }))
  }

  const isBroken =
    context.suggest !== false && (violations.length > 0 || warnings.some(one => one.field !== 'name'))
  const kept = isBroken
    ? suggestNames(policy, parsed, index).filter(one => one !== name && keepsConvention(policy, one))
    : []
  const [nearest, ...further] = kept.map(one => ({ one, why: whyTaken(one, index, pending) }))
  // Whoever writes `Order.created` means the topic that is there and should hear of it, before any other name.
  const isToBeSaid = nearest !== undefined && (nearest.why === null || !keepsConvention(policy, name))
  const free = further.filter(({ why }) => why === null)
  const suggestions = [...(isToBeSaid ? [nearest] : []), ...free].slice(0, 5).map(({ one }) => one)
  const taken = isToBeSaid && nearest.why !== null ? [nearest.why] : []
  // A program may try again with it: never a name that is taken, nor another service's in its place.
  const whole = taken.length === 0 ? (suggestions[0] ?? null) : null
  return {
    valid: violations.length === 0,
    name,
    suffix: parsed.suffix,
    segments,
    // A rule about the whole name offers the nearest whole name.
    violations: violations.map(v =>
      v.field === 'name' && v.suggestion === null ? { ...v, suggestion: whole } : v,
    ),
    warnings,
    suggestions,
    taken,
  }
}

/** What stands in the way of a name: a topic or a request of that name, or one that it collides with; or null. */
function whyTaken(name: string, index: NameIndex | null, pending: NameIndex | null): NameViolation | null {
  if (index?.has(name)) return violation('exists', 'name', { name })
  if (pending?.has(name)) return violation('requested', 'name', { name })
  const other = index?.collision(name) ?? pending?.collision(name)
  if (!other) return null
  return violation(other.kind === 'dots' ? 'collides' : 'collides-case', 'name', { name, other: other.other })
}

/** Does the name keep Kafka's rules and the convention, whatever topics there are and whatever is excused? */
export function keepsConvention(policy: NamingPolicy, name: string): boolean {
  if (kafkaProblems(name).length > 0) return false
  const parsed = parseName(name, policy)
  if (parsed.secondSuffix !== null || !hasRightFrame(policy, parsed)) return false
  const { ruleOf, missing } = align(policy, parsed)
  return (
    missing.length === 0 &&
    ruleOf.every((at, i) => {
      const rule = policy.segments[at]
      return rule !== undefined && segmentCode(policy, rule, parsed.segments[i] ?? '') === null
    })
  )
}

/** Would the policy let a topic of this name be made? Cheap enough for every row of a list. */
export function obeys(policy: NamingPolicy, name: string, nowMs: number | null = null): boolean {
  if (keepsConvention(policy, name)) return true
  if (kafkaProblems(name).length > 0) return false
  return (
    severityOf(policy, 'naming', domainOf(policy, name)) === 'warn' ||
    isExcepted(policy, name, 'naming', nowMs)
  )
}

/** The verdict on a topic that is there: internal ones (Kafka's, Connect's, Streams') are exempt. */
export function verdictOf(
  policy: NamingPolicy,
  name: string,
  nowMs: number | null = null,
): 'ok' | 'violation' | 'exempt' {
  if (keepsConvention(policy, name)) return 'ok'
  if (internalMarker(name) !== null || isExcepted(policy, name, 'naming', nowMs)) return 'exempt'
  return 'violation'
}

/** The error that a refused creation answers with: the broker's own words where only they apply, else the policy's. */
export function errorCodeOf(
  check: Pick<NameCheck, 'valid' | 'violations'>,
): 'TOPIC_EXISTS' | 'TOPIC_COLLIDES' | 'REQUEST_OPEN' | 'NAME_POLICY_VIOLATION' | null {
  if (check.valid) return null
  if (check.violations.every(v => v.code === 'exists')) return 'TOPIC_EXISTS'
  if (check.violations.every(v => v.code === 'collides')) return 'TOPIC_COLLIDES'
  if (check.violations.every(v => v.code === 'requested')) return 'REQUEST_OPEN'
  return 'NAME_POLICY_VIOLATION'
}

function align(policy: NamingPolicy, parsed: ParsedName): Alignment {
  return alignSegments(policy, parsed.segments, (rule, value) => segmentCode(policy, rule, value) === null)
}

/** Prefix and length of the whole name. */
function hasRightFrame(policy: NamingPolicy, parsed: ParsedName): boolean {
  const { minLength, maxLength } = policy.spec.naming
  const { length } = parsed.name
  return parsed.prefix === policy.prefix && length >= minLength && length <= maxLength
}

type Offer = { index: NameIndex | null; suggest: boolean }

function checkConvention(
  policy: NamingPolicy,
  parsed: ParsedName,
  offer: Offer,
  broken: NameViolation[],
): NameCheck['segments'] {
  const { minLength, maxLength } = policy.spec.naming
  const { length } = parsed.name
  if (parsed.prefix !== policy.prefix)
    broken.push(violation('prefix-missing', 'name', { prefix: policy.prefix }, null))
  // Beyond Kafka's own limit, that is what is told.
  if (length < minLength || (length > maxLength && length <= 249))
    broken.push(violation('length-range', 'name', { length, min: minLength, max: maxLength }))
  const segments = checkSegments(policy, parsed, offer, broken)
  if (parsed.secondSuffix !== null && parsed.suffix !== null)
    broken.push(violation('suffix-twice', 'name', { suffix: parsed.suffix, base: parsed.base }, parsed.base))
  return segments
}

function checkSegments(
  policy: NamingPolicy,
  parsed: ParsedName,
  { index, suggest }: Offer,
  broken: NameViolation[],
): NameCheck['segments'] {
  const valuesFor = (at: number, value: string, before: readonly string[]) =>
    suggest ? segmentSuggestions(policy, at, value, before, index) : []
  const { ruleOf, missing } = align(policy, parsed)
  if (missing.length > 0 || ruleOf.includes(-1))
    broken.push(
      violation('segment-count', 'name', {
        expected: policy.segments.filter(rule => !rule.optional).length,
        actual: parsed.segments.length,
        pattern: patternOf(policy),
      }),
    )
  return policy.segments.flatMap((rule, at) => {
    const places = ruleOf.flatMap((one, i) => (one === at ? [i] : []))
    if (places.length === 0) {
      const before = parsed.segments.slice(0, at)
      const suggestions = valuesFor(at, '', before)
      // An optional part that is left out is as it should be.
      return [{ name: rule.name, value: '', ok: rule.optional, suggestions }]
    }
    return places.map(place => {
      const value = parsed.segments[place] ?? ''
      const suggestions = valuesFor(at, value, parsed.segments.slice(0, place))
      const code = segmentCode(policy, rule, value)
      if (code !== null)
        broken.push(violation(code, rule.name, wordsFor(rule, value), fix(policy, rule, value, suggestions)))
      return { name: rule.name, value, ok: code === null, suggestions }
    })
  })
}

const MOST_NAMED = 20

function wordsFor(rule: Segment, value: string): Record<string, string | number> {
  const named = rule.known.slice(0, MOST_NAMED).join(', ')
  return {
    segment: rule.name,
    value,
    min: rule.minLength,
    max: rule.maxLength,
    allowed: rule.kind === 'enum' ? `${named}${rule.known.length > MOST_NAMED ? ', …' : ''}` : '',
    pattern: rule.pattern ?? '',
  }
}

/** `<domain>.<service>.<event>`; optional parts in brackets, repeated ones with an ellipsis. */
export function patternOf(policy: NamingPolicy): string {
  const parts = policy.segments.map(rule => {
    const part = `<${rule.name}>${rule.repeated ? '…' : ''}`
    return rule.optional ? `[${part}]` : part
  })
  return policy.prefix + parts.join(policy.separator)
}

/** The first rule that a segment breaks, or null. */
function segmentCode(policy: NamingPolicy, rule: Segment, value: string): string | null {
  if (value === '') return 'segment-empty'
  if (value.length > rule.maxLength) return 'segment-too-long'
  if (policy.reserved.size > 0 && policy.reserved.has(value.toLowerCase())) return 'reserved-word'
  if (policy.case === 'lower' && /[A-Z]/.test(value)) return 'case'
  if (policy.case === 'upper' && /[a-z]/.test(value)) return 'case-upper'
  if (value.length < rule.minLength) return 'segment-too-short'
  if (rule.accepts(value)) return null
  if (rule.kind === 'enum') return 'not-registered'
  return rule.pattern === KEBAB ? 'pattern' : 'pattern-custom'
}

/** What to write instead, if anything passes. */
function fix(
  policy: NamingPolicy,
  rule: Segment,
  value: string,
  suggestions: readonly string[],
): string | null {
  const better = styled(policy, value)
    .slice(0, rule.maxLength)
    .replace(/[-_]+$/, '')
  if (better !== value && segmentCode(policy, rule, better) === null) return better
  return rule.kind === 'enum' ? (suggestions[0] ?? null) : null
}
