import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeTempDir } from './temp.ts'

const kind = `milena-temp-test${process.pid}`
const longAgo = new Date(Date.now() - 3_600_000)

function plant(name: string, at: Date): string {
  const path = join(tmpdir(), name)
  mkdirSync(path)
  utimesSync(path, at, at)
  return path
}

test('folders of dead processes go after a while, those of living ones and of others stay', () => {
  const { pid: dead } = spawnSync('true')
  const stale = plant(`${kind}-${dead}-abcdef`, longAgo)
  const kept = [
    plant(`${kind}-${dead}-ghijkl`, new Date()),
    plant(`${kind}-${process.pid}-abcdef`, longAgo),
    plant(`${kind}other-${dead}-abcdef`, longAgo),
  ]
  const dir = makeTempDir(kind)
  expect(existsSync(stale)).toBe(false)
  expect(kept.filter(path => !existsSync(path))).toEqual([])
  expect(statSync(dir).mode & 0o777).toBe(0o700)
  for (const path of [...kept, dir]) rmSync(path, { recursive: true })
})
