import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { LIMITED_PRODUCT } from './catalogue.ts'
import { World } from './world.ts'

const dir = mkdtempSync(join(tmpdir(), 'milena-world-'))
const file = join(dir, 'state.json')
afterEach(() => rmSync(file, { force: true }))

test('a pace is shared by all who ask, and a new one counts at once', () => {
  const world = new World(null, 0)
  expect([0, 0, 0].map(() => world.takeSlot('payment', 1_000))).toEqual([1_000, 1_000, 1_000])
  world.setPace('payment', 2)
  expect([0, 0, 0].map(() => world.takeSlot('payment', 1_000))).toEqual([1_000, 1_500, 2_000])
  expect(world.takeSlot('inventory', 1_000)).toBe(1_000)
  world.setPace('payment', 0)
  expect(world.takeSlot('payment', 1_000)).toBe(Number.POSITIVE_INFINITY)
  world.setPace('payment', null)
  expect(world.takeSlot('payment', 1_000)).toBe(1_000)
})

test('a second run remembers the stock and the next number', () => {
  const world = new World(file, 0)
  world.nextNumber = 77
  world.setStock(LIMITED_PRODUCT, 3)
  world.save()
  const second = new World(file, 0)
  expect(second.nextNumber).toBe(77)
  expect(second.stockOf(LIMITED_PRODUCT)).toBe(3)
  expect(second.stockOf('P-0999')).toBeNull()
})

test('a state that was cut short is a first run, not a crash', () => {
  writeFileSync(file, '{"nextNumber": 7')
  expect(new World(file, 0).nextNumber).toBe(1)
})

test('healing takes every cause away', () => {
  const world = new World(null, 0)
  world.setProvider('nova-pay', false)
  world.setStock(LIMITED_PRODUCT, 0)
  expect(world.conditions(0).isDown('nova-pay')).toBe(true)
  world.heal()
  expect(world.conditions(0).isDown('nova-pay')).toBe(false)
  expect(world.conditions(0).addressBugFixed).toBe(true)
  expect(world.stockOf(LIMITED_PRODUCT)).toBeGreaterThan(0)
})
