import { randomInt } from 'node:crypto'
import { produce } from '@/lib/contracts/produce'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { refuseSystemTopic } from '@/server/topic-changes/refuse-system-topic'
import { PartEncoder } from './encode-part'
import { describeRecord, prepareRecord } from './prepare-record'
import { partitionsOf } from './topic-partitions'

/**
 * Writes one record. What is wrong with it (schema, base64, partition) is said before anything is sent; a
 * lost answer is OUTCOME_UNKNOWN and never sent again. Without the caller's signal: once it is sent it is
 * written, whether anybody waits or not.
 */
export const produceMessage = verb(produce.one, async (ctx, input) => {
  const { cluster: id, topic } = input
  authorise(ctx, 'record.produce', { cluster: id, topic })
  refuseSystemTopic(topic)
  const cluster = ctx.clusters.get(id)
  const partitions = await partitionsOf(cluster, topic, ctx.signal)
  const record = await prepareRecord(new PartEncoder(ctx.services.schemas.registry(id)), input, partitions)
  const sizes = {
    keyBytes: record.key?.length ?? null,
    valueBytes: record.value?.length ?? null,
    partition: record.partition,
  }
  if (input.dryRun) return { record: null, ...sizes }
  const partition = record.partition ?? randomInt(partitions)
  const placed = await audited(
    ctx,
    {
      action: 'record.produce',
      cluster: id,
      resource: `topic:${topic}`,
      details: { ...describeRecord(record), partition },
    },
    () => cluster.produce(topic, { ...record, partition }),
  )
  return {
    record: {
      partition: placed.partition,
      offset: placed.offset.toString(),
      timestamp: new Date(placed.timestampMs).toISOString(),
    },
    ...sizes,
    partition,
  }
})
