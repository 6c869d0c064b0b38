import { parseAsInteger, parseAsStringLiteral } from 'nuqs/server'

export const POLICY_TABS = ['rules', 'yaml', 'history'] as const

/** The policy page's address: which side of it, and which version is open in the history (`v`). */
export const policyParams = {
  tab: parseAsStringLiteral(POLICY_TABS).withDefault('rules'),
  v: parseAsInteger,
}
