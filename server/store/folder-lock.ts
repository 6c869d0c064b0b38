import { randomBytes } from 'node:crypto'
import { linkSync, readFileSync, renameSync, statSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import { AppError } from '@/lib/errors'

const BEAT_MS = 5000
const STALE_MS = 3 * BEAT_MS
const NAME = 'milena.lock'

const holderSchema = z.object({
  pid: z.number().int(),
  /**
   * Start of the process (clock ticks since boot, from /proc): a pid that was given to another process is not
   * the holder.
   */
  started: z.string(),
  host: z.string(),
  /** Of this attempt: two stores in one process are two holders. */
  token: z.string(),
})
type Holder = z.output<typeof holderSchema>

export type FolderLock = { release(): void }

function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // Field 22, counted after the command's name, which may hold blanks and parentheses.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

function isRunning(holder: Holder): boolean {
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  return holder.started === '' || holder.started === startOf(holder.pid)
}

function read(path: string): { holder: Holder | null; mtimeMs: number } | null {
  try {
    const text = readFileSync(path, 'utf8')
    const { mtimeMs } = statSync(path)
    const parsed = holderSchema.safeParse(parseJson(text))
    return { holder: parsed.success ? parsed.data : null, mtimeMs }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/**
 * A holder on this host is asked for by pid; one on another host (a container that was replaced) lives as
 * long as it touches the file.
 */
function isHeld(found: { holder: Holder | null; mtimeMs: number }): boolean {
  if (found.holder && found.holder.host === hostname()) return isRunning(found.holder)
  return Date.now() - found.mtimeMs < STALE_MS
}

/**
 * Takes a data folder for this process alone: PGlite's files must not be opened twice. The lock of a process
 * that died is taken over. Waits for a lock of another host to go stale (15 s without a beat). Throws
 * STORE_LOCKED with the holder's pid.
 */
export async function lockFolder(dir: string): Promise<FolderLock> {
  const path = join(dir, NAME)
  const mine: Holder = {
    pid: process.pid,
    started: startOf(process.pid),
    host: hostname(),
    token: randomBytes(8).toString('hex'),
  }
  const draft = `${path}.${mine.token}`
  writeFileSync(draft, JSON.stringify(mine), { mode: 0o600 })
  try {
    await take(path, draft)
  } finally {
    unlinkSync(draft)
  }
  const beat = setInterval(() => {
    try {
      const now = new Date()
      utimesSync(path, now, now)
    } catch {
      // The folder is gone or read-only: the database will say so itself.
    }
  }, BEAT_MS)
  beat.unref()
  let released = false
  return {
    release() {
      if (released) return
      released = true
      clearInterval(beat)
      if (read(path)?.holder?.token === mine.token) unlinkSync(path)
    },
  }
}

async function take(path: string, draft: string): Promise<void> {
  const deadline = Date.now() + STALE_MS + BEAT_MS
  for (;;) {
    try {
      linkSync(draft, path) // fails when the file is there: the one atomic step
      return
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
    const found = read(path)
    if (!found) continue
    if (!isHeld(found)) {
      removeStale(path, `${draft}.stale`, found.holder?.token)
      continue
    }
    const elsewhere = found.holder?.host !== hostname()
    if (!elsewhere || Date.now() > deadline) {
      throw new AppError('STORE_LOCKED', {
        detail: `Another Milena (process ${found.holder?.pid ?? 'unknown'}) has this data folder open.`,
        params: { pid: found.holder?.pid ?? 0 },
      })
    }
    await sleep(1000)
  }
}

/** Moves the stale file away; when somebody else was faster and it is a live lock by now, puts it back. */
function removeStale(path: string, aside: string, token: string | undefined): void {
  try {
    renameSync(path, aside)
  } catch {
    return // gone already
  }
  if (read(aside)?.holder?.token !== token) {
    try {
      linkSync(aside, path)
    } catch {
      // A third one holds it now.
    }
  }
  unlinkSync(aside)
}
