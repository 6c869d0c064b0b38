import { partitionKey } from '@/lib/partition-key'
import type { Isolation, OffsetAnswer, OffsetAt, TopicPartition } from '../port'
import { ok } from './errors'

/** ListOffsets, each question by itself; answers in the order asked. */
type Ask = (
  partitions: readonly TopicPartition[],
  at: OffsetAt,
  isolation: Isolation,
) => Promise<OffsetAnswer[]>

/**
 * Offsets of the first records at or after a time; -1 where none is. For a time within segments whose records were
 * deleted by request, and which are still there (up to five minutes by default), a broker answers -1: it looks into
 * the first segment that reaches the time and into no other (4.3.1). Where the newest time of what is left says
 * otherwise, all that is left may be later: the answer is then where the log begins, its time -1, since nobody looked.
 */
export async function offsetsByTime(
  ask: Ask,
  partitions: readonly TopicPartition[],
  at: { timestampMs: number },
  isolation: Isolation,
): Promise<OffsetAnswer[]> {
  const answers = await ask(partitions, at, isolation)
  const none = answers.filter(({ answer }) => answer.ok && answer.value.offset < 0n)
  if (none.length === 0) return answers
  const starts = (await ask(none, 'earliest', 'read_uncommitted')).flatMap(({ topic, partition, answer }) =>
    answer.ok && answer.value.offset > 0n ? [{ topic, partition, offset: answer.value.offset }] : [],
  )
  if (starts.length === 0) return answers
  const [newest, ends] = await Promise.all([
    ask(starts, 'max-timestamp', isolation),
    ask(starts, 'latest', isolation),
  ])
  const doubted = starts.filter((start, i) => {
    const [last, end] = [newest[i]?.answer, ends[i]?.answer]
    // Brokers before 3.0 don't know the newest time: their answer stays.
    if (!last?.ok || !end?.ok) return false
    const { offset, timestampMs } = last.value
    return offset >= start.offset && offset < end.value.offset && timestampMs >= at.timestampMs
  })
  if (doubted.length === 0) return answers
  // What is newest may have come since the first answer: then it is found now.
  const again = await ask(doubted, at, isolation)
  const mended = new Map(
    doubted.map((start, i) => {
      const answer = again[i]?.answer
      const isFound = answer && (!answer.ok || answer.value.offset >= 0n)
      const atStart = ok({ offset: start.offset, timestampMs: -1, leaderEpoch: -1 })
      return [partitionKey(start), isFound ? answer : atStart]
    }),
  )
  return answers.map(one => ({ ...one, answer: mended.get(partitionKey(one)) ?? one.answer }))
}
