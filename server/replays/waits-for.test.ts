import { expect, it } from 'vitest'
import { noPlaceLeft, RUNS_MAX } from './waits-for'

const running = (...perProcess: number[]) =>
  new Map(
    perProcess.flatMap((count, at) =>
      Array.from({ length: count }, (_, n) => [`r-${at}-${n}`, `p-${at}`] as const),
    ),
  )

it('waits for a place when every process that runs any has as many as it may, and not before', () => {
  expect(noPlaceLeft(running())).toBe(false)
  expect(noPlaceLeft(running(RUNS_MAX - 1))).toBe(false)
  expect(noPlaceLeft(running(RUNS_MAX))).toBe(true)
  expect(noPlaceLeft(running(RUNS_MAX, 3))).toBe(false)
  expect(noPlaceLeft(running(RUNS_MAX, RUNS_MAX))).toBe(true)
})
