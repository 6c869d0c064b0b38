/**
 * Paths of pages and of the API, and how an id travels in them: as it is
 * when it holds only `[A-Za-z0-9._-]` and is not `.` or `..`, else `~` + base64url of its UTF-8 bytes.
 * Browsers and proxies normalise `..`, `%2F` and `//`; this form survives all of them.
 */
const PLAIN = /^[A-Za-z0-9._-]+$/
const BASE64URL = /^[A-Za-z0-9_-]*$/

/** An id as one path segment. The empty id becomes `~`. Lone surrogates become U+FFFD, as in every UTF-8 encoder. */
export function encodeId(id: string): string {
  if (PLAIN.test(id) && id !== '.' && id !== '..') return id
  let binary = ''
  for (const byte of new TextEncoder().encode(id)) binary += String.fromCharCode(byte)
  return `~${btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`
}

/**
 * A path segment as the id it stands for, or null when it is none: `~` followed by what is not base64url of
 * well-formed UTF-8, or a percent escape that is broken. Plain and percent-encoded segments (typed by people,
 * sent by curl) are taken as well.
 */
export function decodeId(segment: string): string | null {
  let text = segment
  if (text.includes('%')) {
    try {
      text = decodeURIComponent(text)
    } catch {
      return null
    }
  }
  if (!text.startsWith('~')) return text
  const encoded = text.slice(1)
  if (!BASE64URL.test(encoded) || encoded.length % 4 === 1) return null
  try {
    const binary = atob(encoded.replaceAll('-', '+').replaceAll('_', '/'))
    const bytes = Uint8Array.from(binary, char => char.charCodeAt(0))
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

/** A contract's path with its parameters filled in; null when one is missing. Keys that were used are in `used`. */
export function fillPath(path: string, params: Record<string, unknown>): { path: string; used: Set<string> } {
  const used = new Set<string>()
  const filled = path.replace(/\{([^}]+)\}/g, (_, name: string) => {
    used.add(name)
    const value = params[name]
    if (value === undefined || value === null) throw new TypeError(`path parameter ${name} is missing`)
    return encodeId(String(value))
  })
  return { path: filled, used }
}

type Query = Record<string, string | number | boolean | readonly (string | number)[] | null | undefined>

function withQuery(path: string, query: Query | undefined): string {
  if (!query) return path
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === '') continue
    if (Array.isArray(value)) for (const one of value) search.append(key, String(one))
    else search.set(key, String(value))
  }
  const text = search.toString()
  return text ? `${path}?${text}` : path
}

const inCluster = (cluster: string, ...segments: string[]) =>
  ['/clusters', encodeId(cluster), ...segments].join('/')

/** Every page of the console. The only place that knows how they are spelt. */
export const routes = {
  signIn: (next?: string) => withQuery('/sign-in', { next }),
  clusters: () => '/clusters',
  overview: (cluster: string) => inCluster(cluster),
  topics: (cluster: string, query?: Query) => withQuery(inCluster(cluster, 'topics'), query),
  newTopic: (cluster: string, query?: Query) => withQuery(inCluster(cluster, 'new-topic'), query),
  topic: (cluster: string, topic: string, tab?: TopicTab, query?: Query) =>
    withQuery(inCluster(cluster, 'topics', encodeId(topic), ...(tab ? [tab] : [])), query),
  record: (cluster: string, topic: string, partition: number, offset: string, query?: Query) =>
    withQuery(inCluster(cluster, 'topics', encodeId(topic), String(partition), encodeId(offset)), query),
  produce: (cluster: string, topic: string, query?: Query) =>
    withQuery(inCluster(cluster, 'topics', encodeId(topic), 'produce'), query),
  schemas: (cluster: string, query?: Query) => withQuery(inCluster(cluster, 'schemas'), query),
  schema: (cluster: string, subject: string, query?: Query) =>
    withQuery(inCluster(cluster, 'schemas', encodeId(subject)), query),
  groups: (cluster: string, query?: Query) => withQuery(inCluster(cluster, 'groups'), query),
  group: (cluster: string, group: string, tab?: GroupTab, query?: Query) =>
    withQuery(inCluster(cluster, 'groups', encodeId(group), ...(tab ? [tab] : [])), query),
  deadLetters: (cluster: string, query?: Query) => withQuery(inCluster(cluster, 'dead-letters'), query),
  deadLetterRules: (cluster: string) => inCluster(cluster, 'dead-letters', 'rules'),
  deadLetterIssue: (cluster: string, fingerprint: string) =>
    inCluster(cluster, 'dead-letters', 'g', encodeId(fingerprint)),
  deadLetter: (cluster: string, topic: string, partition: number, offset: string) =>
    inCluster(cluster, 'dead-letters', 'r', encodeId(topic), String(partition), encodeId(offset)),
  replays: (cluster: string, query?: Query) => withQuery(inCluster(cluster, 'replays'), query),
  replaySchedules: (cluster: string, query?: Query) =>
    withQuery(inCluster(cluster, 'replays', 'schedules'), query),
  newReplay: (cluster: string, query?: Query) => withQuery(inCluster(cluster, 'replays', 'new'), query),
  replay: (cluster: string, replay: string) => inCluster(cluster, 'replays', encodeId(replay)),
  brokers: (cluster: string) => inCluster(cluster, 'brokers'),
  policy: (cluster: string, query?: Query) => withQuery(inCluster(cluster, 'policy'), query),
  drift: (cluster: string, query?: Query) => withQuery(inCluster(cluster, 'drift'), query),
  catalogue: (cluster: string, query?: Query) => withQuery(inCluster(cluster, 'catalogue'), query),
  requests: (query?: Query) => withQuery('/requests', query),
  request: (cluster: string, request: string) => `/requests/${encodeId(cluster)}/${encodeId(request)}`,
  newRequest: (query?: Query) => withQuery('/requests/new', query),
  editRequest: (cluster: string, request: string) =>
    `/requests/${encodeId(cluster)}/${encodeId(request)}/edit`,
  notices: (query?: Query) => withQuery('/notices', query),
  audit: (query?: Query) => withQuery('/audit', query),
}

