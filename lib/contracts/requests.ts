import * as z from 'zod'
import { clusterId, instant, int64, page, pageInput, problem } from './common'
import { endpoint } from './endpoint'
import { catalogueProposal } from './policy-spec'
import { configChange, configName, configSet, topicUsage, topicUsers } from './topic-changes'
import { nameViolation } from './topics'

/** A request's way. `failed` can be applied again; nothing follows `applied`, `declined`, `withdrawn` and `expired`. */
export const REQUEST_STATES = [
  'draft',
  'pending',
  'changes-requested',
  'approved',
  'applying',
  'applied',
  'failed',
  'declined',
  'withdrawn',
  'expired',
] as const
export const requestState = z.enum(REQUEST_STATES)
export type RequestState = z.output<typeof requestState>
export const REQUEST_KINDS = ['create', 'partitions', 'configs', 'delete', 'access'] as const
export const requestKind = z.enum(REQUEST_KINDS)
export type RequestKind = z.output<typeof requestKind>

/** PostgreSQL's text holds every character but U+0000. */
const storable = (max: number) =>
  z
    .string()
    .max(max)
    .refine(given => !given.includes('\u0000'))
const text = storable(2000)
const operation = z.enum(['read', 'write', 'describe'])
const link = z.url({ protocol: /^https?$/ }).max(2000)

/** A name as typed: whether it is one is told when it is filed; only a draft may be without. */
const typedName = z.string().max(300)

/** What is asked for, by kind; the rest of the fields stay out. */
const changeFields = {
  /** create, partitions: the number there shall be. */
  partitions: z.number().int().min(-1).max(100_000).optional(),
  replicationFactor: z.number().int().min(-1).max(100).optional(),
  /** create: all that the topic sets. configs: what is set anew. */
  configs: configSet.optional(),
  /** configs: what goes back to the broker's default. */
  reset: z.array(configName).max(200).optional(),
  /** delete: also while groups read it. */
  override: z.boolean().optional(),
  /** access: `User:alice`, may do these; `group` is what a reader reads with. */
  principal: storable(300).optional(),
  operations: z.array(operation).max(3).optional(),
  group: storable(255).optional(),
  /** What is said about a new topic. */
  owner: storable(100).optional(),
  description: text.optional(),
  classification: storable(50).optional(),
  schema: storable(300).optional(),
  tags: z.array(storable(50).min(1)).max(20).optional(),
  /** create: what its name needs registered. */
  propose: z.array(catalogueProposal).max(5).optional(),
  /** For the estimate of its size. */
  expected: z
    .strictObject({
      recordsPerSecond: z.number().min(0).max(100_000_000),
      recordBytes: z.number().min(0).max(100_000_000),
    })
    .optional(),
}
export const requestChange = z.object(changeFields)
export type RequestChange = z.output<typeof requestChange>

const wording = {
  purpose: text.optional(),
  /** Tickets and documents; what is attached stays where it is. */
  links: z.array(link).max(20).optional(),
}

export const requestRow = z.object({
  id: z.string(),
  cluster: clusterId,
  /** A topic's name, but of a draft, which holds what was typed. */
  topic: typedName,
  kind: requestKind,
  state: requestState,
  /** Grows with every change: send it back, and of two who click at once one is told. */
  version: z.number().int(),
  by: z.string(),
  owner: z.string().nullable(),
  createdAt: instant,
  updatedAt: instant,
  submittedAt: instant.nullable(),
  expiresAt: instant.nullable(),
  /** Who approved so far, and how many must. */
  approvals: z.array(z.object({ by: z.string(), at: instant, via: z.string() })),
  approvalsNeeded: z.number().int(),
  policyVersion: z.number().int().nullable(),
  /** Why it failed: an error code and its params. */
  failure: z
    .object({ code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) })
    .nullable(),
  /** Applied: by this request, or found done by somebody else; `reconciled` after a lost answer. */
  outcome: z.enum(['done', 'already', 'reconciled']).nullable(),
})
export type RequestRow = z.output<typeof requestRow>

