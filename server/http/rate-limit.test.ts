import { expect, it } from 'vitest'
import { SignInLimits } from '@/server/auth/sign-in-limits'
import { RateLimit } from './rate-limit'

it('allows so many in the window, key by key, and again when it has moved on', () => {
  const limit = new RateLimit({ most: 2, windowMs: 1000 })
  expect([limit.count('a', 0), limit.count('a', 500), limit.count('a', 900)]).toEqual([true, true, false])
  expect(limit.allows('b', 900)).toBe(true)
  expect(limit.allows('a', 1001)).toBe(true)
  expect([limit.count('a', 1001), limit.count('a', 1002)]).toEqual([true, false])
})

it('forgets the longest untouched key rather than grow', () => {
  const limit = new RateLimit({ most: 1, windowMs: 1e9, mostKeys: 3 })
  for (const key of ['a', 'b', 'c', 'd']) limit.count(key, 0)
  expect([limit.allows('a', 1), limit.allows('b', 1), limit.allows('d', 1)]).toEqual([true, false, false])
})

const wrong = async () => false
const right = async () => true

it('stops guessing of one name from one address, not the colleague elsewhere', async () => {
  const limits = new SignInLimits()
  for (let i = 0; i < 5; i++) await limits.attempt('kim', '10.0.0.1', i, wrong)
  expect(limits.allows('kim', '10.0.0.1', 10)).toBe(false)
  expect(limits.allows('kim', '10.0.0.2', 10)).toBe(true)
  expect(limits.allows('lee', '10.0.0.1', 10)).toBe(true)
  expect(limits.allows('kim', '10.0.0.1', 60_010)).toBe(true)
})

it('starts anew after the right password', async () => {
  const limits = new SignInLimits()
  for (let i = 0; i < 4; i++) await limits.attempt('kim', 'a', i, wrong)
  await limits.attempt('kim', 'a', 5, right)
  for (let i = 0; i < 4; i++) await limits.attempt('kim', 'a', 6 + i, wrong)
  expect(limits.allows('kim', 'a', 20)).toBe(true)
})

it('stops guessing of one name from many addresses', async () => {
  const limits = new SignInLimits()
  for (let i = 0; i < 50; i++) await limits.attempt('kim', `10.0.0.${i}`, i, wrong)
  expect(limits.allows('kim', '10.9.9.9', 100)).toBe(false)
})

it('checks few passwords at a time', async () => {
  const limits = new SignInLimits()
  let release = () => {}
  const slow = () => new Promise<boolean>(resolve => (release = () => resolve(false)))
  const checks = ['a', 'b', 'c', 'd'].map(name => limits.attempt(name, name, 0, slow))
  expect(limits.allows('e', 'e', 0)).toBe(false)
  release()
  await checks[3]
  expect(limits.allows('e', 'e', 0)).toBe(true)
})
