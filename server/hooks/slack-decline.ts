import * as z from 'zod'
import { AppError } from '@/lib/errors'
import { routes } from '@/lib/routes'
import type { SlackChannel } from '@/server/config/types'
import { asAppError } from '@/server/http/serve'
import { createSafeRequest } from '@/server/outbox/safe-request'
import { turnDown } from '@/server/requests/decide'
import type { Hook } from './serve-hook'
import type { SlackClick, SlackForm } from './slack-payload'
import { type Errand, outcomeOf, type Said, say, sayError, slackLanguage } from './slack-words'

const CALLBACK = 'decline'
const BLOCK = 'reason'
/** A trigger lives three seconds, and the click itself wants its answer within them. */
const OPEN_MS = 2000
const LONGEST_REASON = 2000

/** What the form carries through Slack and back: which request, as which version it was looked at, where to answer. */
const carried = z.object({
  request: z.string().regex(/^\d{1,15}$/),
  version: z.number().int(),
  url: z.string().max(2000).nullable(),
})

/**
 * A channel whose bot may open forms; the one that the click came from, where it is told. null: only an
 * incoming webhook is there.
 */
function botOf({ runtime }: Hook, click: SlackClick): (SlackChannel & { token: string }) | null {
  const bots = runtime.config.notifications.channels.flatMap(channel =>
    channel.kind === 'slack' && channel.token !== null ? [{ ...channel, token: channel.token }] : [],
  )
  return bots.find(bot => bot.channel === click.channel?.id) ?? bots[0] ?? null
}

/**
 * Asks in Slack why: a form opens for whoever clicked. Answers false where none can be opened (no bot, the
 * trigger is over): then the console is where to decline.
 */
export async function openDeclineForm(
  hook: Hook,
  click: SlackClick,
  { request, version }: { request: string; version: number },
): Promise<boolean> {
  const bot = botOf(hook, click)
  if (bot === null || click.trigger_id === undefined) return false
  const { allow } = hook.runtime.config.notifications
  const send = createSafeRequest({ allow, channels: [new URL(bot.apiUrl).hostname] })
  const url = click.response_url ?? null
  try {
    const { status, text } = await send({
      method: 'POST',
      url: `${bot.apiUrl}/views.open`,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        authorization: `Bearer ${bot.token}`,
      },
      body: JSON.stringify({
        trigger_id: click.trigger_id,
        view: viewOf(bot.language, { request, version, url }),
      }),
      limitMs: OPEN_MS,
    })
    return status === 200 && z.object({ ok: z.literal(true) }).safeParse(JSON.parse(text)).success
  } catch (error) {
    hook.runtime.log.warn({ hook: 'slack', err: error }, 'a form could not be opened in Slack')
    return false
  }
}

/** Block Kit: a title has 24 characters at most. */
function viewOf(language: 'ko' | 'en', carry: z.output<typeof carried>): object {
  const text = (key: string) => ({
    type: 'plain_text',
    text: say(key, { request: carry.request })[language],
  })
  return {
    type: 'modal',
    callback_id: CALLBACK,
    private_metadata: JSON.stringify(carry),
    title: text('slack.formTitle'),
    submit: text('action.decline'),
    close: text('form.cancel'),
    blocks: [
      {
        type: 'input',
        block_id: BLOCK,
        label: text('actions.reason'),
        element: {
          type: 'plain_text_input',
          action_id: BLOCK,
          multiline: true,
          min_length: 1,
          max_length: LONGEST_REASON,
        },
      },
    ],
  }
}

/**
 * The form that came back: declines with the reason, as the person who sent it off, who is authorised again.
 * What is refused is said at the field, and the form stays open. Throws INPUT_INVALID for a form that is not
 * ours.
 */
export function readDeclineForm(hook: Hook, { user, view }: SlackForm): Errand {
  if (view.callback_id !== CALLBACK) throw new AppError('INPUT_INVALID')
  const { request, version, url } = parseCarried(view.private_metadata)
  const reason = (view.state.values[BLOCK]?.[BLOCK]?.value ?? '').trim().slice(0, LONGEST_REASON)
  const refuse = (words: Said['words']) => ({
    said: { path: routes.requests(), words },
    refusal: { [BLOCK]: words[slackLanguage(hook)] },
  })
  const run = async () => {
    if (reason === '') return refuse(say('slack.reasonFirst'))
    const ctx = hook.contextOf(contacts => contacts.slack === user.id)
    if (!ctx) return refuse(say('slack.unknownUser'))
    const pointed = { cluster: null, id: request, version, via: 'slack' as const }
    try {
      const row = await turnDown(ctx, { ...pointed, decision: 'declined', reason })
      return { said: outcomeOf(row), refusal: null }
    } catch (thrown) {
      const error = asAppError(thrown)
      if (error.status >= 500) throw thrown
      return refuse(sayError(error.code, { request, ...error.params }))
    }
  }
  return { url: url ?? undefined, run }
}

function parseCarried(metadata: string): z.output<typeof carried> {
  try {
    return carried.parse(JSON.parse(metadata))
  } catch (cause) {
    throw new AppError('INPUT_INVALID', { cause })
  }
}

/** Where no form can be opened. */
export const declineOnPage = (request: string) => ({
  path: routes.requests(),
  words: say('slack.declineOnPage', { request }),
})
