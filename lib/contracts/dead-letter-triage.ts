import * as z from 'zod'
import { clusterId, instant, offsetParam, topicName, wholeNumber } from './common'
import { deadLetterIssue, issueStatus } from './dead-letters'
import { endpoint } from './endpoint'
import { replayState } from './replays'

const fingerprint = z.string().min(1).max(100)
const fingerprints = z.array(fingerprint).min(1).max(200)
const words = z.string().trim().min(1).max(2000)

/** What a person may decide; the other statuses come from replays. `new` takes a decision back. */
export const triageStatus = issueStatus.extract(['new', 'acknowledged', 'resolved', 'archived'])
export type TriageStatus = z.output<typeof triageStatus>

/** One entry of an issue's history, newest first. */
export const issueEvent = z.object({
  id: z.string(),
  at: instant,
  actor: z.string(),
  actorKind: z.enum(['user', 'token', 'system']),
  /** `refailed`: as many of its letters as `to` says came back after a replay. */
  kind: z.enum([
    'status',
    'assign',
    'comment',
    'reopened',
    'merged',
    'split',
    'dropped',
    'restored',
    'replay',
    'refailed',
  ]),
  from: z.string().nullable(),
  to: z.string().nullable(),
  /** The reason, or the comment. */
  text: z.string().nullable(),
  /**
   * Of a `replay`: the issue's letters in it, and those of them that were replayed; `whole` false: it is too
   * large to be looked at whole, there may be more.
   */
  replay: z
    .object({
      id: z.string(),
      state: replayState,
      letters: z.number().int(),
      replayed: z.number().int(),
      whole: z.boolean(),
    })
    .optional(),
})
export type IssueEvent = z.output<typeof issueEvent>

/** Something about several issues: what was done, and what was not there any more. */
const changed = z.object({ changed: z.array(z.string()), unknown: z.array(z.string()) })

export const deadLetterTriage = {
  issue: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/dead-letters/groups/{fingerprint}',
    tag: 'dead-letters',
    summary: 'One issue with its history, affected keys, samples and links out',
    input: z.object({ cluster: clusterId, fingerprint }),
    output: z.object({
      issue: deadLetterIssue,
      history: z.array(issueEvent),
      /** Keys of its newest letters, most frequent first; null without the right to read records. */
      keys: z.array(z.object({ key: z.string().nullable(), count: z.number().int() })).nullable(),
      /** Letters that `keys` was counted over. */
      keysOf: z.number().int(),
      samples: z.array(
        z.object({
          topic: topicName,
          partition: z.number().int(),
          offset: z.string(),
          timestamp: instant.nullable(),
          message: z.string().nullable(),
        }),
      ),
      links: z.array(z.object({ name: z.string(), url: z.string() })),
      retryTopics: z.array(topicName),
      /** Consumer groups that letters of its topics name. */
      groups: z.array(z.string()),
    }),
  }),
  setStatus: endpoint({
    method: 'POST',
    path: '/clusters/{cluster}/dead-letters/status',
    tag: 'dead-letters',
    summary:
      'Acknowledge, resolve, archive or take back, with a reason; new letters reopen what was resolved',
    input: z.object({
      cluster: clusterId,
      fingerprints,
      status: triageStatus,
      /** Needed for resolved and archived. */
      reason: words.optional(),
    }),
    output: changed,
  }),
  assign: endpoint({
    method: 'POST',
    path: '/clusters/{cluster}/dead-letters/assign',
    tag: 'dead-letters',
    summary: 'Give issues to somebody, or to nobody',
    input: z.object({
      cluster: clusterId,
      fingerprints,
      assignee: z.string().trim().min(1).max(100).nullable(),
    }),
    output: changed,
  }),
  comment: endpoint({
    method: 'POST',
    path: '/clusters/{cluster}/dead-letters/groups/{fingerprint}/comments',
    tag: 'dead-letters',
    summary: 'Say something about an issue',
    input: z.object({ cluster: clusterId, fingerprint, text: words }),
    output: issueEvent,
    status: 201,
  }),
  merge: endpoint({
    method: 'POST',
    path: '/clusters/{cluster}/dead-letters/merge',
    tag: 'dead-letters',
    summary: 'Count issues to another one: one failure with several faces. Taken back by split',
    input: z.object({ cluster: clusterId, fingerprints, into: fingerprint }),
    output: z.object({ into: z.string(), merged: z.array(z.string()) }),
  }),
  split: endpoint({
    method: 'POST',
    path: '/clusters/{cluster}/dead-letters/split',
    tag: 'dead-letters',
    summary:
      'Make an issue of its own: a fingerprint that was merged, or (`contains`) letters whose message holds a text',
    input: z.object({
      cluster: clusterId,
      fingerprint,
      contains: z.string().trim().min(1).max(200).optional(),
      /** Takes back a split by text. */
      undo: z.boolean().default(false),
    }),
    output: z.object({ fingerprint: z.string() }),
  }),
  setOrigin: endpoint({
    method: 'PUT',
    path: '/clusters/{cluster}/dead-letters/topics/{topic}/origin',
    tag: 'dead-letters',
    summary: 'Say where letters without an origin in their headers came from; null forgets it',
    input: z.object({ cluster: clusterId, topic: topicName, origin: topicName.nullable() }),
    output: z.object({ topic: topicName, originTopic: topicName.nullable() }),
  }),
  rebuild: endpoint({
    method: 'POST',
    path: '/clusters/{cluster}/dead-letters/rebuild',
    tag: 'dead-letters',
    summary: 'Read dead-letter topics anew from their oldest record; triage stays',
    input: z.object({ cluster: clusterId, topic: topicName.optional() }),
    output: z.object({ topics: z.array(topicName) }),
    status: 202,
  }),
  links: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/dead-letters/records/{topic}/{partition}/{offset}/links',
    tag: 'dead-letters',
    summary: 'Links of one dead letter to other tools, tracing by its traceparent among them',
    input: z.object({
      cluster: clusterId,
      topic: topicName,
      partition: wholeNumber(0, 2_147_483_647),
      offset: offsetParam,
    }),
    output: z.object({ links: z.array(z.object({ name: z.string(), url: z.string() })) }),
  }),
}
