import { DEFAULT_POLICY, type NamingPolicy, type Segment } from './policy'

export type ParsedName = {
  name: string
  /** The environment's prefix where the name has it, else empty. */
  prefix: string
  /** The name without its derived suffix (the prefix stays). */
  base: string
  /** The derived suffix as it stands in the name (`-retry-1000`); null for a base topic. */
  suffix: string | null
  /** A second suffix in front of the first (`x-dlt-dlt`), which no topic may have; still part of `base`. */
  secondSuffix: string | null
  /** The base without its prefix, split at the policy's separator: as many as there are, right or wrong. */
  segments: string[]
}

/** Takes a name apart; says nothing about whether it is right. */
export function parseName(name: string, policy: NamingPolicy = DEFAULT_POLICY): ParsedName {
  const suffix = derivedSuffix(name, policy)
  const base = suffix === null ? name : name.slice(0, -suffix.length)
  const prefix = base.startsWith(policy.prefix) ? policy.prefix : ''
  return {
    name,
    prefix,
    base,
    suffix,
    secondSuffix: suffix === null ? null : derivedSuffix(base, policy),
    segments: base.slice(prefix.length).split(policy.separator),
  }
}

/**
 * The policy's suffix at the end of a name, spelled out; the longest wins. null when there is none or nothing
 * in front of it.
 */
export function derivedSuffix(name: string, policy: NamingPolicy): string | null {
  let longest: string | null = null
  for (const suffix of policy.derivedSuffixes) {
    const found = suffix.endsWith('*')
      ? numbered(name, suffix.slice(0, -1))
      : name.endsWith(suffix)
        ? suffix
        : null
    if (found !== null && found.length < name.length && found.length > (longest?.length ?? 0)) longest = found
  }
  return longest
}

/**
 * `-retry-*` is a delay or an index: `-retry-1000`, `-retry-5m`; a word there (`-retry-requested`) belongs to
 * an event's name.
 */
function numbered(name: string, stem: string): string | null {
  const number = /\d{1,12}(?:ms|s|m|h|d)?$/.exec(name.slice(-15))
  if (!number) return null
  const suffix = stem + number[0]
  return name.endsWith(suffix) ? suffix : null
}

/**
 * Which rule each value is held against: an index, or -1 for a value that no rule is left for; and the rules
 * that nothing stands for.
 */
export type Alignment = { ruleOf: number[]; missing: number[] }

const MOST_VALUES = 60

/**
 * Lays the parts of a name along the policy's segments: in order where there are as many as rules, else so
 * that as few as possible are wrong (an optional one is left out freely, a repeated one takes several). Work
 * is bounded by 10 rules times 60 values.
 */
export function alignSegments(
  policy: NamingPolicy,
  values: readonly string[],
  isRight: (rule: Segment, value: string) => boolean,
): Alignment {
  const rules = policy.segments
  const isPlain = rules.every(rule => !rule.optional && !rule.repeated)
  if (isPlain || values.length > MOST_VALUES) {
    return {
      ruleOf: values.map((_, i) => (i < rules.length ? i : -1)),
      missing: rules.flatMap((rule, i) => (i < values.length || rule.optional ? [] : [i])),
    }
  }
  // cost[r][v]: the fewest faults of rules from r on against values from v on. `held`: rule r has taken a
  // value already.
  const R = rules.length
  const V = values.length
  const best: { cost: number; step: 'take' | 'stay' | 'skip' | 'extra' | 'end' }[][] = []
  const right = rules.map(rule => values.map(value => isRight(rule, value)))
  const costAt = (r: number, v: number) => best[r]?.[v]?.cost ?? Number.POSITIVE_INFINITY
  for (let r = R; r >= 0; r--) {
    const line: (typeof best)[number] = []
    best[r] = line
    for (let v = V; v >= 0; v--) {
      const rule = rules[r]
      const wrong = right[r]?.[v] ? 0 : 1
      let chosen: { cost: number; step: 'take' | 'stay' | 'skip' | 'extra' | 'end' } =
        r === R && v === V ? { cost: 0, step: 'end' } : { cost: Number.POSITIVE_INFINITY, step: 'extra' }
      const offer = (cost: number, step: 'take' | 'stay' | 'skip' | 'extra') => {
        if (cost < chosen.cost) chosen = { cost, step }
      }
      if (rule && v < V) offer(wrong + costAt(r + 1, v + 1), 'take')
      // A repeated rule takes this value and stays for the next; at least the last value of its run is taken by `take`.
      if (rule?.repeated && v < V - 1) offer(wrong + costAt(r, v + 1), 'stay')
      if (rule) offer((rule.optional ? 0 : 2) + costAt(r + 1, v), 'skip')
      if (v < V) offer(2 + costAt(r, v + 1), 'extra')
      line[v] = chosen
    }
  }
  const ruleOf: number[] = []
  const missing: number[] = []
  let r = 0
  let v = 0
  for (let steps = 0; steps <= R + V; steps++) {
    const step = best[r]?.[v]?.step ?? 'end'
    if (step === 'end') break
    if (step === 'skip') {
      if (!rules[r]?.optional) missing.push(r)
      r++
      continue
    }
    ruleOf.push(step === 'extra' ? -1 : r)
    if (step === 'take') r++
    v++
  }
  return { ruleOf, missing }
}