const diffRow = z.object({ field: z.string(), before: z.string().nullable(), after: z.string().nullable() })

export const requestEvent = z.object({
  id: z.string(),
  at: instant,
  actor: z.string(),
  via: z.enum(['console', 'api', 'slack', 'jira', 'system']),
  kind: z.enum([
    'drafted',
    'submitted',
    'edited',
    'approved',
    'changes-requested',
    'declined',
    'withdrawn',
    'commented',
    'applying',
    'applied',
    'failed',
    'retried',
    'reopened',
    'expired',
  ]),
  text: z.string().nullable(),
  mentions: z.array(z.string()),
  code: z.string().nullable(),
  /** submitted, applied: what differs in the cluster; edited: in what is asked for. Empty: nobody kept it. */
  changes: z.array(diffRow),
})
export type RequestEvent = z.output<typeof requestEvent>

/** How the request looks against the cluster and the policy of now: read anew at every look. */
export const requestReview = z.object({
  /** Against what is, or against what the broker would take by itself. */
  diff: z.array(diffRow),
  configs: z.array(configChange),
  violations: z.array(nameViolation),
  warnings: z.array(nameViolation),
  policyVersion: z.number().int().nullable(),
  /** What the broker said to validateOnly; null: it has no such question for this kind. */
  broker: z
    .object({ ok: z.boolean(), code: z.string().nullable(), message: z.string().nullable(), at: instant })
    .nullable(),
  cost: z
    .object({
      partitionsAdded: z.number().int(),
      replicasAdded: z.number().int(),
      /** Over the retention, all replicas; null: no rate is known, or nothing bounds it. */
      bytes: int64.nullable(),
      /** What the estimate rests on. */
      bytesFrom: z.enum(['expected', 'measured']).nullable(),
      retentionMs: int64.nullable(),
    })
    .nullable(),
  usage: topicUsage.nullable(),
  at: instant,
})
export type RequestReview = z.output<typeof requestReview>

export const requestDetail = requestRow.extend({
  change: requestChange,
  purpose: z.string().nullable(),
  links: z.array(z.string()),
  events: z.array(requestEvent),
  /** null once it is over, or while the cluster does not answer (`problems`). */
  review: requestReview.nullable(),
  /** delete: who used the topic when it was filed, and when it was applied; null: not yet, or another kind. */
  users: z.object({ filed: topicUsers.nullable(), applied: topicUsers.nullable() }),
  /** What the caller may do; a reason where not: an error code. */
  may: z.object({
    approve: z.string().nullable(),
    decide: z.string().nullable(),
    edit: z.string().nullable(),
    withdraw: z.string().nullable(),
    retry: z.string().nullable(),
    /** To delete a topic although it is in use: `retry` with `override`. */
    override: z.string().nullable(),
  }),
  /** Its messages outside: a Jira key, for instance. */
  outside: z.array(
    z.object({ channel: z.string(), kind: z.string(), key: z.string(), url: z.string().nullable() }),
  ),
  problems: z.array(problem),
})
export type RequestDetail = z.output<typeof requestDetail>

const listInput = {
  tab: z.enum(['waiting', 'mine', 'all']).default('all'),
  state: requestState.optional(),
  kind: requestKind.optional(),
  query: storable(249).optional(),
  sort: z.enum(['oldest', 'newest']).default('newest'),
  ...pageInput,
}
const requestId = z.string().regex(/^\d{1,15}$/)
const one = { cluster: clusterId, id: requestId }
const base = '/clusters/{cluster}/topic-requests'
/** The version that was looked at: another refuses it with REQUEST_CHANGED. */
const version = z.number().int().min(1).optional()
const act = <P extends string, I extends z.ZodRawShape>(verb: P, summary: string, input: I) =>
  endpoint({
    method: 'POST',
    path: `${base}/{id}/${verb}`,
    tag: 'requests',
    summary,
    input: z.object({ ...one, version, ...input }),
    output: requestRow,
  })

