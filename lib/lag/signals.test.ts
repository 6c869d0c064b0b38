import { describe, expect, it } from 'vitest'
import type { GroupDetail } from '../contracts/groups'
import { type SignalFacts, type SignalThresholds, signalsOf } from './signals'

const row = (
  partition: number,
  lag: number | null,
  over: Partial<GroupDetail['partitions'][number]> = {},
) => ({
  topic: 't',
  partition,
  committed: '0',
  logStart: '0',
  lastStable: '0',
  highWatermark: '0',
  lag: lag === null ? null : String(lag),
  lagHighWatermark: null,
  timeLagMs: null,
  status: 'ok' as const,
  notes: [],
  memberId: null,
  host: null,
  spark: [],
  problem: null,
  ...over,
})
const member = (memberId: string, partitions: number[]) => ({
  memberId,
  instanceId: null,
  clientId: 'c',
  host: 'h',
  epoch: null,
  subscribed: ['t'],
  assigned: [{ topic: 't', partitions }],
  target: null,
})
const HOUR = 3_600_000
const facts: SignalFacts = { nowMs: 1000 * HOUR, changes: [], emptySinceMs: null, retentionMs: 168 * HOUR }
const usual: SignalThresholds = {
  storm: { changes: 5, minutes: 10 },
  skew: { share: 0.5, partitions: 3, records: 100 },
  uneven: { ratio: 2, partitions: 2 },
  expiry: { share: 1 / 7 },
}
const kinds = (over: object, more: Partial<SignalFacts> = {}, thresholds: Partial<SignalThresholds> = {}) =>
  signalsOf(
    {
      status: 'ok',
      state: 'Stable',
      lag: '0',
      catchUpMs: 0,
      consumePerSecond: 1,
      partitions: [],
      memberList: [],
      ...over,
    },
    { ...facts, ...more },
    { ...usual, ...thresholds },
  ).map(({ kind }) => kind)

describe('signalsOf', () => {
  it.each([
    ['nothing', {}, {}, []],
    ['nobody reads', { status: 'stop', partitions: [row(0, 5, { status: 'stop' })] }, {}, ['stop']],
    [
      'one of two stands',
      { status: 'stall', partitions: [row(0, 5, { status: 'stall' }), row(1, 0)] },
      {},
      ['stall', 'stuckPartition'],
    ],
    ['falls behind for ever', { status: 'warn', catchUpMs: null }, {}, ['never']],
    ['falls behind', { status: 'warn', catchUpMs: 5 }, {}, ['warn']],
    ['lost data', { partitions: [row(0, 5, { notes: ['dataLost'] })] }, {}, ['dataLost']],
    ['beyond the end', { partitions: [row(0, null, { notes: ['beyondEnd'] })] }, {}, ['beyondEnd']],
    ['a key that is hot', { partitions: [row(0, 900), row(1, 50), row(2, 50)] }, {}, ['skew']],
    ['even lag', { partitions: [row(0, 90), row(1, 90), row(2, 90)] }, {}, []],
    ['a member too many', { memberList: [member('a', [0]), member('b', [])] }, {}, ['idleMember']],
    [
      'one carries most',
      { memberList: [member('a', [0, 1, 2, 3]), member('b', [4])] },
      {},
      ['unevenMembers'],
    ],
    ['between assignments', { memberList: [member('a', []), member('b', [])] }, {}, []],
    [
      'changes all the time',
      {},
      { changes: [1, 2, 3, 4, 5].map(n => facts.nowMs - n * 60_000) },
      ['rebalanceStorm'],
    ],
    ['changed long ago', {}, { changes: [1, 2, 3, 4, 50].map(n => facts.nowMs - n * 60_000 * 10) }, []],
    ['soon forgotten', {}, { emptySinceMs: facts.nowMs - 150 * HOUR }, ['nearExpiry']],
    ['not yet', {}, { emptySinceMs: facts.nowMs - 100 * HOUR }, []],
  ] as const)('%s', (_name, over, more, expected) => expect(kinds(over, more)).toEqual(expected))

  it.each([
    [
      'storm',
      { storm: { changes: 3, minutes: 4 } },
      {},
      { changes: [1, 2, 3].map(n => facts.nowMs - n * 60_000) },
    ],
    [
      'skew',
      { skew: { share: 0.3, partitions: 2, records: 10 } },
      { partitions: [row(0, 9), row(1, 6)] },
      {},
    ],
    [
      'uneven',
      { uneven: { ratio: 1.5, partitions: 1 } },
      { memberList: [member('a', [0, 1, 2]), member('b', [3, 4])] },
      {},
    ],
    ['expiry', { expiry: { share: 0.5 } }, {}, { emptySinceMs: facts.nowMs - 100 * HOUR }],
  ] as const)('%s is what the configuration says it is', (_name, thresholds, over, more) => {
    expect(kinds(over, more)).toEqual([])
    expect(kinds(over, more, thresholds)).toHaveLength(1)
  })

  it('says the worst first', () => {
    const group = {
      status: 'stop',
      memberList: [member('a', [0]), member('b', [])],
      partitions: [row(0, 5, { status: 'stop' })],
    }
    expect(kinds(group)).toEqual(['stop', 'idleMember'])
  })
})
