import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '@/lib/errors'
import { routes } from '@/lib/routes'
import { asAppError } from '@/server/http/serve'
import { approve, mayTurnDown } from '@/server/requests/decide'
import { isSigned, takeOnce } from './seen'
import type { Hook } from './serve-hook'
import { declineOnPage, openDeclineForm, takeDeclineForm } from './slack-decline'
import { isClick, isForm, parseSlackPayload, type SlackClick } from './slack-payload'
import { answerInSlack, outcomeOf, type Said, say, sayError } from './slack-words'

/** Older than this is a replay (Slack's own advice), newer than this from a clock that is wrong. */
const WINDOW_S = 300
/** Slack gives up after three seconds; the way there and back takes some of them. */
const ANSWER_MS = 2000

const notSlack = () => new AppError('UNAUTHENTICATED')

/**
 * A click on a button of ours, or the form that asks why. The signature over the raw body and its time come
 * first, then that it is no replay; the Slack user is mapped to a user of the configuration, who is
 * authorised again like anybody. A click is answered within Slack's three seconds, done or not; what came of it
 * follows at the `response_url`, and the message itself is updated by the outbox. Throws UNAUTHENTICATED,
 * STATE_CONFLICT for a replay, INPUT_INVALID.
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
  const payload = parseSlackPayload(body)
  if (!(await takeOnce(runtime.store, `slack ${timestamp} ${signature.toLowerCase()}`, nowMs))) {
    throw new AppError('STATE_CONFLICT', {
      detail: 'This click was taken already.',
      params: { state: 'taken' },
    })
  }
  if (isForm(payload)) return takeDeclineForm(hook, payload)
  if (isClick(payload)) await takeInTime(hook, payload)
  return new Response(null, { status: 200 })
}

/** Does what was clicked; comes back before Slack gives up, and what is not done by then goes on. */
async function takeInTime(hook: Hook, click: SlackClick): Promise<void> {
  const work = decide(hook, click).then(said => said && answerInSlack(hook, click.response_url, said))
  const isDone = await Promise.race([work.then(() => true), sleep(ANSWER_MS, false, { ref: false })])
  if (isDone) return
  const { log } = hook.runtime
  log.info({ requestId: hook.requestId }, 'a click is answered before its work is done')
  work
    .catch(thrown => {
      const { code, cause, params } = asAppError(thrown)
      log.warn({ requestId: hook.requestId, code, err: cause }, 'what was clicked failed after the answer')
      const said = { path: routes.requests(), words: sayError(code, { ...params }) }
      return answerInSlack(hook, click.response_url, said)
    })
    .catch(error => log.warn({ requestId: hook.requestId, err: error }, 'Slack could not be told'))
}

/** Does what was clicked, as the person who clicked; answers what to tell them, null where a form asks them first. */
async function decide(hook: Hook, click: SlackClick): Promise<Said | null> {
  const [action] = click.actions
  const [, id, version] = /^(\d{1,15}):(\d{1,9})$/.exec(action?.value ?? '') ?? []
  const path = routes.requests()
  const ctx = hook.contextOf(contacts => contacts.slack === click.user.id)
  if (!ctx) return { path, words: say('slack.unknownUser') }
  if (id === undefined || (action?.action_id !== 'approve' && action?.action_id !== 'decline')) {
    return { path, words: say('slack.unknownAction') }
  }
  const pointed = { cluster: null, id, version: Number(version), via: 'slack' as const }
  try {
    if (action.action_id === 'approve') return outcomeOf(await approve(ctx, pointed))
    // Who may not decide is told so at once, and not after writing a reason.
    await mayTurnDown(ctx, pointed)
    const isOpen = await openDeclineForm(hook, click, { request: id, version: pointed.version })
    return isOpen ? null : declineOnPage(id)
  } catch (thrown) {
    const error = asAppError(thrown)
    if (error.status >= 500) throw thrown
    return { path, words: sayError(error.code, { request: id, ...error.params }) }
  }
}
