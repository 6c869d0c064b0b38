import { expect, test } from 'vitest'
import { type ExportMark, hasArrived, marksUpTo, withMark } from './export-marks'

const mark = (partition: number, until: number): ExportMark => ({
  partition,
  until: String(until),
  records: until,
  bytes: until,
  evaluationErrors: 0,
  problems: 0,
  nth: until,
})

test('an export goes on from the last mark whose records have all arrived', () => {
  const marks = [mark(0, 10), mark(0, 20), mark(1, 5), mark(1, 9)]
  expect(marksUpTo(marks, { partition: 0, offset: 18n })).toEqual(marks.slice(0, 1))
  expect(marksUpTo(marks, { partition: 0, offset: 19n })).toEqual(marks.slice(0, 2))
  expect(marksUpTo(marks, { partition: 1, offset: 7n })).toEqual(marks.slice(0, 3))
  expect(marksUpTo(marks, { partition: 2, offset: 0n })).toEqual(marks)
})

test('a record has arrived when it stands at or before the last one that did', () => {
  const arrived = { partition: 1, offset: 5n }
  expect(hasArrived({ partition: 0, offset: 99n }, arrived)).toBe(true)
  expect(hasArrived({ partition: 1, offset: 5n }, arrived)).toBe(true)
  expect(hasArrived({ partition: 1, offset: 6n }, arrived)).toBe(false)
  expect(hasArrived({ partition: 2, offset: 0n }, arrived)).toBe(false)
})

test('marks stay few and spread over the whole export, the newest among them', () => {
  let marks: ExportMark[] = []
  for (let n = 1; n <= 10_000; n++) marks = withMark(marks, mark(0, n))
  expect(marks.length).toBeLessThanOrEqual(128)
  expect(marks.at(-1)?.until).toBe('10000')
  const gaps = marks.map((one, i) => Number(one.until) - Number(marks[i - 1]?.until ?? 0))
  expect(Math.max(...gaps)).toBeLessThanOrEqual(10_000 / 32)
})
