import { describe, expect, it } from 'vitest'
import { parseOffsetTarget } from '@/lib/lag/offset-target'
import { planRow, type RowFacts } from './plan-row'

const facts: RowFacts = {
  topic: 't',
  partition: 0,
  before: 50n,
  logStart: 10n,
  end: 100n,
  lastStable: 100n,
  byTime: null,
  given: null,
  compacted: false,
  problem: null,
}
const plan = (to: string, over: Partial<RowFacts> = {}) => {
  const target = parseOffsetTarget(to)
  if (!target) throw new Error(`${to} is no target`)
  const { after, skipped, repeated, warnings } = planRow(target, { ...facts, ...over })
  return { after, skipped, repeated, warnings }
}

describe('planRow', () => {
  it.each([
    ['earliest', {}, { after: '10', skipped: '0', repeated: '40', warnings: [] }],
    ['latest', {}, { after: '100', skipped: '50', repeated: '0', warnings: [] }],
    ['offset:5', {}, { after: '10', skipped: '0', repeated: '40', warnings: ['clamped'] }],
    ['offset:5000', {}, { after: '100', skipped: '50', repeated: '0', warnings: ['clamped'] }],
    ['shift:-20', {}, { after: '30', skipped: '0', repeated: '20', warnings: [] }],
    ['shift:-20', { before: null }, { after: null, skipped: null, repeated: null, warnings: ['noCommit'] }],
    [
      'time:2026-01-01T00:00:00Z',
      { byTime: 60n },
      { after: '60', skipped: '10', repeated: '0', warnings: [] },
    ],
    ['duration:PT1H', {}, { after: '100', skipped: '50', repeated: '0', warnings: ['noRecordAfter'] }],
    ['group:x', { given: 70n }, { after: '70', skipped: '20', repeated: '0', warnings: [] }],
    ['csv', {}, { after: null, skipped: null, repeated: null, warnings: ['notGiven'] }],
    ['earliest', { before: 101n }, { after: '10', skipped: null, repeated: null, warnings: ['beyondEnd'] }],
    [
      'shift:-1',
      { before: 5000n },
      { after: '100', skipped: null, repeated: null, warnings: ['clamped', 'beyondEnd'] },
    ],
    ['latest', { before: 100n }, { after: '100', skipped: '0', repeated: '0', warnings: [] }],
    ['earliest', { before: 3n }, { after: '10', skipped: '0', repeated: '0', warnings: ['dataLost'] }],
    [
      'latest',
      { lastStable: 80n, compacted: true },
      { after: '100', skipped: '50', repeated: '0', warnings: ['openTransaction', 'compacted'] },
    ],
    [
      'latest',
      { problem: { scope: 'partition:t/0', code: 'LEADER_UNAVAILABLE' } },
      { after: null, skipped: null, repeated: null, warnings: [] },
    ],
  ])('%s', (to, over, expected) => expect(plan(to, over)).toEqual(expected))
})
