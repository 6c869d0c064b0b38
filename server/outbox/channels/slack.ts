import * as z from 'zod'
import type { SlackChannel } from '@/server/config/types'
import { DeliveryError } from '../delivery-error'
import type { Answered } from '../safe-request'
import { type Channel, type ChannelDeps, type Delivery, readAnswer, readRef, refuseFailure } from './channel'
import { type SlackMessage, slackMessage } from './slack-message'

const refSchema = z.object({ channel: z.string(), ts: z.string() })
const answerSchema = z.object({
  ok: z.boolean(),
  error: z.string().optional(),
  channel: z.string().optional(),
  ts: z.string().optional(),
})

/** The message is gone or may not be changed any more: a new one is posted. */
const NO_UPDATE = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed'])

/** Slack: by a bot's token one message a subject, updated as it moves; by an incoming webhook a message each time. */
export function slackChannel(config: SlackChannel, deps: ChannelDeps): Channel {
  const { request, publicUrl, users, now } = deps
  const { token, channel: room } = config
  const messageOf = (delivery: Delivery) =>
    slackMessage(delivery.notice, { language: config.language, publicUrl, users, buttons: true })
  const post = async (
    url: string,
    body: object,
    { id, signal }: Delivery,
    auth: string | null,
  ): Promise<Answered> => {
    const answered = await request({
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'idempotency-key': id,
        ...(auth === null ? {} : { authorization: `Bearer ${auth}` }),
      },
      body: JSON.stringify(body),
      signal,
    })
    refuseFailure(answered, now())
    return answered
  }

  async function byBot(delivery: Delivery, message: SlackMessage, bot: string, channel: string) {
    const known = readRef(delivery.ref, refSchema)
    if (known) {
      const body = { channel: known.channel, ts: known.ts, ...message }
      const update = readAnswer(await post(`${config.apiUrl}/chat.update`, body, delivery, bot), answerSchema)
      if (update.ok) return null
      if (!NO_UPDATE.has(update.error ?? '')) throw new DeliveryError('REFUSED')
    }
    const posted = readAnswer(
      await post(`${config.apiUrl}/chat.postMessage`, { channel, ...message }, delivery, bot),
      answerSchema,
    )
    if (!posted.ok || posted.ts === undefined || posted.channel === undefined) {
      throw new DeliveryError('REFUSED')
    }
    return { ref: JSON.stringify({ channel: posted.channel, ts: posted.ts }), key: null }
  }

  return {
    async deliver(delivery) {
      const message = messageOf(delivery)
      if (config.url !== null) {
        await post(config.url, message, delivery, null)
        return null
      }
      if (token === null || room === null) throw new DeliveryError('CHANNEL_UNKNOWN')
      return byBot(delivery, message, token, room)
    },
  }
}

/**
 * The answer to a click, sent to the address that Slack gave with it: seen by the person who clicked, in the
 * language of the channel.
 */
export async function answerSlack(
  { request, now }: ChannelDeps,
  url: string,
  delivery: Delivery,
  language: 'ko' | 'en',
): Promise<null> {
  const answered = await request({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json; charset=utf-8', 'idempotency-key': delivery.id },
    body: JSON.stringify({
      response_type: 'ephemeral',
      replace_original: false,
      text: delivery.notice.title[language]
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;'),
    }),
    signal: delivery.signal,
  })
  refuseFailure(answered, now())
  return null
}
