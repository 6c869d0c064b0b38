import { expect, test } from 'vitest'
import { mapSteps } from './map-steps'

function counted() {
  const state = { closed: false }
  async function* numbers(): AsyncGenerator<number, string, void> {
    try {
      yield 1
      yield 2
      return 'end'
    } finally {
      state.closed = true
    }
  }
  return { state, numbers }
}
const twice = (n: number) => [n, n]

test('every step in its order, and what the steps answer', async () => {
  const { numbers } = counted()
  const steps = mapSteps(numbers(), twice)
  const seen: number[] = []
  for (;;) {
    const next = await steps.next()
    if (next.done) {
      expect(next.value).toBe('end')
      break
    }
    seen.push(next.value)
  }
  expect(seen).toEqual([1, 1, 2, 2])
})

test('who leaves in the middle, and who fails, closes what is beneath', async () => {
  const left = counted()
  for await (const _ of mapSteps(left.numbers(), twice)) break
  expect(left.state.closed).toBe(true)
  const failed = counted()
  const failing = mapSteps(failed.numbers(), () => {
    throw new Error('no')
  })
  await expect(failing.next()).rejects.toThrow('no')
  expect(failed.state.closed).toBe(true)
})
