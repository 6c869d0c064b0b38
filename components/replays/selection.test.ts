import { describe, expect, it } from 'vitest'
import {
  draftProblem,
  EMPTY_DRAFT,
  packRecords,
  partitionRanges,
  rateOf,
  selectionOf,
  toDryRun,
} from './selection'

const draft = EMPTY_DRAFT
const records = [
  { partition: 3, offset: '12' },
  { partition: 3, offset: '9007199254740993' },
  { partition: 0, offset: '1' },
]

describe('a selection in the address', () => {
  it('comes back as it was, offsets exact', () =>
    expect(selectionOf({ topic: 't', records: packRecords(records), fingerprint: null })).toEqual({
      topic: 't',
      records,
    }))
  it('leaves out what is no record', () =>
    expect(selectionOf({ topic: 't', records: '3:12,x;-1:4;5;:7;4:', fingerprint: 'f' })).toEqual({
      topic: 't',
      records: [{ partition: 3, offset: '12' }],
    }))
  it('is an issue without records, and nothing without both', () => {
    expect(selectionOf({ topic: 't', records: '', fingerprint: 'f' })).toEqual({
      topic: 't',
      fingerprint: 'f',
    })
    expect(selectionOf({ topic: 't', records: null, fingerprint: null })).toBeNull()
    expect(selectionOf({ topic: null, records: '1:1', fingerprint: 'f' })).toBeNull()
  })
  it('names its partitions', () =>
    expect(partitionRanges([5, 3, 4, 0, 4].map(partition => ({ partition })))).toBe('P0, P3–P5'))
})

describe('a draft', () => {
  it('takes a rate that is one', () =>
    expect(['', ' 5 ', '0.5', '0', '-1', 'x', '1e9'].map(rateOf)).toEqual([
      null,
      5,
      0.5,
      'invalid',
      'invalid',
      'invalid',
      'invalid',
    ]))
  it('says what is missing', () => {
    expect(draftProblem(draft, '')).toBeNull()
    expect(draftProblem({ ...draft, target: ' ' }, '')).toBe('targetMissing')
    expect(draftProblem({ ...draft, target: 'a b' }, '')).toBe('targetIllegal')
    expect(draftProblem({ ...draft, rate: 'fast' }, '')).toBe('rateInvalid')
    expect(draftProblem({ ...draft, again: 'yes' }, ' ')).toBe('reasonMissing')
    expect(draftProblem({ ...draft, again: 'yes' }, 'fixed')).toBeNull()
  })
  it('asks for numbers that are some, for another cluster at least once, and for a stretch', () => {
    const asked = toDryRun(
      'c',
      { topic: 't', from: 'oldest' },
      {
        ...draft,
        cluster: 'd',
        retry: 'yes',
        bytes: '2',
        canary: '10',
        canaryAfter: 'pause',
        canaryWait: '90',
        stopPercent: '5',
        approval: 'yes',
      },
      '',
    )
    expect(asked).toMatchObject({
      target: { kind: 'retry', cluster: 'd' },
      guarantee: 'at-least-once',
      bytesPerSecond: 2048,
      canary: { records: 10, waitSeconds: 90 * 60, after: 'pause' },
      stopWhen: { failurePercent: 5 },
      approval: true,
    })
    expect(draftProblem({ ...draft, stopPercent: '101' }, '')).toBe('numberInvalid')
    expect(draftProblem({ ...draft, canary: '1.5' }, '')).toBe('numberInvalid')
    expect(draftProblem({ ...draft, canaryWait: '1441' }, '')).toBe('numberInvalid')
    expect(toDryRun('c', { topic: 't' }, { ...draft, canary: '1', canaryWait: '' }, '').canary).toMatchObject(
      {
        waitSeconds: 600,
      },
    )
    expect(draftProblem({ ...draft, kind: 'copy' }, '')).toBe('targetMissing')
    const stretch = {
      topic: 't',
      records: null,
      fingerprint: null,
      from: 'oldest',
      until: null,
      contains: 'x',
    }
    expect(selectionOf(stretch)).toEqual({ topic: 't', from: 'oldest', contains: 'x' })
  })
  it('asks for what was chosen', () =>
    expect(
      toDryRun('c', { topic: 't' }, { ...draft, target: ' o ', rate: '5', again: 'yes' }, ' fixed '),
    ).toEqual({
      cluster: 'c',
      dryRun: true,
      kind: 'replay',
      value: 'dead-letter',
      approval: false,
      selection: { topic: 't' },
      target: { kind: 'topic', topic: 'o' },
      partitioning: 'origin',
      timestamp: 'now',
      ratePerSecond: 5,
      again: true,
      reason: 'fixed',
    }))
})
