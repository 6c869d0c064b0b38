import { expect, test } from 'vitest'
import type { OffsetAt } from '../port'
import { ok } from './errors'
import { offsetsByTime } from './offsets-by-time'

const AT = { timestampMs: 1000 }
type Log = { start: bigint; end: bigint; newest: [offset: bigint, timestampMs: number]; found: bigint }

/** One partition of which a broker tells this, `log` being asked anew each time. */
async function since(log: () => Log) {
  const asked: OffsetAt[] = []
  const answers = await offsetsByTime(
    async (partitions, at) => {
      asked.push(at)
      const { start, end, newest, found } = log()
      const [offset, timestampMs] =
        at === 'earliest'
          ? [start, -1]
          : at === 'latest'
            ? [end, -1]
            : at === 'max-timestamp'
              ? newest
              : [found, -1]
      return partitions.map(one => ({ ...one, answer: ok({ offset, timestampMs, leaderEpoch: 0 }) }))
    },
    [{ topic: 't', partition: 0 }],
    AT,
    'read_uncommitted',
  )
  const answer = answers[0]?.answer
  return { offset: answer?.ok ? answer.value.offset : null, asked: asked.length }
}

test.each<[string, Log, bigint, number]>([
  ['found at once', { start: 3n, end: 9n, newest: [8n, 2000], found: 5n }, 5n, 1],
  ['nothing was ever deleted', { start: 0n, end: 9n, newest: [8n, 900], found: -1n }, -1n, 2],
  ['nothing is later', { start: 3n, end: 9n, newest: [8n, 900], found: -1n }, -1n, 4],
  [
    'what is newest lies before the beginning',
    { start: 9n, end: 9n, newest: [8n, 2000], found: -1n },
    -1n,
    4,
  ],
  ['what is newest cannot be read yet', { start: 3n, end: 8n, newest: [8n, 2000], found: -1n }, -1n, 4],
  [
    'the broker looked into deleted segments alone',
    { start: 3n, end: 9n, newest: [8n, 2000], found: -1n },
    3n,
    5,
  ],
])('%s', async (_, log, offset, asked) => {
  expect(await since(() => log)).toEqual({ offset, asked })
})

test('a record that comes while it is asked is what is found, and not the beginning of the log', async () => {
  let questions = 0
  const before: Log = { start: 3n, end: 9n, newest: [8n, 900], found: -1n }
  const after: Log = { start: 3n, end: 10n, newest: [9n, 1000], found: 9n }
  expect(await since(() => (questions++ === 0 ? before : after))).toEqual({ offset: 9n, asked: 5 })
})
