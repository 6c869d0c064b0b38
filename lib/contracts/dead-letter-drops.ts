import * as z from 'zod'
import { clusterId, instant, topicName } from './common'
import { endpoint } from './endpoint'
import { recordRef } from './replay-request'

/** Letters that a person is done with, without a replay. */
const letterDrop = z.object({
  id: z.string(),
  topic: topicName,
  fingerprint: z.string().nullable(),
  count: z.number().int(),
  reason: z.string(),
  by: z.string(),
  at: instant,
})
export type LetterDrop = z.output<typeof letterDrop>

export const deadLetterDrops = {
  drop: endpoint({
    method: 'POST',
    path: '/clusters/{cluster}/dead-letters/drops',
    tag: 'dead-letters',
    summary:
      'Drop letters with a reason: resolved without a replay. An issue, in all its topics, or single records of one topic. Nothing is deleted from Kafka',
    input: z.object({
      cluster: clusterId,
      fingerprint: z.string().min(1).max(100).optional(),
      topic: topicName.optional(),
      records: z.array(recordRef.strict()).min(1).max(10_000).optional(),
      reason: z.string().trim().min(1).max(2000),
    }),
    output: z.object({ dropped: z.number().int(), drops: z.array(letterDrop) }),
    status: 201,
  }),
  list: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/dead-letters/drops',
    tag: 'dead-letters',
    summary: 'What was dropped and why, newest first, at most 200',
    input: z.object({
      cluster: clusterId,
      topic: topicName.optional(),
      fingerprint: z.string().max(100).optional(),
    }),
    output: z.object({ items: z.array(letterDrop) }),
  }),
  restore: endpoint({
    method: 'DELETE',
    path: '/clusters/{cluster}/dead-letters/drops/{drop}',
    tag: 'dead-letters',
    summary: 'Take a drop back: its letters are open again',
    input: z.object({ cluster: clusterId, drop: z.string().max(64) }),
    output: z.object({ id: z.string(), restored: z.number().int() }),
  }),
}
