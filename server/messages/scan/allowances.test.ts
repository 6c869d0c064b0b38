import { expect, test } from 'vitest'
import { Allowances } from './allowances'

const HOUR_MS = 3_600_000

function made() {
  const clock = { ms: 0 }
  const limits = { userBytesPerHour: 1000, clusterBytesPerHour: 1500 }
  return { clock, allowances: new Allowances(limits, () => clock.ms) }
}
const kim = { actor: 'kim', cluster: 'a' }
const lee = { actor: 'lee', cluster: 'a' }

test('what one person read is gone for that person, and for the cluster', () => {
  const { allowances } = made()
  allowances.spend(kim, 900)
  expect(allowances.left(kim)).toEqual({ of: 'user', bytes: 100 })
  expect(allowances.left(lee)).toEqual({ of: 'cluster', bytes: 600 })
  expect(allowances.left({ actor: 'lee', cluster: 'b' })).toEqual({ of: 'user', bytes: 1000 })
  // A person and a cluster of the same name are two.
  expect(allowances.left({ actor: 'a', cluster: 'kim' })).toEqual({ of: 'user', bytes: 1000 })
})

test('it comes back as time passes, and never more than an hour of it', () => {
  const { clock, allowances } = made()
  allowances.spend(kim, 5000)
  expect(allowances.left(kim).bytes).toBe(0)
  expect(allowances.worthItInMs(kim)).toBe(HOUR_MS / 10)
  clock.ms += HOUR_MS / 20
  expect(allowances.left(kim).bytes).toBe(0)
  expect(allowances.worthItInMs(kim)).toBe(HOUR_MS / 20)
  clock.ms += HOUR_MS / 20
  expect(allowances.left(kim)).toEqual({ of: 'user', bytes: 100 })
  expect(allowances.worthItInMs(kim)).toBe(0)
  clock.ms += 10 * HOUR_MS
  expect(allowances.left(kim).bytes).toBe(1000)
})

test('whoever has all of the hour takes no memory', () => {
  const { clock, allowances } = made()
  for (let n = 0; n < 3000; n++) allowances.spend({ actor: `user-${n}`, cluster: 'a' }, 1)
  expect(allowances.size).toBe(3001)
  clock.ms += HOUR_MS
  expect(allowances.size).toBe(0)
})

test('who read what was left waits until it is worth it, though a little came back meanwhile', () => {
  const { clock, allowances } = made()
  allowances.spend(kim, 900)
  clock.ms += HOUR_MS / 200
  allowances.spend(kim, 100)
  expect(allowances.left(kim)).toEqual({ of: 'user', bytes: 5 })
  allowances.exhaust(kim, 'user')
  expect(allowances.left(kim)).toEqual({ of: 'user', bytes: 0 })
  expect(allowances.worthItInMs(kim)).toBeGreaterThan(0)
  clock.ms += HOUR_MS / 10
  allowances.exhaust(kim, 'user')
  expect(allowances.left(kim).bytes).toBe(105)
})
