import { describe, expect, it } from 'vitest'
import { parseDuration, parseOffsetCsv, parseOffsetTarget } from './offset-target'

describe('parseOffsetTarget', () => {
  it.each([
    ['earliest', { kind: 'earliest' }],
    ['offset:9223372036854775807', { kind: 'offset', offset: 9223372036854775807n }],
    ['shift:-10', { kind: 'shift', by: -10n }],
    ['shift:+10', { kind: 'shift', by: 10n }],
    ['time:2026-01-01T00:00:00.000Z', { kind: 'time', atMs: 1767225600000 }],
    ['duration:PT1H30M', { kind: 'duration', ms: 5_400_000 }],
    ['group:a:b', { kind: 'group', group: 'a:b' }],
  ])('%s', (to, expected) => expect(parseOffsetTarget(to)).toEqual(expected))
  it.each([
    '',
    'Earliest',
    'offset:-1',
    'offset:9223372036854775808',
    'offset:1e3',
    'shift:',
    'time:yesterday',
    'time:2026-13-01T00:00:00Z',
    'duration:1h',
    'duration:PT',
    'group:',
    'csv:x',
  ])('refuses %j', to => expect(parseOffsetTarget(to)).toBeNull())
})

it('reads durations', () => {
  expect(parseDuration('P7D')).toBe(604_800_000)
  expect(parseDuration('P1W')).toBe(604_800_000)
  expect(parseDuration('PT0.5S')).toBe(500)
  expect(parseDuration('P')).toBeNull()
})

describe('parseOffsetCsv', () => {
  it("takes our own, the command line tool's and a heading", () => {
    const text = '\uFEFFtopic,partition,offset\r\na,0,5\n"b",1,7\n# note\n\ngroup,c,2,9'
    expect(parseOffsetCsv(text, 'g')).toEqual({
      rows: [
        { topic: 'a', partition: 0, offset: 5n },
        { topic: 'b', partition: 1, offset: 7n },
        { topic: 'c', partition: 2, offset: 9n },
      ],
      problems: [],
    })
  })
  it('says which line is wrong, and how', () => {
    expect(parseOffsetCsv('a,0,5\na,0,6\na,x,1\na,1,-1\na,1', 'g').problems).toEqual([
      { line: 2, code: 'CSV_TWICE' },
      { line: 3, code: 'CSV_PARTITION' },
      { line: 4, code: 'CSV_OFFSET' },
      { line: 5, code: 'CSV_COLUMNS' },
    ])
  })
  it('takes for a heading what names the columns, not a topic that is called so', () => {
    expect(parseOffsetCsv('order.partition.moved,0,x', 'g').problems).toEqual([
      { line: 1, code: 'CSV_OFFSET' },
    ])
    expect(parseOffsetCsv('GROUP,"Topic","Partition",NEW-OFFSET\na,t,0,1', 'g')).toMatchObject({
      rows: [{ topic: 't' }],
      problems: [],
    })
  })
  it('of a file of several groups takes what is of this one', () => {
    const file = 'a,t,0,1\nb,t,0,2\nb,u,1,3'
    expect(parseOffsetCsv(file, 'b')).toEqual({
      rows: [
        { topic: 't', partition: 0, offset: 2n },
        { topic: 'u', partition: 1, offset: 3n },
      ],
      problems: [],
    })
    expect(parseOffsetCsv(file, 'c')).toEqual({ rows: [], problems: [{ line: 1, code: 'CSV_GROUP' }] })
    expect(parseOffsetCsv('a,t,0,1', 'c').rows).toHaveLength(1)
  })
})
