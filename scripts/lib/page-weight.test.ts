import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { MOST_KIB, tooHeavy, weighPages } from './page-weight.ts'
import { makeTempDir } from './temp.ts'

const dir = makeTempDir('milena-weight')
afterAll(() => rmSync(dir, { recursive: true }))

// What is random does not shrink.
const chunk = (name: string, kib: number) => {
  writeFileSync(join(dir, '.next', name), randomBytes(kib * 1024))
  return `.next/${name}`
}

test('a page that passes its budget is named, what is no JavaScript is not weighed', () => {
  mkdirSync(join(dir, '.next', 'diagnostics'), { recursive: true })
  const shell = chunk('shell.js', MOST_KIB - 10)
  const stats = [
    { route: '/light', firstLoadChunkPaths: [shell, chunk('light.js', 5), chunk('light.css', 50)] },
    { route: '/heavy', firstLoadChunkPaths: [shell, chunk('heavy.js', 20)] },
  ]
  writeFileSync(join(dir, '.next', 'diagnostics', 'route-bundle-stats.json'), JSON.stringify(stats))
  const pages = weighPages(dir)
  expect(pages.map(({ route }) => route)).toEqual(['/heavy', '/light'])
  const problems = tooHeavy(pages)
  expect(problems).toHaveLength(1)
  expect(problems[0]).toContain('/heavy')
})
