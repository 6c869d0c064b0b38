import { messages } from '@/lib/contracts/messages'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { decodeRecord } from '@/server/serde/decode-record'
import { textBytes } from './hit-decoder'
import { openRecord } from './open-record'
import { recordLinks } from './record-links'

/**
 * One record by its address, with links to other tools where the cluster has templates for them. Throws what
 * `readRecord` throws.
 */
export const getMessage = verb(messages.get, async (ctx, input) => {
  authorise(ctx, 'record.read', { cluster: input.cluster, topic: input.topic })
  const { record, serde } = await openRecord(ctx, input)
  const message = decodeRecord(record, { serde, maxTextBytes: textBytes(input.preview ?? 0) })
  const said = (part: 'key' | 'value') => {
    const payload = message[part]
    if (!payload?.schema || payload.error !== undefined || payload.truncated) return payload
    return serde.comesBack(part, record, payload.text) ? { ...payload, comesBack: true as const } : payload
  }
  const links = recordLinks(ctx, input.cluster, input.topic, record)
  return { ...message, key: said('key'), value: said('value'), links }
})
