import { createHmac } from 'node:crypto'
import type { WebhookChannel } from '@/server/config/types'
import { type Channel, type ChannelDeps, refuseFailure } from './channel'

/** `whsec_<base64>` as the Standard Webhooks libraries write it, or any text. */
function keyOf(secret: string): Buffer {
  return secret.startsWith('whsec_')
    ? Buffer.from(secret.slice('whsec_'.length), 'base64')
    : Buffer.from(secret, 'utf8')
}

/** `v1,<base64>` over `id.timestamp.body` (standardwebhooks.com, "Signature scheme"); the timestamp is in seconds. */
function signWebhook(secret: string, id: string, timestampS: number, body: string): string {
  const signed = createHmac('sha256', keyOf(secret)).update(`${id}.${timestampS}.${body}`).digest('base64')
  return `v1,${signed}`
}

/** A generic webhook, signed by the Standard Webhooks scheme; `webhook-id` is the same at every attempt. */
export function webhookChannel(config: WebhookChannel, deps: ChannelDeps): Channel {
  return {
    async deliver({ id, notice, createdAtMs, signal }) {
      const body = JSON.stringify({
        type: notice.event,
        timestamp: new Date(createdAtMs).toISOString(),
        data: {
          id,
          subject: notice.subject,
          cluster: notice.cluster,
          status: notice.status,
          title: notice.title[config.language],
          url: deps.publicUrl + notice.path,
          ...notice.data,
        },
      })
      const timestamp = Math.floor(deps.now() / 1000)
      const answered = await deps.request({
        method: 'POST',
        url: config.url,
        headers: {
          'content-type': 'application/json',
          'idempotency-key': id,
          'webhook-id': id,
          'webhook-timestamp': String(timestamp),
          'webhook-signature': signWebhook(config.secret, id, timestamp, body),
        },
        body,
        signal,
      })
      refuseFailure(answered, deps.now())
      return null
    },
  }
}
