import { describe, expect, it } from 'vitest'
import { parseOffsetCsv } from '@/lib/lag/offset-target'
import { type OffsetDraft, offsetsCsv, toPlanInput } from './offset-draft'

const draft: OffsetDraft = { kind: 'earliest', value: '', picked: null, reason: '' }
const at = { cluster: 'c', group: 'g', zone: 'UTC', nowMs: Date.parse('2026-11-21T00:00:00Z') }
const input = (over: Partial<OffsetDraft>) => {
  const answer = toPlanInput({ ...draft, ...over }, at)
  return 'input' in answer ? answer.input : answer
}

describe('toPlanInput', () => {
  it.each([
    [{}, { to: 'earliest' }],
    [{ kind: 'time', value: '-15m' }, { to: 'time:2026-11-20T23:45:00.000Z' }],
    [{ kind: 'shift', value: '-5' }, { to: 'shift:-5' }],
    [{ kind: 'duration', value: '1d 12h' }, { to: 'duration:P1DT12H0M0S' }],
    [{ kind: 'duration', value: '-90m' }, { to: 'duration:P0DT0H90M0S' }],
    [
      {
        kind: 'duration',
        value: 'PT1H',
        picked: [
          { topic: 't', partitions: '0-1' },
          { topic: 'whole', partitions: ' ' },
        ],
      },
      {
        to: 'duration:PT1H',
        topics: ['whole'],
        partitions: [
          { topic: 't', partition: 0 },
          { topic: 't', partition: 1 },
        ],
      },
    ],
    [
      { kind: 'csv', value: 't,0,1', picked: [{ topic: 't', partitions: '' }] },
      { to: 'csv', csv: 't,0,1' },
    ],
  ] as const)('%j', (over, expected) =>
    expect(input(over)).toEqual({ cluster: 'c', group: 'g', ...expected }),
  )
  it.each([
    [{ kind: 'offset', value: '-1' }, 'value'],
    [{ kind: 'time', value: 'noon' }, 'value'],
    [{ kind: 'duration', value: '-' }, 'value'],
    [{ kind: 'duration', value: '12h 1d' }, 'value'],
    [{ kind: 'group', value: ' ' }, 'value'],
    [{ picked: [] }, 'topics'],
    [{ picked: [{ topic: 't', partitions: '3-1' }] }, 'partitions'],
    [{ picked: ['a', 'b'].map(topic => ({ topic, partitions: '0-15000' })) }, 'partitions'],
  ] as const)('%j is refused', (over, field) => expect(input(over)).toEqual({ field }))
})

it('writes where a group stands as a file that a plan reads back', () => {
  const csv = offsetsCsv([
    { topic: 'a', partition: 0, committed: '9007199254740993' },
    { topic: 'a', partition: 1, committed: null },
    { topic: 'b.c', partition: 2, committed: '0' },
  ])
  expect(parseOffsetCsv(csv, 'g')).toEqual({
    rows: [
      { topic: 'a', partition: 0, offset: 9007199254740993n },
      { topic: 'b.c', partition: 2, offset: 0n },
    ],
    problems: [],
  })
})
