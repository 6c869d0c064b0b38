import * as z from 'zod'
import { clusterId, topicName } from './common'
import { endpoint } from './endpoint'
import { catalogueKind } from './policy-spec'

const text = (max: number) => z.string().max(max).nullable()
const revision = z.number().int().min(0)
/** Names of domains and services stand in topic names; a team's may be anything readable. */
const entryName = z.string().min(1).max(100)

export const catalogueEntry = z.object({
  kind: catalogueKind,
  name: entryName,
  /** The domain that a service publishes in; null: any. */
  domain: text(100),
  /** A registered team. */
  owner: text(100),
  description: text(2000),
  /** Of a team: an address, a page. */
  contact: text(300),
  slackChannel: text(100),
  /**
   * `catalogue`: registered here; `policy`: the policy lists it; `topics`: topics are named so; `facts`: a
   * topic names it; `tags`: a topic's tag (`domain:order`) does; `requests`: an open request asks for it.
   */
  sources: z.array(z.enum(['catalogue', 'policy', 'topics', 'facts', 'tags', 'requests'])),
  /** Topics of the cluster that have it, as far as the caller sees them. */
  topics: z.number().int(),
  /** For the optimistic lock; 0: not registered. */
  revision,
})
export type CatalogueEntry = z.output<typeof catalogueEntry>

const topicMeta = z.object({
  owner: text(100),
  description: text(2000),
  classification: text(100),
  schema: text(500),
  tags: z.array(z.string().min(1).max(50)).max(20),
  revision,
})

const address = { kind: catalogueKind, name: entryName }
const one = { cluster: clusterId, topic: topicName }

export const catalogue = {
  list: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/catalogue',
    tag: 'catalogue',
    summary: 'Domains, services and teams: registered, listed by the policy, or seen in topics',
    input: z.object({ cluster: clusterId }),
    output: z.object({
      items: z.array(catalogueEntry),
      /** More was seen in topic names than is listed. */
      truncated: z.boolean(),
    }),
  }),
  put: endpoint({
    method: 'PUT',
    path: '/catalogue/{kind}/{name}',
    tag: 'catalogue',
    summary: 'Register or change a domain, a service or a team, for all clusters',
    input: z.object({
      ...address,
      domain: text(100).default(null),
      owner: text(100).default(null),
      description: text(2000).default(null),
      contact: text(300).default(null),
      slackChannel: text(100).default(null),
      revision,
    }),
    output: z.object({ kind: catalogueKind, name: entryName, revision }),
  }),
  remove: endpoint({
    method: 'DELETE',
    path: '/catalogue/{kind}/{name}',
    tag: 'catalogue',
    summary: 'Take an entry out of the catalogue; refused while others name it',
    input: z.object({ ...address, revision: z.coerce.number().int().min(0) }),
    output: z.object({ kind: catalogueKind, name: entryName }),
  }),
  topicMeta: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/topics/{topic}/facts',
    tag: 'catalogue',
    summary: 'What people say about a topic: owner, description, classification, schema, tags',
    input: z.object(one),
    output: topicMeta.extend({
      /** The owner as registered, if so. */
      team: z.object({ contact: text(300), slackChannel: text(100) }).nullable(),
    }),
  }),
  putTopicMeta: endpoint({
    method: 'PUT',
    path: '/clusters/{cluster}/topics/{topic}/facts',
    tag: 'catalogue',
    summary: 'Say who owns a topic and what it is',
    input: z.object({ ...one, ...topicMeta.shape }),
    output: topicMeta,
  }),
}
