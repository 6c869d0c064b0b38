import type { InputOf } from '@/lib/contracts/endpoint'
import { topicChanges } from '@/lib/contracts/topic-changes'
import { AppError } from '@/lib/errors'
import { LARGEST_OFFSET } from '@/lib/largest-offset'
import { parseInstant } from '@/lib/parse-time'
import { audited } from '@/server/audit/audited'
import { authorise, mayDo } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import type { OffsetAnswer } from '@/server/kafka/port'
import { PART_MS, readTopic } from '@/server/topics/read-topic'
import { refuseSystemTopic, requireConfirm } from './refuse-system-topic'

type Input = InputOf<typeof topicChanges.truncate>
type Cut = { partition: number; from: bigint; to: bigint }

/**
 * Deletes the records before an offset, for good; a dry run answers what would go, and its offsets may be
 * sent back so that exactly that goes. Throws INPUT_INVALID, OFFSET_OUT_OF_RANGE for an offset behind every
 * partition's end, BROKER_POLICY_VIOLATION where the topic is only compacted; a partition that failed carries its
 * code.
 */
export const truncateTopic = verb(topicChanges.truncate, async (ctx, input) => {
  const { cluster: clusterId, topic } = input
  authorise(ctx, 'record.purge', { cluster: clusterId, topic })
  refuseSystemTopic(topic)
  if (!input.dryRun) requireConfirm(topic, input.confirm)
  const cluster = ctx.clusters.get(clusterId)
  const cuts = await planCuts(ctx, input)
  const records = cuts.reduce((sum, { from, to }) => sum + (to - from), 0n)
  const answer = (codes: ReadonlyMap<number, string>, applied: boolean) => ({
    topic,
    applied,
    partitions: cuts.map(({ partition, from, to }) => ({
      partition,
      from: String(from),
      to: String(to),
      records: String(to - from),
      code: codes.get(partition) ?? null,
    })),
    records: String(records),
    sampledAt: new Date(ctx.clock.now()).toISOString(),
  })
  const going = cuts.filter(({ from, to }) => to > from)
  if (input.dryRun) return { ...answer(new Map(), false), ...goingLetters(ctx, clusterId, topic, cuts) }
  if (going.length === 0) return answer(new Map(), false)
  const codes = new Map<number, string>()
  await audited(
    ctx,
    {
      action: 'record.purge',
      cluster: clusterId,
      resource: `topic:${topic}`,
      details: { records, partitions: going },
      reason: input.reason ?? null,
    },
    async () => {
      const wanted = going.map(({ partition, to }) => ({ partition, offset: to }))
      const done = await cluster.deleteRecords(topic, wanted)
      for (const one of done) if (!one.answer.ok) codes.set(one.partition, one.answer.problem.code)
      const [first] = codes.values()
      // Nothing at all went: that is a failure, and not a partial success.
      if (first !== undefined && codes.size === going.length) {
        const problem = done.find(one => !one.answer.ok)?.answer
        throw new AppError(codeOf(first), problem && !problem.ok ? { params: problem.problem.params } : {})
      }
    },
  )
  return answer(codes, true)
})

/** Of a dead-letter topic: who deletes shall know whose failures go unseen. */
function goingLetters(ctx: Context, cluster: string, topic: string, cuts: readonly Cut[]) {
  const index = ctx.services.deadLetters.of(cluster)
  if (!index.isDeadLetterTopic(topic) || !mayDo(ctx, 'deadletter.read', { cluster, topic })) return {}
  const letters = index.lettersBelow(topic, new Map(cuts.map(({ partition, to }) => [partition, to])))
  const complete = index.topics().find(one => one.topic === topic)?.complete === true
  return { letters: { ...letters, complete } }
}

const codeOf = (code: string) =>
  code === 'BROKER_POLICY_VIOLATION' || code === 'OUTCOME_UNKNOWN' || code === 'CLUSTER_DENIED'
    ? code
    : 'KAFKA_ERROR'

const invalid = (path: string, code: string, message: string) =>
  new AppError('INPUT_INVALID', { fields: [{ path, code, message }] })

