import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { tryLock, withLock } from './lock.mjs'

let dir: string
let file: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'milena-lock-'))
  file = join(dir, 'build.lock')
})
afterEach(() => rmSync(dir, { recursive: true }))

test('one holder at a time, and free again after', () => {
  const release = tryLock(file)
  expect(release).not.toBeNull()
  expect(tryLock(file)).toBeNull()
  release?.()
  expect(tryLock(file)).not.toBeNull()
})

test('the lock of a process that died is taken over, and nothing lies around', () => {
  const { pid } = spawnSync('true')
  writeFileSync(file, `${pid}\n0\n`)
  const release = tryLock(file)
  expect(release).not.toBeNull()
  release?.()
  expect(readdirSync(dir)).toEqual([])
})

test('the second waits for the first, says so once, and a failure releases too', async () => {
  const order: string[] = []
  let waits = 0
  const first = withLock(file, async () => {
    await new Promise(done => setTimeout(done, 150))
    order.push('first')
    throw new Error('broke')
  })
  const second = withLock(
    file,
    () => order.push('second'),
    () => {
      waits += 1
    },
  )
  await expect(first).rejects.toThrow('broke')
  await second
  expect(order).toEqual(['first', 'second'])
  expect(waits).toBe(1)
})
