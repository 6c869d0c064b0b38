import { messages } from '@/lib/contracts/messages'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { readRecord } from './read-record'

/** The bytes of a key or value as they stand in the log; null is null. Throws what `readRecord` throws. */
export const getRawMessage = verb(messages.raw, async (ctx, input) => {
  authorise(ctx, 'record.read', { cluster: input.cluster, topic: input.topic })
  const address = { topic: input.topic, partition: input.partition, offset: BigInt(input.offset) }
  const options = { signal: ctx.signal, now: () => ctx.clock.now() }
  const record = await readRecord(ctx.clusters.get(input.cluster), address, options)
  const bytes = input.part === 'key' ? record.key : record.value
  // A copy: the record's Buffer is a view into everything that was fetched.
  return {
    bytes: bytes && new Uint8Array(bytes),
    filename: partFileName(input, 'bin'),
  }
})

type PartAddress = { topic: string; partition: number; offset: string; part: 'key' | 'value' }

/**
 * A name that is no path and no header's trouble, whatever the address held; Kafka's own names come through
 * unchanged.
 */
export function partFileName({ topic, partition, offset, part }: PartAddress, extension: string): string {
  const name = topic.replace(/[^A-Za-z0-9._-]/g, '_').replace(/^\.+/, '_')
  return `${name}-${partition}-${offset}.${part}.${extension}`
}
