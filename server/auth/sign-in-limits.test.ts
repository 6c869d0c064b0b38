import { expect, it } from 'vitest'
import { SignInLimits } from './sign-in-limits'

const wrong = async () => false
const right = async () => true

it('somebody who guesses all the time stops nobody at another address', async () => {
  const limits = new SignInLimits()
  let refused = 0
  for (let i = 0; i < 400; i++) {
    await limits.attempt(`name-${i}`, '10.0.0.1', 1000, wrong).catch(() => refused++)
  }
  expect(refused).toBe(340)
  expect(await limits.attempt('kim', '10.0.0.2', 1000, right)).toBe(true)
  await expect(limits.attempt('kim', '10.0.0.1', 1000, right)).rejects.toMatchObject({ code: 'RATE_LIMITED' })
  expect(await limits.attempt('kim', '10.0.0.1', 62_000, right)).toBe(true)
})

it('holds no more than half of the checks that run at a time for one address', async () => {
  const limits = new SignInLimits()
  let end = () => {}
  const slow = () => new Promise<boolean>(resolve => (end = () => resolve(true)))
  const running = [limits.attempt('a', '10.0.0.1', 0, slow)]
  const ends = [end]
  running.push(limits.attempt('b', '10.0.0.1', 0, slow))
  ends.push(end)
  expect(limits.allows('c', '10.0.0.1', 0)).toBe(false)
  expect(limits.allows('c', '10.0.0.2', 0)).toBe(true)
  for (const one of ends) one()
  expect(await Promise.all(running)).toEqual([true, true])
  expect(limits.allows('c', '10.0.0.1', 0)).toBe(true)
})

it('many people behind a proxy that nobody named share a larger limit', async () => {
  const limits = new SignInLimits()
  for (let i = 0; i < 299; i++) await limits.attempt(`name-${i}`, 'forwarded', 0, wrong)
  expect(limits.allows('kim', 'forwarded', 0)).toBe(true)
  await limits.attempt('kim', 'forwarded', 0, wrong)
  expect(limits.allows('lee', 'forwarded', 0)).toBe(false)
})

it('nobody keeps a colleague out by guessing for an hour, not even from many addresses', async () => {
  const limits = new SignInLimits()
  const guess = (address: string, nowMs: number) =>
    limits.attempt('kim', address, nowMs, wrong).catch(() => undefined)
  expect(await limits.attempt('kim', '10.0.0.2', 0, right)).toBe(true)
  for (let nowMs = 0; nowMs < 3_600_000; nowMs += 10_000) {
    await guess('10.0.0.1', nowMs)
    // One address alone does not even reach those who never signed in before.
    expect(limits.allows('kim', '10.0.0.9', nowMs)).toBe(true)
  }
  for (let i = 0; i < 60; i++) await guess(`10.1.0.${i}`, 3_600_000)
  expect(limits.allows('kim', '10.0.0.9', 3_600_000)).toBe(false)
  expect(await limits.attempt('kim', '10.0.0.2', 3_600_000, right)).toBe(true)
})

it('whoever guesses behind the same address all day keeps nobody out of a browser of theirs', async () => {
  const limits = new SignInLimits()
  for (let nowMs = 0; nowMs < 3_600_000; nowMs += 1000) {
    await limits.attempt('kim', '10.0.0.1', nowMs, wrong).catch(() => undefined)
    await limits.attempt(`name-${nowMs}`, '10.0.0.1', nowMs, wrong).catch(() => undefined)
  }
  for (let i = 0; i < 5; i++) await limits.attempt('kim', '10.0.0.1', 3_600_000, wrong).catch(() => undefined)
  expect(limits.allows('kim', '10.0.0.1', 3_600_000)).toBe(false)
  expect(await limits.attempt('kim', '10.0.0.1', 3_600_000, right, 'laptop')).toBe(true)
  for (let i = 0; i < 5; i++) await limits.attempt('kim', '10.0.0.1', 3_600_000, wrong, 'laptop')
  expect(limits.allows('kim', '10.0.0.1', 3_600_000, 'laptop')).toBe(false)
  expect(limits.allows('kim', '10.0.0.1', 3_600_000, 'phone')).toBe(true)
})