async function planCuts(ctx: Context, input: Input): Promise<Cut[]> {
  if ((input.to === undefined) === (input.offsets === undefined)) {
    throw invalid('to', 'REQUIRED', 'either `to` or `offsets` is needed')
  }
  const cluster = ctx.clusters.get(input.cluster)
  const metadata = await readTopic(ctx, cluster, input.topic)
  const chosen = input.offsets?.map(one => one.partition) ?? input.partitions
  const unknown = chosen?.find(partition => !metadata.partitions.some(one => one.partition === partition))
  if (unknown !== undefined) {
    throw new AppError('PARTITION_UNKNOWN', { params: { topic: input.topic, partition: unknown } })
  }
  const partitions = metadata.partitions
    .filter(({ partition }) => !chosen || chosen.includes(partition))
    .map(({ partition }) => ({ topic: input.topic, partition }))
  const options = { signal: ctx.signal, timeoutMs: PART_MS }
  const [starts, ends, wanted] = await Promise.all([
    cluster.listOffsets(partitions, 'earliest', options),
    cluster.listOffsets(partitions, 'latest', options),
    targets(ctx, input, partitions),
  ])
  const logs = partitions.map(({ partition }, i) => {
    const [from, end] = [offsetOf(starts[i]), offsetOf(ends[i])]
    return { partition, from, end, to: wanted(partition) ?? end }
  })
  refuseBeyond(logs, input.offsets !== undefined)
  // Never beyond the end of the shorter ones: the broker would refuse it; never before the start: that is gone.
  return logs.map(({ partition, from, end, to }) => ({ partition, from, to: clamp(to, from, end) }))
}

const clamp = (to: bigint, from: bigint, end: bigint) => (to < from ? from : to > end ? end : to)

/** An offset that no log reaches is a mistake in typing, or of a topic that was made anew; it is no "all of it". */
function refuseBeyond(logs: readonly (Cut & { end: bigint })[], each: boolean): void {
  const beyond = logs.filter(({ to, end }) => to > end)
  if (beyond.length === 0 || (!each && beyond.length < logs.length)) return
  const [longest] = beyond.toSorted((a, b) => Number(b.end - a.end))
  if (!longest) return
  const { partition, from, end } = longest
  throw new AppError('OFFSET_OUT_OF_RANGE', {
    params: { partition, start: String(from), end: String(end) },
    fields: [
      { path: each ? 'offsets' : 'to', code: 'RANGE', message: `partition ${partition} ends at ${end}` },
    ],
  })
}

function offsetOf(answer: OffsetAnswer | undefined): bigint {
  if (answer?.answer.ok) return answer.answer.value.offset
  throw new AppError('LEADER_UNAVAILABLE', {
    params: { topic: answer?.topic ?? '', partition: answer?.partition ?? 0 },
  })
}

/** Up to where each partition goes; null: to its end. */
async function targets(
  ctx: Context,
  input: Input,
  partitions: { topic: string; partition: number }[],
): Promise<(partition: number) => bigint | null> {
  const { to, offsets } = input
  if (offsets) {
    const byPartition = new Map(offsets.map(one => [one.partition, readOffset(one.offset, 'offsets')]))
    return partition => byPartition.get(partition) ?? 0n
  }
  if (to === 'end') return () => null
  const offset = /^offset:(\d{1,19})$/.exec(to ?? '')?.[1]
  if (offset !== undefined) {
    const at = readOffset(offset, 'to')
    return () => at
  }
  const atMs = to?.startsWith('time:') ? parseInstant(to.slice('time:'.length)) : null
  if (atMs === null) throw invalid('to', 'FORMAT', 'must be end, offset:N or time:ISO')
  const found = await ctx.clusters
    .get(input.cluster)
    .listOffsets(partitions, { timestampMs: atMs }, { signal: ctx.signal, timeoutMs: PART_MS })
  return partition => {
    const answer = found.find(one => one.partition === partition)
    const at = offsetOf(answer)
    // No record at or after that time: all of them are older.
    return at < 0n ? null : at
  }
}

function readOffset(digits: string, path: string): bigint {
  const offset = BigInt(digits)
  if (offset > LARGEST_OFFSET) throw invalid(path, 'TOO_BIG', `an offset is at most ${LARGEST_OFFSET}`)
  return offset
}
