import { and, eq, inArray } from 'drizzle-orm'
import * as z from 'zod'
import { AppError } from '@/lib/errors'
import type { JiraChannel } from '@/server/config/types'
import { asAppError } from '@/server/http/serve'
import { approve, turnDown } from '@/server/requests/decide'
import { outboxRef } from '@/server/store/schema/index'
import { giveBack, isSigned, takeOnce } from './seen'
import type { Hook } from './serve-hook'

/** `toString` shadows Object.prototype's: read as the own property that JSON made it, and nothing else. */
const change = z.object({ field: z.string(), toString: z.unknown() })
const eventSchema = z.object({
  webhookEvent: z.string().max(200),
  user: z.object({ accountId: z.string().max(200) }).optional(),
  issue: z.object({ key: z.string().max(100) }),
  changelog: z.object({ items: z.array(z.unknown()).max(200) }).optional(),
})

const OK = () => new Response(null, { status: 200 })

/**
 * Jira's webhook: an issue that we made moved to the status that means approval or decline. Signed over the
 * raw body and taken once by that; the Jira account is mapped to a user of the configuration and authorised
 * again. What does not concern us is answered 200, so that Jira does not send it again; a refusal of the
 * person's right too, since sending it again would not help (it stands in the audit log).
 */
export async function takeJiraEvent(hook: Hook): Promise<Response> {
  const { runtime, headers, body } = hook
  const given = /^sha256=([0-9a-f]{64})$/i.exec(headers.get('x-hub-signature') ?? '')?.[1] ?? ''
  const channels = runtime.config.notifications.channels.flatMap(channel =>
    channel.kind === 'jira' && channel.webhook && isSigned(channel.webhook.secret, body, given)
      ? [channel]
      : [],
  )
  const [channel] = channels
  if (!channel) throw new AppError('UNAUTHENTICATED')
  const event = parseEvent(body)
  // By what is signed: the identifier in a header is not, and a copy of an event with another one would be taken again.
  const key = `jira ${channel.name} ${given.toLowerCase()}`
  if (!(await takeOnce(runtime.store, key, runtime.clock.now()))) return OK()
  try {
    await decideBy(hook, channels, event)
  } catch (thrown) {
    // Jira sends it again, the very same.
    await giveBack(runtime.store, key)
    throw thrown
  }
  return OK()
}

type Event = z.output<typeof eventSchema>

/** Throws what may be otherwise the next time; what the person may not do is only logged. */
async function decideBy(hook: Hook, channels: readonly JiraChannel[], event: Event): Promise<void> {
  const { runtime } = hook
  const [channel] = channels
  const decision = channel ? decisionOf(channel, event) : null
  if (decision === null) return
  const [ref] = await runtime.store.db
    .select()
    .from(outboxRef)
    .where(
      and(
        eq(outboxRef.key, event.issue.key),
        inArray(
          outboxRef.channel,
          channels.map(one => one.name),
        ),
      ),
    )
  const id = /^request:(\d{1,15})$/.exec(ref?.subject ?? '')?.[1]
  const account = event.user?.accountId
  const ctx = account === undefined ? null : hook.contextOf(contacts => contacts.jira === account)
  if (id === undefined || ctx === null) {
    runtime.log.warn(
      { hook: 'jira', issue: event.issue.key },
      'an event of Jira is about nothing or of nobody that is known',
    )
    return
  }
  const pointed = { cluster: null, id, via: 'jira' as const }
  try {
    if (decision === 'approve') await approve(ctx, pointed)
    else await turnDown(ctx, { ...pointed, decision: 'declined', reason: event.issue.key })
  } catch (thrown) {
    const error = asAppError(thrown)
    if (error.status >= 500) throw thrown
    runtime.log.warn({ hook: 'jira', request: id, code: error.code }, 'a decision in Jira was refused')
  }
}

function parseEvent(body: Uint8Array): Event {
  try {
    return eventSchema.parse(JSON.parse(Buffer.from(body).toString('utf8')))
  } catch (cause) {
    throw new AppError('INPUT_INVALID', { cause })
  }
}

/** Where the issue went, as the channel's configuration reads it; null: nothing that means anything here. */
function decisionOf(channel: JiraChannel, event: Event): 'approve' | 'decline' | null {
  if (event.webhookEvent !== 'jira:issue_updated') return null
  for (const item of event.changelog?.items ?? []) {
    const parsed = change.safeParse(item)
    if (!parsed.success || parsed.data.field !== 'status') continue
    const status = ownText(item, 'toString')
    if (status === null) continue
    if (status === channel.webhook?.approve) return 'approve'
    if (status === channel.webhook?.decline) return 'decline'
  }
  return null
}

function ownText(item: unknown, name: string): string | null {
  if (typeof item !== 'object' || item === null || !Object.hasOwn(item, name)) return null
  const value: unknown = Reflect.get(item, name)
  return typeof value === 'string' ? value : null
}
