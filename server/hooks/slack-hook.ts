import * as z from 'zod'
import { AppError } from '@/lib/errors'
import enErrors from '@/lib/i18n/en/errors.json'
import en from '@/lib/i18n/en/requests.json'
import koErrors from '@/lib/i18n/ko/errors.json'
import ko from '@/lib/i18n/ko/requests.json'
import { routes } from '@/lib/routes'
import { asAppError } from '@/server/http/serve'
import { enqueueSlackAnswer } from '@/server/outbox/enqueue'
import type { Words } from '@/server/outbox/notice'
import { sayIn } from '@/server/outbox/words'
import { approve, turnDown } from '@/server/requests/decide'
import type { StoredRequest } from '@/server/requests/request-store'
import { isSigned, takeOnce } from './seen'
import type { Hook } from './serve-hook'

/** Older than this is a replay (Slack's own advice), newer than this from a clock that is wrong. */
const WINDOW_S = 300

const payloadSchema = z.object({
  type: z.string(),
  user: z.object({ id: z.string().max(100) }),
  actions: z
    .array(z.object({ action_id: z.string().max(255), value: z.string().max(2000).optional() }))
    .min(1),
  response_url: z.url().max(2000).optional(),
})

const notSlack = () => new AppError('UNAUTHENTICATED')

/**
 * A click on a button of ours. The signature over the raw body and its time come first, then that it is no replay; the Slack user is
 * mapped to a user of the configuration, who is authorised again like anybody. Answered at once; what came of it follows at the
 * `response_url`, and the message itself is updated by the outbox. Throws UNAUTHENTICATED, STATE_CONFLICT for a replay, INPUT_INVALID.
 */
export async function takeSlackClick(hook: Hook): Promise<Response> {
  const { runtime, headers, body } = hook
  const secret = runtime.config.notifications.slack?.signingSecret
  const timestamp = headers.get('x-slack-request-timestamp') ?? ''
  const signature = /^v0=([0-9a-f]{64})$/i.exec(headers.get('x-slack-signature') ?? '')?.[1]
  if (secret === undefined || signature === undefined || !/^\d{1,12}$/.test(timestamp)) throw notSlack()
  const nowMs = runtime.clock.now()
  const signed = Buffer.concat([Buffer.from(`v0:${timestamp}:`, 'utf8'), body])
  if (!isSigned(secret, signed, signature)) throw notSlack()
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > WINDOW_S) throw notSlack()
  const payload = parsePayload(body)
  if (!(await takeOnce(runtime.store, `slack ${timestamp} ${signature}`, nowMs))) {
    throw new AppError('STATE_CONFLICT', {
      detail: 'This click was taken already.',
      params: { state: 'taken' },
    })
  }
  if (payload.type === 'block_actions') {
    const words = await decide(hook, payload)
    await answer(hook, payload.response_url, words)
  }
  return new Response(null, { status: 200 })
}

function parsePayload(body: Uint8Array): z.output<typeof payloadSchema> {
  try {
    const form = new URLSearchParams(Buffer.from(body).toString('utf8'))
    return payloadSchema.parse(JSON.parse(form.get('payload') ?? ''))
  } catch (cause) {
    throw new AppError('INPUT_INVALID', { cause })
  }
}

type Payload = z.output<typeof payloadSchema>
type Said = { words: Words; path: string }

/** Does what was clicked, as the person who clicked; answers what to tell them. */
async function decide(hook: Hook, payload: Payload): Promise<Said> {
  const [action] = payload.actions
  const [, id, version] = /^(\d{1,15}):(\d{1,9})$/.exec(action?.value ?? '') ?? []
  const path = routes.requests()
  const ctx = hook.contextOf(contacts => contacts.slack === payload.user.id)
  if (!ctx) return { path, words: say('slack.unknownUser') }
  if (id === undefined || (action?.action_id !== 'approve' && action?.action_id !== 'decline')) {
    return { path, words: say('slack.unknownAction') }
  }
  const pointed = { cluster: null, id, version: Number(version), via: 'slack' as const }
  try {
    const row =
      action.action_id === 'approve'
        ? await approve(ctx, pointed)
        : await turnDown(ctx, { ...pointed, decision: 'declined', reason: say('slack.declineReason').en })
    return { path: pathOf(row), words: outcomeOf(row) }
  } catch (thrown) {
    const error = asAppError(thrown)
    if (error.status >= 500) throw thrown
    const known = sayIn({ ko: koErrors, en: enErrors }, `${error.code}.title`, {
      request: id,
      ...error.params,
    })
    return { path, words: known }
  }
}

const say = (key: string, params: Record<string, string | number> = {}) => sayIn({ ko, en }, key, params)
const pathOf = (row: StoredRequest) => routes.request(row.cluster, String(row.id))

function outcomeOf(row: StoredRequest): Words {
  const state = say(`states.${row.state}`)
  const words = (language: 'ko' | 'en') =>
    say('slack.done', { request: row.id, topic: row.topic, state: state[language] })[language]
  return { ko: words('ko'), en: words('en') }
}

/** Through the outbox: Slack may be slow, and three seconds are short. Only to Slack, or to a host that the configuration allows by name. */
async function answer({ runtime }: Hook, url: string | undefined, { words, path }: Said): Promise<void> {
  if (url === undefined) return
  const { hostname, protocol } = new URL(url)
  const { allow, channels } = runtime.config.notifications
  const isSlack = protocol === 'https:' && hostname === 'hooks.slack.com'
  if (!isSlack && !allow.includes(hostname)) return
  const language = channels.find(channel => channel.kind === 'slack')?.language ?? 'ko'
  await enqueueSlackAnswer(runtime.store.db, runtime.clock.now(), {
    url,
    language,
    notice: {
      event: 'slack.answer',
      subject: 'slack',
      cluster: null,
      path,
      title: words,
      fields: [],
      tone: 'info',
      data: {},
    },
  })
  runtime.services.outbox.wake()
}
