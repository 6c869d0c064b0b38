import type { Context } from '@/server/context'
import type { LogRecord } from '@/server/kafka/port'
import { openSerde } from '@/server/schemas/open-serde'
import type { AskedSerde } from '@/server/schemas/topic-rules'
import type { RecordSerde } from '@/server/serde/record-serde'
import { readRecord } from './read-record'

/** Offset in digits, as the contracts carry it. */
type Asked = AskedSerde & { cluster: string; topic: string; partition: number; offset: string }

/** One record by its address, and a serde that has the schemas it needs. Throws what `readRecord` throws. */
export async function openRecord(
  ctx: Context,
  input: Asked,
): Promise<{ record: LogRecord; serde: RecordSerde }> {
  const { cluster, topic, partition } = input
  const [record, open] = await Promise.all([
    readRecord(
      ctx.clusters.get(cluster),
      { topic, partition, offset: BigInt(input.offset) },
      { signal: ctx.signal, now: () => ctx.clock.now() },
    ),
    openSerde(ctx, cluster, topic, input),
  ])
  await open.prepare([record], ctx.signal)
  return { record, serde: open.serde }
}
