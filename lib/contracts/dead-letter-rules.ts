import * as z from 'zod'
import { clusterId, instant, wholeNumber } from './common'
import { endpoint } from './endpoint'

export const noticeRuleEvent = z.enum(['new', 'reopened', 'burst', 'expiring'])
export type NoticeRuleEvent = z.output<typeof noticeRuleEvent>
export const severity = z.enum(['info', 'warning', 'critical'])
export type Severity = z.output<typeof severity>

const patterns = z.array(z.string().trim().min(1).max(249)).max(50)

const ruleFields = {
  name: z.string().trim().min(1).max(100),
  enabled: z.boolean().default(true),
  events: z.array(noticeRuleEvent).min(1).max(4),
  /** Dead-letter topics or their origins, `*` for any characters; none: all. */
  topics: patterns.default([]),
  /** Owners of the origin topic, assignees or consumer groups, `*` allowed; none: all. */
  owners: patterns.default([]),
  severity: severity.default('info'),
  /** Names of the configuration's channels; none: every channel that wants the event. */
  channels: z.array(z.string().min(1).max(64)).max(20).default([]),
  /** `burst`: this many letters within a clock hour. */
  burst: wholeNumber(1, 1_000_000).default(100),
  /** `expiring`: open letters go within this many hours. */
  hours: wholeNumber(1, 720).default(24),
  /** At least this many minutes between two messages of the rule; what comes meanwhile is told together. */
  minutes: wholeNumber(0, 1440).default(5),
}

export const noticeRule = z.object({
  id: z.string(),
  ...ruleFields,
  by: z.string(),
  at: instant,
  /** When it told something last. */
  toldAt: instant.nullable(),
  waiting: z.number().int(),
})
export type NoticeRule = z.output<typeof noticeRule>

export const deadLetterRules = {
  rules: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/dead-letters/rules',
    tag: 'dead-letters',
    summary: 'Who is told of new, reopened, bursting and expiring dead letters',
    input: z.object({ cluster: clusterId }),
    output: z.object({ items: z.array(noticeRule), channels: z.array(z.string()) }),
  }),
  createRule: endpoint({
    method: 'POST',
    path: '/clusters/{cluster}/dead-letters/rules',
    tag: 'dead-letters',
    summary: 'Add a rule for notices',
    input: z.object({ cluster: clusterId, ...ruleFields }),
    output: noticeRule,
    status: 201,
  }),
  updateRule: endpoint({
    method: 'PUT',
    path: '/clusters/{cluster}/dead-letters/rules/{rule}',
    tag: 'dead-letters',
    summary: 'Change a rule for notices',
    input: z.object({ cluster: clusterId, rule: z.string().max(100), ...ruleFields }),
    output: noticeRule,
  }),
  deleteRule: endpoint({
    method: 'DELETE',
    path: '/clusters/{cluster}/dead-letters/rules/{rule}',
    tag: 'dead-letters',
    summary: 'Remove a rule for notices; what it had not told yet is not told',
    input: z.object({ cluster: clusterId, rule: z.string().max(100) }),
    output: z.object({ id: z.string() }),
  }),
}
