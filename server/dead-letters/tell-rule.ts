import { and, asc, count, desc, eq, isNotNull, isNull } from 'drizzle-orm'
import * as z from 'zod'
import type { NoticeRuleEvent } from '@/lib/contracts/dead-letter-rules'
import { severity } from '@/lib/contracts/dead-letter-rules'
import type { DeadLetterIssue } from '@/lib/contracts/dead-letters'
import { routes } from '@/lib/routes'
import type { Config } from '@/server/config/types'
import { enqueueNotice } from '@/server/outbox/enqueue'
import type { NewNotice } from '@/server/outbox/notice'
import { deadLetterSignal } from '@/server/store/schema'
import type { Transaction } from '@/server/store/types'
import { severityOf } from './judge-rule'
import type { StoredRule } from './rule-store'

/** Told in one message, the rest is counted. */
const LINES = 10
/** Looked at for a message; what waits beyond is told with it, as a number: else it would be told for days. */
const MOST = 500
const MINUTE_MS = 60_000

const factsSchema = z.object({
  cause: z.string(),
  message: z.string().nullable(),
  topic: z.string(),
  origin: z.string().nullable(),
  group: z.string().nullable(),
  open: z.number(),
  count: z.number(),
  expiresAt: z.string().nullable(),
  assignee: z.string().nullable(),
  severity,
})
type Facts = z.output<typeof factsSchema>

/** What a message says of an issue; kept with the signal, since the issue may be gone when it is told. */
export function factsOf(issue: DeadLetterIssue, nowMs: number): string {
  const facts: Facts = {
    cause: (issue.exceptionClass ?? issue.message ?? '-').slice(0, 200),
    message: issue.message?.slice(0, 300) ?? null,
    topic: issue.topic,
    origin: issue.originTopic,
    group: issue.consumerGroup?.slice(0, 250) ?? null,
    open: issue.open,
    count: issue.count,
    expiresAt: issue.expiresAt,
    assignee: issue.assignee,
    severity: severityOf(issue, nowMs),
  }
  return JSON.stringify(facts)
}

/**
 * Tells what a rule has gathered, one message for each kind, unless it told something less than its pause
 * ago: what waits is told later, together. In the caller's transaction, so that a signal is told exactly when
 * its message is in the outbox. Answers how many messages.
 */
export async function tellRule(
  tx: Transaction,
  rule: StoredRule,
  deps: { config: Pick<Config, 'notifications'>; nowMs: number },
): Promise<number> {
  const { nowMs } = deps
  const isWaiting = and(eq(deadLetterSignal.rule, rule.id), isNull(deadLetterSignal.toldAtMs))
  const counts = await tx
    .select({ kind: deadLetterSignal.kind, many: count() })
    .from(deadLetterSignal)
    .where(isWaiting)
    .groupBy(deadLetterSignal.kind)
  if (counts.length === 0) return 0
  const [last] = await tx
    .select({ at: deadLetterSignal.toldAtMs })
    .from(deadLetterSignal)
    .where(and(eq(deadLetterSignal.rule, rule.id), isNotNull(deadLetterSignal.toldAtMs)))
    .orderBy(desc(deadLetterSignal.toldAtMs))
    .limit(1)
  if (last?.at != null && nowMs - last.at < rule.minutes * MINUTE_MS) return 0
  let messages = 0
  for (const { kind, many } of counts) {
    const waiting = await tx
      .select()
      .from(deadLetterSignal)
      .where(and(isWaiting, eq(deadLetterSignal.kind, kind)))
      .orderBy(asc(deadLetterSignal.atMs))
      .limit(MOST)
    const told = waiting.flatMap(signal => {
      const facts = factsSchema.safeParse(JSON.parse(signal.facts))
      return facts.success ? [{ ...signal, facts: facts.data }] : []
    })
    const [first] = told
    if (!first) continue
    const notice = noticeOf(rule, kind, told, Math.max(told.length, many))
    const channels = rule.channels.length === 0 ? [undefined] : rule.channels
    for (const onlyChannel of channels)
      messages += await enqueueNotice(tx, deps, notice, onlyChannel === undefined ? {} : { onlyChannel })
  }
  await tx.update(deadLetterSignal).set({ toldAtMs: nowMs }).where(isWaiting)
  return messages
}

const TITLES: Record<NoticeRuleEvent, (n: number) => { ko: string; en: string }> = {
  new: n => ({
    ko: `새 데드레터 오류 유형 ${n}개`,
    en: n === 1 ? 'A new dead-letter issue' : `${n} new dead-letter issues`,
  }),
  reopened: n => ({
    ko: `해결한 데드레터 오류 유형 ${n}개가 다시 발생`,
    en: n === 1 ? 'A resolved dead-letter issue is back' : `${n} resolved dead-letter issues are back`,
  }),
  burst: n => ({
    ko: `데드레터 급증: 오류 유형 ${n}개`,
    en: n === 1 ? 'A burst of dead letters' : `Bursts of dead letters in ${n} issues`,
  }),
  expiring: n => ({
    ko: `보존 만료 임박: 오류 유형 ${n}개`,
    en: n === 1 ? 'Dead letters are about to expire' : `Dead letters of ${n} issues are about to expire`,
  }),
}
const TONES = { info: 'info', warning: 'warn', critical: 'error' } as const
const RANK = ['info', 'warning', 'critical'] as const

function noticeOf(
  rule: StoredRule,
  kind: NoticeRuleEvent,
  told: { fingerprint: string; facts: Facts }[],
  many: number,
): NewNotice {
  const { cluster } = rule
  const [first] = told
  const title = TITLES[kind](many)
  const head = first ? (first.facts.cause.split('.').at(-1) ?? first.facts.cause) : ''
  const worst = Math.max(...told.map(({ facts }) => RANK.indexOf(facts.severity)))
  const only = many === 1 ? first : undefined
  const fields = told.slice(0, LINES).map(({ facts }) => ({
    label: { ko: facts.cause, en: facts.cause },
    value: lineOf(facts),
  }))
  const more = Math.max(0, many - LINES)
  if (more > 0)
    fields.push({
      label: { ko: '그 밖', en: 'More' },
      value: { ko: `${more}개`, en: String(more) },
    })
  return {
    event: `dead-letter.${kind}`,
    subject: only ? `dead-letter:${only.fingerprint}` : `dead-letter-rule:${rule.id}:${kind}`,
    cluster,
    path: only
      ? routes.deadLetterIssue(cluster, only.fingerprint)
      : routes.deadLetters(cluster, kind === 'expiring' ? { sort: 'expires' } : {}),
    title: only ? { ko: `${title.ko}: ${head}`, en: `${title.en}: ${head}` } : title,
    fields,
    tone: TONES[RANK[worst] ?? 'info'],
    data: {
      rule: { id: rule.id, name: rule.name },
      kind,
      issues: told.slice(0, LINES).map(({ fingerprint, facts }) => ({ fingerprint, ...facts })),
      more,
    },
    mentions: [...new Set(told.flatMap(({ facts }) => (facts.assignee === null ? [] : [facts.assignee])))],
  }
}

function lineOf({ message, topic, origin, group, open, expiresAt }: Facts) {
  const place = `${origin ?? topic}${group === null ? '' : ` → ${group}`}`
  const line = (words: string, until: string) =>
    [message, place, words, expiresAt === null ? null : `${until} ${expiresAt}`]
      .filter(part => part !== null)
      .join(' · ')
  return { ko: line(`미처리 ${open}건`, '만료'), en: line(`${open} open`, 'expires') }
}
