import * as z from 'zod'
import { AppError } from '@/lib/errors'

const user = z.object({ id: z.string().max(100) })

/** A click on a button of a message. */
const click = z.object({
  type: z.literal('block_actions'),
  user,
  actions: z
    .array(z.object({ action_id: z.string().max(255), value: z.string().max(2000).optional() }))
    .min(1),
  response_url: z.url().max(2000).optional(),
  /** Opens a form, within three seconds. */
  trigger_id: z.string().max(500).optional(),
  channel: z.object({ id: z.string().max(100) }).optional(),
})
export type SlackClick = z.output<typeof click>

/** A form that was sent off. */
const form = z.object({
  type: z.literal('view_submission'),
  user,
  view: z.object({
    callback_id: z.string().max(255),
    private_metadata: z.string().max(3000),
    state: z.object({
      values: z.record(z.string(), z.record(z.string(), z.object({ value: z.string().max(3000).nullish() }))),
    }),
  }),
})
export type SlackForm = z.output<typeof form>

/** What Slack also sends to this address, and nothing here answers: a closed form, a menu. */
const other = z.object({ type: z.string().max(100) })

/** The form field `payload` of an interaction. Throws INPUT_INVALID. */
export function parseSlackPayload(body: Uint8Array): SlackClick | SlackForm | z.output<typeof other> {
  try {
    const fields = new URLSearchParams(Buffer.from(body).toString('utf8'))
    const given: unknown = JSON.parse(fields.get('payload') ?? '')
    const { type } = other.parse(given)
    if (type === 'block_actions') return click.parse(given)
    return type === 'view_submission' ? form.parse(given) : { type }
  } catch (cause) {
    throw new AppError('INPUT_INVALID', { cause })
  }
}

export const isClick = (payload: { type: string }): payload is SlackClick => payload.type === 'block_actions'
export const isForm = (payload: { type: string }): payload is SlackForm => payload.type === 'view_submission'
