import { randomUUID } from 'node:crypto'
import { AppError } from '@/lib/errors'
import { matchesAny } from '@/lib/permissions'
import type { Config } from '@/server/config/types'
import { outbox } from '@/server/store/schema/index'
import type { Database, Transaction } from '@/server/store/types'
import { type NewNotice, noticeSchema } from './notice'

/** Given up after this long. */
export const LIFE_MS = 24 * 3600 * 1000
/** Slack takes answers to a click for 30 minutes. */
const ANSWER_LIFE_MS = 30 * 60_000
const LONGEST_PAYLOAD = 32 * 1024
/**
 * Where the message itself says where it goes; `:` and language follow. No channel of a configuration can
 * have this name.
 */
export const SLACK_ANSWER = '@slack-answer'

/**
 * Puts a notice into the outbox for every channel that wants its event and cluster: in the caller's
 * transaction, so that it is there exactly when what it tells is. `dedupe`: at most one message a channel
 * ever (or until it is pruned, after 30 days) with this key. Call `ctx.services.outbox.wake()` after the
 * commit. Answers how many channels will be told. Throws INTERNAL for a notice out of bounds.
 */
export async function enqueueNotice(
  tx: Transaction | Database,
  deps: { config: Pick<Config, 'notifications'>; nowMs: number },
  notice: NewNotice,
  options: { dedupe?: string; onlyChannel?: string } = {},
): Promise<number> {
  const payload = pack(notice)
  const { event, cluster, subject } = notice
  const channels = deps.config.notifications.channels.filter(channel =>
    options.onlyChannel !== undefined
      ? channel.name === options.onlyChannel
      : matchesAny(channel.events, event) && (cluster === null || matchesAny(channel.clusters, cluster)),
  )
  if (channels.length === 0) return 0
  const rows = channels.map(({ name }) => ({
    id: randomUUID(),
    channel: name,
    event,
    subject,
    dedupe: options.dedupe ?? null,
    payload,
    state: 'pending' as const,
    createdAtMs: deps.nowMs,
    nextAtMs: deps.nowMs,
    untilMs: deps.nowMs + LIFE_MS,
  }))
  await tx.insert(outbox).values(rows).onConflictDoNothing()
  return rows.length
}

/** The answer to a click in Slack: its title goes to the `response_url` that came with the click. */
export async function enqueueSlackAnswer(
  tx: Transaction | Database,
  nowMs: number,
  answer: { url: string; language: 'ko' | 'en'; notice: NewNotice },
): Promise<void> {
  await tx.insert(outbox).values({
    id: randomUUID(),
    channel: `${SLACK_ANSWER}:${answer.language}`,
    event: answer.notice.event,
    // Never behind another answer.
    subject: `answer:${randomUUID()}`,
    dedupe: null,
    url: answer.url,
    payload: pack(answer.notice),
    state: 'pending',
    createdAtMs: nowMs,
    nextAtMs: nowMs,
    untilMs: nowMs + ANSWER_LIFE_MS,
  })
}

function pack(notice: NewNotice): string {
  const parsed = noticeSchema.safeParse(notice)
  if (!parsed.success) throw new AppError('INTERNAL', { cause: parsed.error })
  const payload = JSON.stringify(parsed.data)
  if (Buffer.byteLength(payload) <= LONGEST_PAYLOAD) return payload
  const { fields } = parsed.data
  return JSON.stringify({ ...parsed.data, fields: fields.slice(0, 3), data: { truncated: true } })
}
