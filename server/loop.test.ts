import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { startLoop } from './loop'

const noError = (error: unknown) => {
  throw error
}
const timers = () => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length

describe('startLoop', () => {
  it('runs at once and then from start to start, never two at a time', async () => {
    const starts: number[] = []
    let running = 0
    const loop = startLoop(
      async () => {
        expect(++running).toBe(1)
        starts.push(performance.now())
        await sleep(20)
        running--
      },
      { intervalMs: 60, onError: noError },
    )
    await expect.poll(() => starts.length).toBeGreaterThanOrEqual(5)
    await loop.stop()
    const gaps = starts.slice(1).map((atMs, i) => atMs - (starts[i] ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThan(50)
  })

  it('rests as long as a slow round took', async () => {
    const spans: [number, number][] = []
    const round = async () => {
      const startMs = performance.now()
      await sleep(80)
      spans.push([startMs, performance.now()])
    }
    const loop = startLoop(round, { intervalMs: 20, onError: noError })
    await expect.poll(() => spans.length).toBeGreaterThanOrEqual(2)
    await loop.stop()
    const [first, second] = spans
    expect((second?.[0] ?? 0) - (first?.[1] ?? 0)).toBeGreaterThan(60)
  })

  it('goes on after a round that failed, also one that throws before it waits', async () => {
    const errors: unknown[] = []
    let rounds = 0
    const loop = startLoop(
      () => {
        if (++rounds === 1) throw new Error('at once')
        return rounds === 2 ? Promise.reject(new Error('later')) : Promise.resolve()
      },
      { intervalMs: 10, onError: error => errors.push(error) },
    )
    await expect.poll(() => rounds).toBeGreaterThan(2)
    await loop.stop()
    expect(errors).toHaveLength(2)
  })

  it('stop waits for the round under way, leaves no timer, and may be called twice', async () => {
    const before = timers()
    let ended = false
    const loop = startLoop(
      async () => {
        await sleep(50)
        ended = true
      },
      { intervalMs: 10, onError: noError },
    )
    await sleep(10)
    await Promise.all([loop.stop(), loop.stop()])
    expect(ended).toBe(true)
    // The test runner has timers of its own, which come and go: one of the loop would stay.
    for (let i = 0; i < 200 && timers() > before; i++) await sleep(5)
    expect(timers()).toBeLessThanOrEqual(before)
    const never = startLoop(async () => expect.unreachable(), { intervalMs: 10, onError: noError })
    await never.stop()
    await sleep(5)
  })
})
