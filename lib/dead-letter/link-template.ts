/**
 * Links to other tools, made of templates of the configuration. Values come from strangers' records, so they
 * never choose the host.
 */

/** What a template may name. A link whose value is unknown is left out. */
export const LINK_VALUES = [
  'cluster',
  'topic',
  'originTopic',
  'group',
  'fingerprint',
  'exception',
  'message',
  'partition',
  'offset',
  'originPartition',
  'originOffset',
  'key',
  'traceId',
  'spanId',
  'at',
  'atMs',
  'fromMs',
  'untilMs',
  'url',
] as const
export type LinkValues = Partial<Record<(typeof LINK_VALUES)[number], string | number | null>>

const KNOWN: ReadonlySet<string> = new Set(LINK_VALUES)
const PLACEHOLDER = /\{([A-Za-z]+)\}/g
const LONGEST_VALUE = 500
const LONGEST_URL = 8000

/**
 * Why a template cannot be used, for the configuration's reader; null: it can. Its host is fixed and it is
 * http or https.
 */
export function linkTemplateProblem(template: string): string | null {
  const head = /^https?:\/\/([^/?#]+)(?=[/?#]|$)/.exec(template)
  if (!head) return 'must be an http:// or https:// address'
  const host = head[1] ?? ''
  if (/[{}]/.test(host)) return 'must name its host: placeholders come behind it'
  if (host.includes('@')) return 'must not hold a user name or password'
  for (const [, name = ''] of template.matchAll(PLACEHOLDER))
    if (!KNOWN.has(name)) return `names {${name}}, which is none of ${LINK_VALUES.join(', ')}`
  return URL.canParse(template.replace(PLACEHOLDER, 'x')) ? null : 'is no address'
}

/**
 * The address with every placeholder filled, percent-encoded; null where a value is not known or the outcome
 * would leave the template's host.
 */
export function fillLink(template: string, values: LinkValues): string | null {
  if (linkTemplateProblem(template) !== null) return null
  let missing = false
  const filled = template.replace(PLACEHOLDER, (_, name: string) => {
    const value = KNOWN.has(name) ? values[name as keyof LinkValues] : undefined
    if (value === undefined || value === null || value === '') {
      missing = true
      return ''
    }
    // A dot segment would climb out of the path it stands in.
    return encodeURIComponent(String(value).slice(0, LONGEST_VALUE).toWellFormed()).replace(/^\.{1,2}$/, '_')
  })
  if (missing || filled.length > LONGEST_URL) return null
  const url = URL.parse(filled)
  const wanted = URL.parse(template.replace(PLACEHOLDER, 'x'))
  return url !== null && wanted !== null && url.origin === wanted.origin ? url.href : null
}

/** W3C trace context, `00-<trace>-<span>-<flags>`: its ids, or null where it is malformed or all zeros. */
export function readTraceparent(text: string | null): { traceId: string; spanId: string } | null {
  const found = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:-|$)/.exec(text ?? '')
  const [, traceId = '', spanId = ''] = found ?? []
  return found === null || /^0+$/.test(traceId) || /^0+$/.test(spanId) ? null : { traceId, spanId }
}
