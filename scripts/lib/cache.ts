import { accessSync, constants, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withLock } from './lock.mjs'

/** The repository's folder. */
const repoDir = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

let cached: string | undefined

/** Where downloads are kept: one place for all clones of this user, or `.services` when that can't be written. */
function cacheDir(): string {
  if (cached) return cached
  const shared = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'milena')
  try {
    mkdirSync(shared, { recursive: true })
    accessSync(shared, constants.W_OK)
    cached = shared
  } catch {
    cached = join(repoDir, '.services')
    mkdirSync(cached, { recursive: true })
  }
  return cached
}

function removeLeftovers(place: string): void {
  mkdirSync(dirname(place), { recursive: true })
  for (const name of readdirSync(dirname(place))) {
    const isLeftover = name.startsWith(`${basename(place)}.`) && /\.\d+\.part(\.work)?$/.test(name)
    if (isLeftover) rmSync(join(dirname(place), name), { recursive: true, force: true })
  }
}

/**
 * A file or folder of the cache, made once. It is built beside its place and renamed into it, so it is whole or absent:
 * a build that was killed leaves nothing that anybody would use, and two clones that need it build it once.
 */
export async function cachedOnce(name: string, build: (temp: string) => Promise<void>): Promise<string> {
  const place = join(cacheDir(), name)
  if (existsSync(place)) return place
  return withLock(`${place}.lock`, async () => {
    if (existsSync(place)) return place
    removeLeftovers(place)
    // With our pid in its name: what a killed run started may go on writing for a while.
    const temp = `${place}.${process.pid}.part`
    await build(temp)
    renameSync(temp, place)
    return place
  })
}
