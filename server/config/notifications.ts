import * as z from 'zod'
import { LOCALES } from '@/lib/i18n/config'
import { type Problems, pathText } from './problems'
import { parsePart } from './schema'
import type { ChannelConfig, NotificationsConfig } from './types'

const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
const patterns = z.array(z.string().min(1).max(300)).min(1)

const common = {
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be 1-64 letters, digits, dots or dashes'),
  /**
   * Which events it is told, and of which clusters: patterns with `*`. What concerns no cluster goes to every
   * channel.
   */
  events: patterns.default(['*']),
  clusters: patterns.default(['*']),
  language: z.enum(LOCALES).default('ko'),
}

const webhook = z.strictObject({
  kind: z.literal('webhook'),
  ...common,
  url: httpUrl,
  secret: z.string().min(16, 'needs 16 characters or more'),
})

const slack = z.strictObject({
  kind: z.literal('slack'),
  ...common,
  /** An incoming webhook; or `token` and `channel` of a bot, whose messages are updated as things move. */
  url: httpUrl.optional(),
  token: z.string().min(1).optional(),
  channel: z.string().min(1).max(200).optional(),
  apiUrl: httpUrl.default('https://slack.com/api'),
})

const jira = z.strictObject({
  kind: z.literal('jira'),
  ...common,
  url: httpUrl,
  email: z.string().min(3).max(300),
  token: z.string().min(1),
  project: z.string().min(1).max(100),
  issueType: z.string().min(1).max(100).default('Task'),
  labels: z.array(z.string().regex(/^\S{1,200}$/)).default(['kafka-topic']),
  /** A state of the subject -> the name of the transition that the issue takes. */
  transitions: z.record(z.string().max(100), z.string().min(1).max(200)).default({}),
  /** Jira's own webhook back to /api/hooks/jira: without it nothing that happens in Jira counts. */
  webhook: z
    .strictObject({
      secret: z.string().min(16, 'needs 16 characters or more'),
      /** The issue's status that means it. */
      approve: z.string().min(1).max(200).optional(),
      decline: z.string().min(1).max(200).optional(),
    })
    .optional(),
})

const email = z.strictObject({
  kind: z.literal('email'),
  ...common,
  host: z.string().min(1).max(300),
  port: z.number().int().min(1).max(65_535).default(587),
  /** `starttls` refuses to go on without it. */
  tls: z.enum(['starttls', 'implicit', 'none']).default('starttls'),
  username: z.string().max(300).optional(),
  password: z.string().max(1000).optional(),
  from: z.string().min(3).max(300),
  to: z.array(z.string().min(3).max(300)).min(1).max(50),
})

export const channelSchema = z.discriminatedUnion('kind', [webhook, slack, jira, email], {
  error: 'must have kind webhook, slack, jira or email, and what that needs',
})

export const notificationsSchema = z.strictObject({
  /**
   * Hosts (`*` allowed) that may be called besides those of the channels; an address inside a private network
   * only when named in full.
   */
  allow: z.array(z.string().min(1).max(300)).default([]),
  /** Signs what Slack sends back to /api/hooks/slack. */
  slack: z.strictObject({ signingSecret: z.string().min(16, 'needs 16 characters or more') }).optional(),
  channels: z.array(z.unknown()).default([]),
})

/** The part `notifications` of the file, channel by channel, so that one wrong channel hides no other. */
export function readNotifications(value: unknown, problems: Problems): NotificationsConfig {
  const none: NotificationsConfig = { allow: [], slack: null, channels: [] }
  if (value === undefined || value === null) return none
  const top = parsePart(notificationsSchema, value, ['notifications'], problems)
  if (!top) return none
  const seen = new Set<string>()
  const channels = top.channels.flatMap((item, i): ChannelConfig[] => {
    const path = ['notifications', 'channels', i]
    const channel = parsePart(channelSchema, item, path, problems)
    if (!channel) return []
    if (seen.has(channel.name)) problems.add(pathText([...path, 'name']), 'is there twice')
    seen.add(channel.name)
    if (channel.kind === 'slack') {
      const { url, token, channel: room } = channel
      if (url === undefined ? token === undefined || room === undefined : token !== undefined) {
        problems.add(pathText(path), 'needs either url, or token and channel')
      }
      return [{ ...channel, url: url ?? null, token: token ?? null, channel: room ?? null }]
    }
    if (channel.kind === 'jira') {
      const hook = channel.webhook
      const webhook = hook
        ? { secret: hook.secret, approve: hook.approve ?? null, decline: hook.decline ?? null }
        : null
      return [{ ...channel, webhook }]
    }
    if (channel.kind === 'email') {
      return [{ ...channel, username: channel.username ?? null, password: channel.password ?? null }]
    }
    return [channel]
  })
  const signing = top.slack?.signingSecret
  return { allow: top.allow, slack: signing === undefined ? null : { signingSecret: signing }, channels }
}
