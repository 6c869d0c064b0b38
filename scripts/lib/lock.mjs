import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

// Plain JavaScript on purpose: the bootstrap needs it before anything is installed.

const isAlive = pid => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

const readHolder = file => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

/** Takes the lock of a dead holder away. Whoever renames it wins; a live lock caught by mistake is put back. */
const removeStale = (file, holder) => {
  const aside = `${file}.${process.pid}.${Date.now()}`
  try {
    renameSync(file, aside)
    if (readHolder(aside) !== holder) linkSync(aside, file)
  } catch {
    // somebody else was faster
  }
  rmSync(aside, { force: true })
}

/**
 * Tries once. Answers a function that releases the lock, or null when a living process holds it.
 * @param {string} file
 * @returns {(() => void) | null}
 */
export const tryLock = file => {
  mkdirSync(dirname(file), { recursive: true })
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const own = `${file}.${process.pid}.new`
    try {
      // Written first and then linked, so that nobody ever reads an empty lock.
      writeFileSync(own, `${process.pid}\n${Date.now()}\n`)
      linkSync(own, file)
      return () => rmSync(file, { force: true })
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    } finally {
      rmSync(own, { force: true })
    }
    const holder = readHolder(file)
    if (holder === null) continue
    if (isAlive(Number.parseInt(holder, 10))) return null
    removeStale(file, holder)
  }
  return null
}

/**
 * Runs `work` while no other process of this machine does. `onWait` is called once, when somebody else is at it.
 * @template T
 * @param {string} file
 * @param {() => Promise<T> | T} work
 * @param {() => void} [onWait]
 * @returns {Promise<T>}
 */
export const withLock = async (file, work, onWait = () => {}) => {
  let release = tryLock(file)
  if (!release) onWait()
  while (!release) {
    await sleep(100)
    release = tryLock(file)
  }
  try {
    return await work()
  } finally {
    release()
  }
}
