import * as z from 'zod'
import { instant, page, pageInput } from './common'
import { endpoint } from './endpoint'

/**
 * A message for somebody outside. Where it goes is told by its channel's name: addresses and secrets stay in
 * the configuration.
 */
export const outboxMessage = z.object({
  id: z.string(),
  channel: z.string(),
  event: z.string(),
  subject: z.string(),
  title: z.object({ ko: z.string(), en: z.string() }),
  /** Page of the console that it tells about. */
  path: z.string(),
  state: z.enum(['pending', 'sent', 'dead']),
  attempts: z.number().int(),
  /** Why the last attempt failed; words by `notices.failure.<code>`. */
  error: z.string().nullable(),
  createdAt: instant,
  /** Of a pending one: the next attempt. */
  nextAt: instant.nullable(),
  sentAt: instant.nullable(),
})
export type OutboxMessage = z.output<typeof outboxMessage>

const channelKind = z.enum(['webhook', 'slack', 'jira', 'email'])

export const notices = {
  list: endpoint({
    method: 'GET',
    path: '/notices',
    tag: 'notices',
    summary: 'Messages to Slack, Jira, webhooks and mailboxes: waiting, sent, given up after a day',
    input: z.object({
      state: z.enum(['pending', 'sent', 'dead']).optional(),
      channel: z.string().max(64).optional(),
      ...pageInput,
    }),
    output: page(outboxMessage),
  }),
  summary: endpoint({
    method: 'GET',
    path: '/notices/summary',
    tag: 'notices',
    summary:
      'Channels of the configuration without their secrets, and how many messages wait or were given up',
    input: z.object({}),
    output: z.object({
      channels: z.array(
        z.object({
          name: z.string(),
          kind: channelKind,
          events: z.array(z.string()),
          clusters: z.array(z.string()),
          language: z.enum(['ko', 'en']),
          /** Host that is called; never the whole address, which may be a secret. */
          host: z.string(),
        }),
      ),
      pending: z.number().int(),
      dead: z.number().int(),
      oldestPendingAt: instant.nullable(),
    }),
  }),
  resend: endpoint({
    method: 'POST',
    path: '/notices/{notice}/resend',
    tag: 'notices',
    summary: 'Try a message again now, for another day; the receiver sees the same id',
    input: z.object({ notice: z.string().max(100) }),
    output: outboxMessage,
  }),
  test: endpoint({
    method: 'POST',
    path: '/notices/channels/{channel}/test',
    tag: 'notices',
    summary: 'Send a test message to a channel',
    input: z.object({ channel: z.string().max(64) }),
    output: outboxMessage,
  }),
}