export const requests = {
  list: endpoint({
    method: 'GET',
    path: base,
    tag: 'requests',
    summary: 'Requests about topics of a cluster: waiting for me, mine, or all',
    input: z.object({ cluster: clusterId, ...listInput }),
    output: page(requestRow),
  }),
  listAll: endpoint({
    method: 'GET',
    path: '/topic-requests',
    tag: 'requests',
    summary: 'Requests about topics of every cluster',
    input: z.object({ ...listInput }),
    output: page(requestRow),
  }),
  file: endpoint({
    method: 'POST',
    path: base,
    tag: 'requests',
    summary:
      'File a request: pending at once, unless it is a draft, which may be anything yet; dryRun checks it and keeps nothing',
    status: 201,
    input: z.object({
      cluster: clusterId,
      kind: requestKind,
      topic: typedName,
      ...changeFields,
      ...wording,
      draft: z.boolean().default(false),
      dryRun: z.boolean().default(false),
      /** With dryRun: an own request that would be edited to this, and does not stand in its way. */
      replaces: requestId.optional(),
    }),
    output: z.object({ request: requestRow.nullable(), review: requestReview }),
  }),
  get: endpoint({
    method: 'GET',
    path: `${base}/{id}`,
    tag: 'requests',
    summary:
      'One request: what is asked, how it stands against the cluster and the policy now, and its timeline',
    input: z.object(one),
    output: requestDetail,
  }),
  edit: endpoint({
    method: 'PUT',
    path: `${base}/{id}`,
    tag: 'requests',
    summary:
      'Edit an own draft, a request that is not decided yet, or one that could not be applied; approvals begin anew, and it is pending again',
    input: z.object({
      ...one,
      version,
      /** create, and any draft: another name. */
      topic: typedName.optional(),
      ...changeFields,
      ...wording,
      draft: z.boolean().default(false),
    }),
    output: requestRow,
  }),
  approve: act('approve', 'Approve; with the last approval that is needed it is applied', {}),
  decline: act('decline', 'Decline, with the reason', { reason: text.min(1) }),
  requestChanges: act('request-changes', 'Give it back to the requester, with what to change', {
    reason: text.min(1),
  }),
  withdraw: act('withdraw', 'Withdraw an own request that is not applied', {}),
  retry: act(
    'retry',
    'Apply a failed request again, after checking it anew. A deletion that was refused because the topic is in use goes on with `override` and its name in `confirm`: a decision for approvers, with whose approval the counting begins anew',
    { override: z.boolean().optional(), confirm: typedName.optional() },
  ),
  comment: act('comments', 'Comment; @name calls a person', { text: text.min(1) }),
  people: endpoint({
    method: 'GET',
    path: `${base}/{id}/people`,
    tag: 'requests',
    summary:
      'People whom a comment on the request can call: users who may see it, by what was typed of their name',
    input: z.object({ ...one, query: storable(100).default('') }),
    output: z.object({ items: z.array(z.object({ username: z.string(), name: z.string() })) }),
  }),
  approveMany: endpoint({
    method: 'POST',
    path: '/topic-requests/approve',
    tag: 'requests',
    summary:
      'Approve several requests, each by itself: one that is refused holds up no other; answers what came of each',
    input: z.object({
      requests: z
        .array(
          z.strictObject({
            cluster: clusterId,
            id: requestId,
            version: z.number().int().min(1),
          }),
        )
        .min(1)
        .max(100),
    }),
    output: z.object({
      items: z.array(
        z.object({
          id: z.string(),
          ok: z.boolean(),
          code: z.string().nullable(),
          params: z.record(z.string(), z.union([z.string(), z.number()])),
          /** As it is when the answer leaves: `approved` or `applying` is under way. */
          request: requestRow.nullable(),
        }),
      ),
    }),
  }),
}
