import { DEFAULT_POLICY, type NamingPolicy } from './policy'

export type ParsedName = {
  name: string
  /** The name without its derived suffix. */
  base: string
  /** The derived suffix as it stands in the name (`-retry-1000`); null for a base topic. */
  suffix: string | null
  /** A second suffix in front of the first (`x-dlt-dlt`), which no topic may have; still part of `base`. */
  secondSuffix: string | null
  /** The base split at the policy's separator: as many as there are, right or wrong. */
  segments: string[]
}

/** Takes a name apart; says nothing about whether it is right. */
export function parseName(name: string, policy: NamingPolicy = DEFAULT_POLICY): ParsedName {
  const suffix = derivedSuffix(name, policy)
  const base = suffix === null ? name : name.slice(0, -suffix.length)
  return {
    name,
    base,
    suffix,
    secondSuffix: suffix === null ? null : derivedSuffix(base, policy),
    segments: base.split(policy.separator),
  }
}

/** The policy's suffix at the end of a name, spelled out; the longest wins. null when there is none or nothing in front of it. */
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

/** `-retry-*` is a delay or an index: `-retry-1000`, `-retry-5m`; a word there (`-retry-requested`) belongs to an event's name. */
function numbered(name: string, stem: string): string | null {
  const number = /\d{1,12}(?:ms|s|m|h|d)?$/.exec(name.slice(-15))
  if (!number) return null
  const suffix = stem + number[0]
  return name.endsWith(suffix) ? suffix : null
}
