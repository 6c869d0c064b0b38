import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { repoDir } from '../bootstrap.mjs'
import { findMissingBinaries, type LockFile, platformOf } from './lock-file.ts'
import { failWith, SetupError, say } from './say.ts'

// node scripts/lib/complete-lock.ts, after npm install: puts the binaries of other platforms back into the lock file.
function main(): void {
  const file = join(repoDir, 'package-lock.json')
  const lock = JSON.parse(readFileSync(file, 'utf8')) as LockFile
  const missing = findMissingBinaries(lock)
  for (const [path, { version }] of Object.entries(missing)) {
    const exact = /^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version ?? '')
    const { os, cpu } = platformOf(path)
    if (!exact || !(os || cpu))
      throw new SetupError(`${path} ${version} is no binary of one platform: add it by hand.`)
  }
  const all = Object.entries({ ...lock.packages, ...missing })
  const packages = Object.fromEntries(all.sort(([one], [other]) => (one < other ? -1 : 1)))
  writeFileSync(file, `${JSON.stringify({ ...lock, packages }, null, 2)}\n`)
  say('lock', `${Object.keys(missing).length} binaries of other platforms added`)
}

try {
  main()
} catch (error) {
  failWith(error)
}
