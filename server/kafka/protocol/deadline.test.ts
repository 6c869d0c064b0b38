import { describe, expect, it } from 'vitest'
import { backOff, untilEnd, within, withinPart } from './deadline'
import { Gate } from './gate'

const never = () => new Promise<never>(() => undefined)

describe('a deadline', () => {
  it('ends what hangs', async () => {
    await expect(within({ timeoutMs: 20 }, never)).rejects.toMatchObject({ code: 'TIMED_OUT' })
  })

  it('ends by the caller’s signal, also one that came before', async () => {
    const controller = new AbortController()
    const call = within({ signal: controller.signal }, never)
    controller.abort()
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED' })
    await expect(within({ signal: controller.signal }, async () => 1)).rejects.toMatchObject({
      code: 'CANCELLED',
    })
  })

  it('leaves a change under way as unknown, whatever ended it', async () => {
    const timedOut = within({ timeoutMs: 20 }, scope => {
      scope.atStake = true
      return never()
    })
    await expect(timedOut).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' })
  })

  it('gives a part less time than the whole', async () => {
    const answer = await within({ timeoutMs: 200 }, scope =>
      withinPart(scope, never).catch(error => `part: ${error.code}`),
    )
    expect(answer).toBe('part: TIMED_OUT')
  })

  it('stops what is left behind once there is an answer', async () => {
    let left: AbortSignal | undefined
    await within({}, async scope => {
      left = scope.signal
    })
    expect(left?.aborted).toBe(true)
  })

  it('does not wait for longer than there is time', async () => {
    await expect(within({ timeoutMs: 30 }, scope => backOff(scope, 4))).rejects.toMatchObject({
      code: 'TIMED_OUT',
    })
  })
})

describe('a gate', () => {
  it('lets as many in as it has places, the others in their order', async () => {
    const gate = new Gate(2)
    await within({}, async scope => {
      const first = await gate.enter(scope)
      await gate.enter(scope)
      const order: number[] = []
      const third = gate.enter(scope).then(() => order.push(3))
      const fourth = gate.enter(scope).then(leave => {
        order.push(4)
        leave()
      })
      first()
      first() // twice is once
      await third
      expect(order).toEqual([3])
      void fourth.catch(() => undefined)
    })
  })

  it('forgets who gave up waiting', async () => {
    const gate = new Gate(1)
    const leave = await within({}, scope => gate.enter(scope))
    await expect(within({ timeoutMs: 20 }, scope => gate.enter(scope))).rejects.toMatchObject({
      code: 'TIMED_OUT',
    })
    leave()
    const again = await within({ timeoutMs: 50 }, scope => untilEnd(scope, gate.enter(scope)))
    expect(again).toBeTypeOf('function')
  })
})
