import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const STALE_MS = 600_000

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const ageMs = (path: string) => {
  try {
    return Date.now() - statSync(path).mtimeMs
  } catch {
    return 0
  }
}

/**
 * A temporary folder, only for us (mode 0700), whose name says which process it belongs to. Folders of the same kind
 * whose process was killed before anything could clean up after it go on this occasion.
 */
export function makeTempDir(kind: string): string {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(`${kind}-`)
      ? /^(\d+)-\w{6}$/.exec(name.slice(kind.length + 1))?.[1]
      : undefined
    const path = join(tmpdir(), name)
    if (!pid || isAlive(Number(pid)) || ageMs(path) < STALE_MS) continue
    try {
      rmSync(path, { recursive: true, force: true })
    } catch {
      // another user's: theirs to clean
    }
  }
  return mkdtempSync(join(tmpdir(), `${kind}-${process.pid}-`))
}
