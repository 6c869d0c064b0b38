import { messages } from '@/lib/contracts/messages'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { openSerde } from '@/server/schemas/open-serde'
import { decodeRecord } from '@/server/serde/decode-record'
import { textBytes } from './hit-decoder'
import { readRecord } from './read-record'
import { recordLinks } from './record-links'

/** One record by its address, with links to other tools where the cluster has templates for them. Throws what `readRecord` throws. */
export const getMessage = verb(messages.get, async (ctx, input) => {
  authorise(ctx, 'record.read', { cluster: input.cluster, topic: input.topic })
  const address = { topic: input.topic, partition: input.partition, offset: BigInt(input.offset) }
  const options = { signal: ctx.signal, now: () => ctx.clock.now() }
  const [record, open] = await Promise.all([
    readRecord(ctx.clusters.get(input.cluster), address, options),
    openSerde(ctx, input.cluster, input.topic, input),
  ])
  await open.prepare([record], ctx.signal)
  const message = decodeRecord(record, { serde: open.serde, maxTextBytes: textBytes(input.preview ?? 0) })
  return { ...message, links: recordLinks(ctx, input.cluster, input.topic, record) }
})
