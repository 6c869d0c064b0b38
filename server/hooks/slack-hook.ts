import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '@/lib/errors'
import { routes } from '@/lib/routes'
import { asAppError } from '@/server/http/serve'
import { approve, mayTurnDown } from '@/server/requests/decide'
import { isSigned, takeOnce } from './seen'
import type { Hook } from './serve-hook'
import { declineOnPage, openDeclineForm, readDeclineForm } from './slack-decline'
import { isClick, isForm, parseSlackPayload, type SlackClick } from './slack-payload'
import { answerInSlack, type Errand, outcomeOf, type Said, say, sayError } from './slack-words'

/** Older than this is a replay (Slack's own advice), newer than this from a clock that is wrong. */
const WINDOW_S = 300
/** Slack gives up after three seconds; the way there and back takes some of them. */
const ANSWER_MS = 2000

const notSlack = () => new AppError('UNAUTHENTICATED')

/**
 * A click on a button of ours, or the form that asks why. The signature over the raw body and its time come
 * first, then that it is no replay; the Slack user is mapped to a user of the configuration, who is
 * authorised again like anybody. Both are answered within Slack's three seconds, done or not; what came of it
 * follows at the `response_url`, and the message itself is updated by the outbox. Throws UNAUTHENTICATED,
 * STATE_CONFLICT for a replay, INPUT_INVALID.
 */
export async function takeSlackClick(hook: Hook): Promise<Response> {
  // Counted from here: what the store takes to know a replay is within it.
  const late = sleep(ANSWER_MS, null, { ref: false })
  const { runtime, headers, body } = hook
  const secret = runtime.config.notifications.slack?.signingSecret
  const timestamp = headers.get('x-slack-request-timestamp') ?? ''
  const signature = /^v0=([0-9a-f]{64})$/i.exec(headers.get('x-slack-signature') ?? '')?.[1]
  if (secret === undefined || signature === undefined || !/^\d{1,12}$/.test(timestamp)) throw notSlack()
  const nowMs = runtime.clock.now()
  const signed = Buffer.concat([Buffer.from(`v0:${timestamp}:`, 'utf8'), body])
  if (!isSigned(secret, signed, signature)) throw notSlack()
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > WINDOW_S) throw notSlack()
  const errand = errandOf(hook, parseSlackPayload(body))
  const work = takeOnce(runtime.store, `slack ${timestamp} ${signature.toLowerCase()}`, nowMs).then(
    isFirst => {
      if (isFirst) return errand.run()
      throw new AppError('STATE_CONFLICT', {
        detail: 'This click was taken already.',
        params: { state: 'taken' },
      })
    },
  )
  const outcome = await Promise.race([work, late])
  if (outcome === null) finishLate(hook, errand, work)
  else if (outcome.refusal) return Response.json({ response_action: 'errors', errors: outcome.refusal })
  else await Promise.race([tell(hook, errand, outcome.said), late])
  return new Response(null, { status: 200 })
}

function errandOf(hook: Hook, payload: ReturnType<typeof parseSlackPayload>): Errand {
  if (isForm(payload)) return readDeclineForm(hook, payload)
  if (!isClick(payload)) return { url: undefined, run: async () => ({ said: null, refusal: null }) }
  const run = async () => ({ said: await decide(hook, payload), refusal: null })
  return { url: payload.response_url, run }
}

/** Says what comes of an errand that was answered before its work was done. */
function finishLate(hook: Hook, errand: Errand, work: ReturnType<Errand['run']>): void {
  const { log } = hook.runtime
  log.info({ requestId: hook.requestId }, 'Slack is answered before the work is done')
  work
    .then(({ said }) => said)
    .catch(thrown => {
      const { code, cause, params, status } = asAppError(thrown)
      log.warn(
        { requestId: hook.requestId, code, err: cause },
        'what Slack asked for failed after the answer',
      )
      // A replay: whoever clicked hears from the first one.
      if (status < 500) return null
      return { path: routes.requests(), words: sayError(code, { ...params }) }
    })
    .then(said => tell(hook, errand, said))
}

/** What is done is done, whether Slack can be told or not. */
async function tell(hook: Hook, { url }: Errand, said: Said | null): Promise<void> {
  if (said === null) return
  await answerInSlack(hook, url, said).catch(error =>
    hook.runtime.log.warn({ requestId: hook.requestId, err: error }, 'Slack could not be told'),
  )
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
