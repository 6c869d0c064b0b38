import { describe, expect, it } from 'vitest'
import { type OffsetDraft, parsePartitions, toPlanInput } from './offset-draft'

const draft: OffsetDraft = { kind: 'earliest', value: '', topic: '', partitions: '', reason: '' }
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
    [
      { kind: 'duration', value: 'PT1H', topic: 't', partitions: '0-1,3' },
      { to: 'duration:PT1H', topics: ['t'], partitions: [0, 1, 3] },
    ],
    [
      { kind: 'csv', value: 't,0,1', topic: 't' },
      { to: 'csv', csv: 't,0,1' },
    ],
  ] as const)('%j', (over, expected) =>
    expect(input(over)).toEqual({ cluster: 'c', group: 'g', ...expected }),
  )
  it.each([
    [{ kind: 'offset', value: '-1' }, 'value'],
    [{ kind: 'time', value: 'noon' }, 'value'],
    [{ kind: 'group', value: ' ' }, 'value'],
    [{ partitions: '3-1' }, 'partitions'],
  ] as const)('%j is refused', (over, field) => expect(input(over)).toEqual({ field }))
})

it('reads partitions', () => {
  expect(parsePartitions(' 2, 0-1  2 ')).toEqual([0, 1, 2])
  expect(parsePartitions('x')).toBeNull()
  expect(parsePartitions('0-999999999')).toBeNull()
})
