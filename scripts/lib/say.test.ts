import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { whileTelling } from './say.ts'

const lines: string[] = []
beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(process.stderr, 'write').mockImplementation(line => lines.push(String(line)) > 0)
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
  lines.length = 0
})

test('what takes long says where it is and since when, and is silent when it is over', async () => {
  let step = 'compiling'
  let finish = (_: number) => {}
  const work = whileTelling(
    'build',
    () => step,
    () => new Promise<number>(resolve => (finish = resolve)),
  )
  vi.advanceTimersByTime(19_000)
  expect(lines).toEqual([])
  vi.advanceTimersByTime(2_000)
  step = 'making pages'
  vi.advanceTimersByTime(20_000)
  expect(lines.map(line => line.slice(line.indexOf('build')))).toEqual([
    'build     compiling (20 s so far)\n',
    'build     making pages (40 s so far)\n',
  ])
  finish(7)
  expect(await work).toBe(7)
  vi.advanceTimersByTime(60_000)
  expect(lines).toHaveLength(2)
})

test('a failure is passed on and ends the telling', async () => {
  const failing = whileTelling('build', 'at work', () => Promise.reject(new Error('no')))
  await expect(failing).rejects.toThrow('no')
  vi.advanceTimersByTime(60_000)
  expect(lines).toEqual([])
})
