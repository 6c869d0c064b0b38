import { expect, test } from 'vitest'
import { isInstalled } from './bootstrap.mjs'

const lock = (packages: Record<string, { version?: string; optional?: boolean }>) => ({ packages })

test('what npm wrote down as installed must be what the lock file wants', () => {
  const wanted = lock({ '': {}, 'node_modules/a': { version: '1.0.0' } })
  expect(isInstalled(wanted, lock({ 'node_modules/a': { version: '1.0.0' } }))).toBe(true)
  expect(isInstalled(wanted, lock({ 'node_modules/a': { version: '1.0.1' } }))).toBe(false)
  expect(isInstalled(wanted, lock({}))).toBe(false)
})

test("only an optional package may be missing: another platform's binary", () => {
  const wanted = lock({ 'node_modules/for-mac': { version: '1.0.0', optional: true } })
  expect(isInstalled(wanted, lock({}))).toBe(true)
  expect(isInstalled(wanted, lock({ 'node_modules/for-mac': { version: '0.9.0' } }))).toBe(false)
})
