import type { NameCheck, NameViolation } from '../contracts/topics'
import { internalMarker } from './classify-topic'
import { type ParsedName, parseName } from './parse-name'
import type { NamingPolicy, SegmentRule } from './policy'
import { segmentSuggestions, suggestNames, toKebab } from './suggest-names'
import { kafkaProblems, violation } from './violation'

export type NameContext = {
  /** Is there (or is there requested) a topic of this name? Left out: nobody knows, and nothing is said about it. */
  existing?: ((name: string) => boolean) | undefined
  /** All names: for collisions of `.` with `_`, and for services and events to suggest. */
  existingNames?: Iterable<string> | undefined
}

/**
 * Checks a name for a new topic: Kafka's own rules, then the convention, then what is there already. The same function
 * answers while a person types and when the server creates. Time grows with the name's length (at most 300 characters are
 * looked at for suggestions) and with the number of existing names.
 */
export function checkName(policy: NamingPolicy, name: string, context: NameContext = {}): NameCheck {
  const names = context.existingNames ? [...context.existingNames] : []
  const exists = context.existing ?? (context.existingNames ? setHas(names) : null)
  const parsed = parseName(name, policy)
  const violations = kafkaProblems(name)
  // A name that Kafka itself refuses as a whole (empty, `.`, reserved) has no segments worth a word.
  const segments = violations.some(
    v => v.code === 'empty' || v.code === 'dots-only' || v.code === 'reserved-prefix',
  )
    ? []
    : checkSegments(policy, parsed, names, violations)

  if (parsed.secondSuffix !== null && parsed.suffix !== null)
    violations.push(
      violation('suffix-twice', 'name', { suffix: parsed.suffix, base: parsed.base }, parsed.base),
    )

  const warnings: NameViolation[] = []
  if (exists?.(name)) violations.push(violation('exists', 'name', { name }))
  else {
    const other = collision(name, names)
    if (other !== null) violations.push(violation('collides', 'name', { name, other }))
  }
  if (violations.length === 0) {
    if (parsed.suffix !== null && exists && !exists(parsed.base))
      warnings.push(violation('base-missing', 'name', { base: parsed.base, suffix: parsed.suffix }))
    const marker = internalMarker(name)
    if (marker !== null) warnings.push(violation('looks-internal', 'name', { marker }))
  }

  const passes = (candidate: string) =>
    candidate !== name &&
    !exists?.(candidate) &&
    collision(candidate, names) === null &&
    obeys(policy, candidate)
  const suggestions =
    violations.length === 0 ? [] : suggestNames(policy, parsed, names).filter(passes).slice(0, 5)
  const whole = suggestions[0] ?? null
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
  }
}

/** Does the name keep Kafka's rules and the convention, whatever topics there are? Cheap enough for every row of a list. */
export function obeys(policy: NamingPolicy, name: string): boolean {
  if (kafkaProblems(name).length > 0) return false
  const parsed = parseName(name, policy)
  if (parsed.secondSuffix !== null || parsed.segments.length !== policy.segments.length) return false
  return policy.segments.every((rule, i) => segmentCode(policy, rule, parsed.segments[i] ?? '') === null)
}

/** The verdict on a topic that is there: internal ones (Kafka's, Connect's, Streams') are exempt. */
export function verdictOf(policy: NamingPolicy, name: string): 'ok' | 'violation' | 'exempt' {
  if (obeys(policy, name)) return 'ok'
  return internalMarker(name) === null ? 'violation' : 'exempt'
}

/** The error that a refused creation answers with: the broker's own words where only they apply, else the policy's. */
export function errorCodeOf(
  check: NameCheck,
): 'TOPIC_EXISTS' | 'TOPIC_COLLIDES' | 'NAME_POLICY_VIOLATION' | null {
  if (check.valid) return null
  if (check.violations.every(v => v.code === 'exists')) return 'TOPIC_EXISTS'
  if (check.violations.every(v => v.code === 'collides')) return 'TOPIC_COLLIDES'
  return 'NAME_POLICY_VIOLATION'
}

function checkSegments(
  policy: NamingPolicy,
  parsed: ParsedName,
  names: readonly string[],
  violations: NameViolation[],
): NameCheck['segments'] {
  const pattern = policy.segments.map(rule => `<${rule.name}>`).join(policy.separator)
  if (parsed.segments.length !== policy.segments.length)
    violations.push(
      violation('segment-count', 'name', {
        expected: policy.segments.length,
        actual: parsed.segments.length,
        pattern,
      }),
    )
  return policy.segments.map((rule, i) => {
    const value = parsed.segments[i]
    const suggestions = segmentSuggestions(policy, i, parsed.segments, names)
    if (value === undefined) return { name: rule.name, value: '', ok: false, suggestions }
    const code = segmentCode(policy, rule, value)
    if (code !== null)
      violations.push(
        violation(
          code,
          rule.name,
          {
            segment: rule.name,
            value,
            max: rule.maxLength,
            allowed: rule.kind === 'enum' ? rule.values.join(', ') : '',
          },
          fix(policy, rule, value, suggestions),
        ),
      )
    return { name: rule.name, value, ok: code === null, suggestions }
  })
}

/** The first rule that a segment breaks, or null. */
function segmentCode(policy: NamingPolicy, rule: SegmentRule, value: string): string | null {
  if (value === '') return 'segment-empty'
  if (value.length > rule.maxLength) return 'segment-too-long'
  if (policy.reserved.includes(value.toLowerCase())) return 'reserved-word'
  if (policy.case === 'lower' && /[A-Z]/.test(value)) return 'case'
  if (rule.kind === 'enum') return rule.values.includes(value) ? null : 'not-registered'
  return wholePattern(rule.pattern).test(value) ? null : 'pattern'
}

/** What to write instead, if anything passes. */
function fix(
  policy: NamingPolicy,
  rule: SegmentRule,
  value: string,
  suggestions: readonly string[],
): string | null {
  const kebab = toKebab(value).slice(0, rule.maxLength).replace(/-+$/, '')
  if (kebab !== value && segmentCode(policy, rule, kebab) === null) return kebab
  return rule.kind === 'enum' ? (suggestions[0] ?? null) : null
}

const patterns = new Map<string, RegExp>()

function wholePattern(pattern: string): RegExp {
  let regex = patterns.get(pattern)
  if (!regex) {
    regex = new RegExp(`^(?:${pattern})$`)
    // Policies change seldom; a handful of patterns is all there ever is.
    if (patterns.size > 100) patterns.clear()
    patterns.set(pattern, regex)
  }
  return regex
}

/** Kafka keeps `.` and `_` apart in names but not in metrics, so the controller refuses a second name that differs only there. */
function collision(name: string, names: readonly string[]): string | null {
  const folded = name.replaceAll('.', '_')
  for (const other of names)
    if (other.length === name.length && other !== name && other.replaceAll('.', '_') === folded) return other
  return null
}

function setHas(names: readonly string[]): (name: string) => boolean {
  const set = new Set(names)
  return name => set.has(name)
}
