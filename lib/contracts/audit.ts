import * as z from 'zod'
import { givenInstant, instant, page, pageInput, topicName } from './common'
import { endpoint } from './endpoint'

export const auditOutcome = z.enum(['pending', 'succeeded', 'denied', 'failed', 'unknown'])

export const auditEntry = z.object({
  id: z.string(),
  at: instant,
  actor: z.string(),
  action: z.string(),
  cluster: z.string().nullable(),
  resource: z.string(),
  outcome: auditOutcome,
  code: z.string().nullable(),
  reason: z.string().nullable(),
  requestId: z.string(),
  /** What was intended and what came of it; secrets never. */
  details: z.record(z.string(), z.unknown()),
})
export type AuditEntry = z.output<typeof auditEntry>

export const audit = {
  list: endpoint({
    method: 'GET',
    path: '/audit',
    tag: 'audit',
    summary: 'Who did what, newest first; one row a mutation (its intent and outcome joined)',
    input: z.object({
      actor: z.string().max(200).optional(),
      action: z.string().max(100).optional(),
      /** Part of a resource, or of the name of the topic that a row is about. */
      resource: z.string().max(300).optional(),
      /** A whole name: the topic itself, its requests, replays of its records and into it. */
      topic: topicName.optional(),
      cluster: z.string().max(64).optional(),
      outcome: auditOutcome.optional(),
      since: givenInstant.optional(),
      ...pageInput,
    }),
    output: page(auditEntry).extend({ chain: z.enum(['intact', 'broken', 'unchecked']) }),
  }),
}