export type TopicTab = 'messages' | 'partitions' | 'consumers' | 'configs'
export type GroupTab = 'lag' | 'members' | 'partitions' | 'history'
export type Section =
  | 'overview'
  | 'topics'
  | 'groups'
  | 'dead-letters'
  | 'replays'
  | 'brokers'
  | 'policy'
  | 'drift'
  | 'catalogue'
  | 'schemas'
  | 'requests'
  | 'notices'
  | 'audit'
  | 'clusters'

const CLUSTER_SECTIONS: ReadonlySet<string> = new Set([
  'topics',
  'groups',
  'dead-letters',
  'replays',
  'brokers',
  'policy',
  'drift',
  'catalogue',
  'schemas',
])

/** Where a path is: which cluster, which section, and the decoded segments after it. Unknown paths have no section. */
export function parsePath(path: string): {
  cluster: string | null
  section: Section | null
  rest: string[]
} {
  const [root, cluster, section, ...rest] = path.split('/').filter(Boolean)
  const decoded = rest.map(segment => decodeId(segment) ?? segment)
  if (root === 'audit') return { cluster: null, section: 'audit', rest: [] }
  if (root === 'notices') return { cluster: null, section: 'notices', rest: [] }
  if (root === 'requests') {
    const parts = [cluster, section].filter(part => part !== undefined)
    return { cluster: null, section: 'requests', rest: parts.map(part => decodeId(part) ?? part) }
  }
  if (root !== 'clusters') return { cluster: null, section: null, rest: [] }
  if (cluster === undefined) return { cluster: null, section: 'clusters', rest: [] }
  const id = decodeId(cluster) ?? cluster
  if (section === undefined) return { cluster: id, section: 'overview', rest: [] }
  if (section === 'new-topic') return { cluster: id, section: 'topics', rest: ['new'] }
  return {
    cluster: id,
    section: CLUSTER_SECTIONS.has(section) ? (section as Section) : null,
    rest: decoded,
  }
}

/** Sections that are of no cluster: one page for all of them. */
export const GLOBAL_SECTIONS: ReadonlySet<Section> = new Set(['requests', 'notices', 'audit', 'clusters'])

/** The same page in another cluster: the section stays, ids do not. */
export function switchCluster(path: string, cluster: string): string {
  const { section } = parsePath(path)
  if (section === null || section === 'overview' || GLOBAL_SECTIONS.has(section))
    return routes.overview(cluster)
  return inCluster(cluster, section)
}

/**
 * Where to go after signing in: a path of this site, or `/`. Refused: absolute and protocol-relative
 * addresses, backslashes and control characters (browsers read `/\host` and `/\thost` as another host), and
 * the sign-in page itself.
 */
export function safeNext(next: string | null | undefined): string {
  if (!next?.startsWith('/') || next.startsWith('//')) return '/'
  for (const char of next) if (char === '\\' || char < ' ' || char === '\u007f') return '/'
  const base = 'http://milena.invalid'
  let url: URL
  try {
    url = new URL(next, base)
  } catch {
    return '/'
  }
  // `/.//host` is normalised to `//host` only now.
  if (url.origin !== base || url.pathname.startsWith('//')) return '/'
  if (url.pathname === '/sign-in' || url.pathname.startsWith('/api/')) return '/'
  return url.pathname + url.search + url.hash
}
