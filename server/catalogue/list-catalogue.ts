import { type CatalogueEntry, catalogue } from '@/lib/contracts/catalogue'
import type { CatalogueKind } from '@/lib/contracts/policy-spec'
import { classifyTopic } from '@/lib/naming-policy/classify-topic'
import { alignSegments, parseName } from '@/lib/naming-policy/parse-name'
import type { NamingPolicy } from '@/lib/naming-policy/policy'
import { authorise, mayDo } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import { policyForReading } from '@/server/policies/policy-for'
import { toStoreError } from '@/server/store/errors'
import { catalogueEntry } from '@/server/store/schema/index'
import { entriesAskedFor } from './entries-asked-for'
import { readTopicMeta, type TopicMeta } from './topic-meta'

/** Registered entries are bounded by the store (5,000); what is only seen in names is cut here. */
const MOST_ITEMS = 6000

/**
 * Domains, services and teams: what is registered, what the policy lists, what the names of topics, their
 * owners and tags say, and what open requests ask for. Topics that the caller may not see are neither counted
 * nor read from. A cluster that does not answer leaves the registered ones, with counts of 0.
 */
export const listCatalogue = verb(catalogue.list, async (ctx, input) => {
  authorise(ctx, 'topic.read', { cluster: input.cluster })
  const [{ policy }, rows, seen, asked] = await Promise.all([
    policyForReading(ctx, input.cluster),
    registered(ctx),
    topicsSeen(ctx, input.cluster),
    entriesAskedFor(ctx, input.cluster),
  ])
  const found = new Found()
  for (const row of rows) {
    const { kind, name, domain, owner, description, contact, slackChannel, revision } = row
    const entry = found.at(kind, name, 'catalogue')
    Object.assign(entry, { domain, owner, description, contact, slackChannel, revision })
  }
  for (const segment of policy.spec.naming.segments)
    if (segment.catalogue !== null || segment.name === 'domain')
      for (const value of segment.values) found.at(segment.catalogue ?? 'domain', value, 'policy')
  for (const topic of seen.topics) countTopic(found, policy, topic)
  const sees = new Set(seen.topics)
  for (const [topic, { owner, tags }] of seen.said) {
    if (!sees.has(topic)) continue
    if (owner !== null) found.at('owner', owner, 'facts').topics++
    for (const { kind, name } of tags.flatMap(entryOfTag)) found.at(kind, name, 'tags')
  }
  for (const { kind, name } of asked) found.at(kind, name, 'requests')
  const items = found.sorted()
  return { items: items.slice(0, MOST_ITEMS), truncated: items.length > MOST_ITEMS }
})

class Found {
  readonly #entries = new Map<string, CatalogueEntry>()

  at(kind: CatalogueKind, name: string, source: CatalogueEntry['sources'][number]): CatalogueEntry {
    const key = `${kind} ${name}`
    const known = this.#entries.get(key)
    if (known) {
      if (!known.sources.includes(source)) known.sources.push(source)
      return known
    }
    const entry: CatalogueEntry = {
      kind,
      name,
      domain: null,
      owner: null,
      description: null,
      contact: null,
      slackChannel: null,
      sources: [source],
      topics: 0,
      revision: 0,
    }
    this.#entries.set(key, entry)
    return entry
  }

  sorted(): CatalogueEntry[] {
    return [...this.#entries.values()].sort((a, b) =>
      a.kind === b.kind ? (a.name < b.name ? -1 : 1) : a.kind < b.kind ? -1 : 1,
    )
  }
}

/** Which domain and service a topic's name has, where it keeps the convention there. */
function countTopic(found: Found, policy: NamingPolicy, topic: string): void {
  const { segments } = parseName(topic, policy)
  const { ruleOf } = alignSegments(policy, segments, (rule, value) => rule.accepts(value))
  if (segments.length !== policy.segments.filter(rule => !rule.optional).length) return
  let domain: string | null = null
  for (const [i, at] of ruleOf.entries()) {
    const rule = policy.segments[at]
    const value = segments[i]
    if (rule === undefined || value === undefined || value.length > 100 || !rule.accepts(value)) return
    if (rule.catalogue === 'domain') {
      domain = value
      found.at('domain', value, 'topics').topics++
    } else if (rule.catalogue === 'service') {
      const entry = found.at('service', value, 'topics')
      entry.topics++
      entry.domain ??= domain
    }
  }
}

/** `domain:order`, `service:order-api`, `team:order-team` or `owner:order-team`: what such a tag names. */
function entryOfTag(tag: string): { kind: CatalogueKind; name: string }[] {
  const [, kind, name] = /^(domain|service|owner|team):\s*(\S.{0,99})$/u.exec(tag.trim()) ?? []
  if (kind === undefined || name === undefined) return []
  return [{ kind: kind === 'team' ? 'owner' : (kind as CatalogueKind), name: name.trim() }]
}

async function registered(ctx: Context) {
  try {
    return await ctx.store.db.select().from(catalogueEntry)
  } catch (error) {
    throw toStoreError(error)
  }
}

async function topicsSeen(
  ctx: Context,
  clusterId: string,
): Promise<{ topics: string[]; said: Map<string, TopicMeta> }> {
  const cluster = ctx.clusters.get(clusterId)
  const said = await readTopicMeta(ctx.store.db, clusterId).catch(error => {
    throw toStoreError(error)
  })
  try {
    const metadata = await cluster.metadata({ signal: ctx.signal, timeoutMs: 3000, maxAgeMs: 5000 })
    const topics = [...metadata.topics.keys()].filter(
      topic =>
        classifyTopic(topic).kind !== 'internal' && mayDo(ctx, 'topic.read', { cluster: clusterId, topic }),
    )
    return { topics, said }
  } catch (error) {
    if (ctx.signal.aborted) throw error
    return { topics: [], said: new Map() }
  }
}
