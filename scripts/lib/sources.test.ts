import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hashSources } from './sources.ts'

let repo: string
const write = (path: string, text: string) => {
  mkdirSync(join(repo, path, '..'), { recursive: true })
  writeFileSync(join(repo, path), text)
}
beforeEach(() => {
  repo = mkdtempSync(join(tmpdir(), 'milena-sources-'))
  write('app/page.tsx', 'one')
  write('package-lock.json', '{}')
})
afterEach(() => rmSync(repo, { recursive: true }))

test('every source counts, tests and everything else do not', () => {
  const before = hashSources(repo)
  write('lib/a.test.ts', 'a test')
  write('docs/guide.md', 'words')
  expect(hashSources(repo)).toBe(before)
  write('app/page.tsx', 'two')
  const changed = hashSources(repo)
  expect(changed).not.toBe(before)
  write('server/a.ts', '')
  expect(hashSources(repo)).not.toBe(changed)
  write('app/page.tsx', 'one')
  rmSync(join(repo, 'server'), { recursive: true })
  expect(hashSources(repo)).toBe(before)
  write('package-lock.json', '{ }')
  expect(hashSources(repo)).not.toBe(before)
})
