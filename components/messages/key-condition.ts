import { apiUrl, errorOf } from '@/components/api/call'
import type { RecordAddress } from '@/components/record/record-copies'
import { FILTER_CHARS_MAX } from '@/lib/contracts/message-search'
import { type Message, messages } from '@/lib/contracts/messages'

export type KeyCondition = { key: string; keyAs: 'text' | 'hex' }

/**
 * The condition that finds exactly a record's key: its text where that stands for its bytes, else the bytes,
 * asked for once more. null: the record has no key, or one too long to be searched for.
 */
export async function keyCondition(
  address: RecordAddress,
  message: Message,
  signal?: AbortSignal,
): Promise<KeyCondition | null> {
  const { key } = message
  if (key === null) return null
  const known = knownCondition(key)
  if (known) return fits(known)
  const response = await fetch(apiUrl(messages.raw, { ...address, part: 'key' }), { signal: signal ?? null })
  if (!response.ok) throw await errorOf(response)
  const bytes = new Uint8Array(await response.arrayBuffer())
  return fits({ key: Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join(''), keyAs: 'hex' })
}

/** As `keyCondition`, where nothing has to be asked for; null: it has. */
export function knownCondition(key: NonNullable<Message['key']>): KeyCondition | null {
  if (key.truncated || key.inside !== undefined) return null
  if (key.format === 'hex') return { key: key.text, keyAs: 'hex' }
  const isText = key.decoder === undefined || key.decoder === 'text' || key.decoder === 'json'
  return isText && (key.format === 'text' || key.format === 'json') ? { key: key.text, keyAs: 'text' } : null
}

const fits = (condition: KeyCondition) => (condition.key.length <= FILTER_CHARS_MAX ? condition : null)
