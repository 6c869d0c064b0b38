import type { Origin } from '@/lib/dead-letter'
import { mayDo } from '@/server/auth/authorise'
import type { Context } from '@/server/context'

/**
 * Is the record that a letter came from still there? The topic is what a header says, so it is asked for like
 * any stranger's word: with the caller's rights, and never created. `unknown`: headers don't say, there is
 * no such topic, the place lies behind the log's end, or nobody answered.
 */
export async function originState(
  ctx: Context,
  cluster: string,
  { topic, partition, offset }: Origin,
): Promise<'present' | 'expired' | 'unknown' | 'denied'> {
  if (topic === null || partition === null || offset === null) return 'unknown'
  if (!mayDo(ctx, 'record.read', { cluster, topic })) return 'denied'
  const port = ctx.clusters.get(cluster)
  const options = { signal: ctx.signal, timeoutMs: 3000 }
  try {
    const metadata = await port.metadata({ ...options, topics: [topic], maxAgeMs: 5000 })
    const found = metadata.topics.get(topic)
    if (!found?.ok) return 'unknown'
    if (!found.value.partitions.some(p => p.partition === partition)) return 'unknown'
    const at = [{ topic, partition }]
    const [[start], [end]] = await Promise.all([
      port.listOffsets(at, 'earliest', options),
      port.listOffsets(at, 'latest', options),
    ])
    if (!start?.answer.ok || !end?.answer.ok) return 'unknown'
    if (offset < start.answer.value.offset) return 'expired'
    return offset < end.answer.value.offset ? 'present' : 'unknown'
  } catch {
    // The letter itself was read: its origin's cluster trouble is no reason to withhold it.
    return 'unknown'
  }
}
