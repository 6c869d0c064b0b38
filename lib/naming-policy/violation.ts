import type { PolicyRule } from '../contracts/policy-spec'
import type { NameViolation } from '../contracts/topics'
import en from '../i18n/en/naming.json'
import { twinOf } from './homoglyphs'

const WORDS: Record<string, string> = en.violation

/** A broken rule. `message` is English for API clients; screens take `naming.violation.<code>` with the same params. */
export function violation(
  code: string,
  field: string,
  params: Record<string, string | number>,
  suggestion: string | null = null,
): NameViolation {
  const words = WORDS[code] ?? code
  const message = words.replace(/\{(\w+)\}/g, (_, key: string) =>
    Object.hasOwn(params, key) ? String(params[key]) : '',
  )
  return { code, field, params, message, suggestion }
}

const KAFKA_MAX_NAME_LENGTH = 249

/** What the broker itself refuses (`org.apache.kafka.common.internals.Topic`), and the prefix of its own topics. */
export function kafkaProblems(name: string): NameViolation[] {
  if (name === '') return [violation('empty', 'name', {})]
  if (name === '.' || name === '..') return [violation('dots-only', 'name', { value: name })]
  const found: NameViolation[] = []
  if (name.length > KAFKA_MAX_NAME_LENGTH)
    found.push(violation('too-long', 'name', { length: name.length, max: KAFKA_MAX_NAME_LENGTH }))
  const strange = strangeCharacters(name)
  if (strange !== '') found.push(violation('charset', 'name', { characters: strange }))
  if (name.startsWith('__')) found.push(violation('reserved-prefix', 'name', { prefix: '__' }))
  return found
}

/** Up to ten distinct characters that no topic name may hold, spaces and controls spelled out. */
function strangeCharacters(name: string): string {
  const seen = new Set<string>()
  for (const character of name) {
    if (seen.size >= 10) break
    if (!/^[A-Za-z0-9._-]$/.test(character)) seen.add(visible(character))
  }
  return [...seen].join(' ')
}

/** Controls and spaces by their number, and what looks like ASCII with it: `о` (U+043E) is not `o`. */
function visible(character: string): string {
  const point = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
  if (/^[\p{C}\p{Z}]$/u.test(character)) return point
  const twin = twinOf(character)
  return twin === null ? character : `${character} (${point} ≠ ${twin})`
}

/**
 * Codes of what the broker itself refuses, and of names that are taken: no severity and no exception lets
 * them pass.
 */
const ABSOLUTE: ReadonlySet<string> = new Set([
  'empty',
  'dots-only',
  'too-long',
  'charset',
  'reserved-prefix',
  'exists',
  'collides',
  'collides-case',
  'requested',
])

const RULE_OF: Readonly<Record<string, PolicyRule>> = {
  'partitions-range': 'partitions',
  'replication-range': 'replication',
  'min-insync-range': 'min-insync',
  'retention-range': 'retention',
  'retention-infinite': 'retention',
  'retention-bytes': 'retention',
  'cleanup-policy': 'cleanup',
  'config-not-allowed': 'configs',
  'not-a-number': 'configs',
  'owner-missing': 'owner',
  'owner-unknown': 'owner',
  'description-missing': 'description',
  'classification-missing': 'classification',
  'classification-unknown': 'classification',
  'schema-missing': 'schema',
}

/** The rule of the policy that a violation's code belongs to; null for Kafka's own, which nothing relaxes. */
export function ruleOf(code: string): PolicyRule | null {
  if (ABSOLUTE.has(code)) return null
  return Object.hasOwn(RULE_OF, code) ? (RULE_OF[code] ?? null) : 'naming'
}
