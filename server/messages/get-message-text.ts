import { messages } from '@/lib/contracts/messages'
import { AppError } from '@/lib/errors'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { WHOLE_TEXT_BYTES } from '@/server/serde/record-serde'
import { partFileName } from './get-raw-message'
import { openRecord } from './open-record'

/**
 * The whole text of a key or value as the console reads it, in UTF-8; null is null. Throws VALUE_TOO_LONG
 * above 64 MiB (the raw bytes can be had), and what `readRecord` throws.
 */
export const getMessageText = verb(messages.text, async (ctx, input) => {
  authorise(ctx, 'record.read', { cluster: input.cluster, topic: input.topic })
  const { record, serde } = await openRecord(ctx, input)
  const payload = serde.payload(input.part, record, WHOLE_TEXT_BYTES)
  if (payload?.truncated) throw new AppError('VALUE_TOO_LONG', { params: { limit: '64 MiB' } })
  return { bytes: payload && Buffer.from(payload.text), filename: partFileName(input, 'txt') }
})
