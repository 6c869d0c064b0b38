import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { cachedOnce } from './cache.ts'

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'milena-cache-'))
  vi.stubEnv('XDG_CACHE_HOME', dir)
})
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(dir, { recursive: true })
})

test('two that need it at once make it once', async () => {
  let builds = 0
  const build = async (temp: string) => {
    builds += 1
    await new Promise(done => setTimeout(done, 50))
    writeFileSync(temp, 'made')
  }
  const [one, other] = await Promise.all([cachedOnce('a/b', build), cachedOnce('a/b', build)])
  expect(one).toBe(join(dir, 'milena', 'a', 'b'))
  expect(other).toBe(one)
  expect(builds).toBe(1)
})

test('what a killed or failed build left behind is never used', async () => {
  const place = join(dir, 'milena', 'jars')
  const leftover = `${place}.4194305.part`
  mkdirSync(leftover, { recursive: true })
  writeFileSync(join(leftover, 'half.jar'), 'half')
  await expect(cachedOnce('jars', () => Promise.reject(new Error('offline')))).rejects.toThrow('offline')
  expect(existsSync(place)).toBe(false)
  await cachedOnce('jars', async temp => {
    mkdirSync(temp)
    writeFileSync(join(temp, 'whole.jar'), 'whole')
  })
  expect(readFileSync(join(place, 'whole.jar'), 'utf8')).toBe('whole')
  expect(existsSync(join(place, 'half.jar'))).toBe(false)
  expect(existsSync(leftover)).toBe(false)
})
