import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withLock } from './lib/lock.mjs'

// Runs on Node 20 with built-ins only: everything else is not installed yet.

const OLDEST_NODE = 20

/** The repository's folder. */
export const repoDir = dirname(dirname(fileURLToPath(import.meta.url)))

const inRepo = (...parts) => join(repoDir, ...parts)
const packagedNode = inRepo('node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
const installedLock = inRepo('node_modules', '.package-lock.json')

/**
 * Ends the process with one sentence.
 * @param {string} sentence
 * @returns {never}
 */
export const fail = sentence => {
  process.stderr.write(`\n${sentence}\n`)
  process.exit(1)
}

const majorOf = version => Number.parseInt(version.replace(/^v/, ''), 10)

/**
 * Is everything installed that the lock file wants? npm writes its own list (node_modules/.package-lock.json) as the
 * last step, so a run that was killed has none. What it left out must be optional: binaries of other platforms.
 * @typedef {{ packages: Record<string, { version?: string, optional?: boolean }> }} LockFile
 * @param {LockFile} wanted
 * @param {LockFile} installed
 * @returns {boolean}
 */
export const isInstalled = (wanted, installed) =>
  Object.entries(wanted.packages).every(([path, { version, optional }]) => {
    if (path === '') return true
    const found = installed.packages[path]
    return found ? found.version === version : optional === true
  })

const readJson = file => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}

const packagesAreCurrent = () => {
  const wanted = readJson(inRepo('package-lock.json'))
  const installed = readJson(installedLock)
  return wanted !== null && installed !== null && isInstalled(wanted, installed) && existsSync(packagedNode)
}

const runToEnd = (command, args, options = {}) =>
  new Promise(resolve => {
    const child = spawn(command, args, { cwd: repoDir, stdio: ['ignore', 'inherit', 'inherit'], ...options })
    const forward = signal => child.kill(signal)
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward)
    const finish = code => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, forward)
      resolve(code)
    }
    child.once('error', () => finish(127))
    child.once('exit', (code, signal) => finish(code ?? (signal === 'SIGINT' ? 130 : 143)))
  })

const installPackages = async () => {
  process.stderr.write('packages: installing what package-lock.json names (npm ci), a minute or two\n')
  const startedAtMs = Date.now()
  rmSync(installedLock, { force: true })
  const shell = process.platform === 'win32'
  const secondsUntilNow = () => Math.round((Date.now() - startedAtMs) / 1000)
  const telling = setInterval(
    () => process.stderr.write(`packages: npm ci is at work (${secondsUntilNow()} s so far)\n`),
    20_000,
  )
  const code = await runToEnd('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], { shell })
  clearInterval(telling)
  if (code === 127) fail('npm was not found: install Node.js 20 or later together with npm.')
  if (code !== 0) fail(`The packages could not be installed: npm ci ended with ${code}.`)
  if (!existsSync(packagedNode)) {
    fail(
      'The packages are installed without their install scripts; run npm ci again without --ignore-scripts.',
    )
  }
  process.stderr.write(`packages: installed in ${secondsUntilNow()} s\n`)
}

/**
 * Installs the packages if they are missing, half installed or not those of the lock file. Ends the process
 * if it can't.
 */
export const ensurePackages = async () => {
  if (majorOf(process.version) < OLDEST_NODE) {
    fail(`Milena's scripts need Node.js ${OLDEST_NODE} or later, and this is ${process.version}.`)
  }
  if (packagesAreCurrent()) return
  await withLock(
    inRepo('.services', 'packages.lock'),
    () => (packagesAreCurrent() ? undefined : installPackages()),
    () => process.stderr.write('packages: another run is installing them; waiting\n'),
  )
}

/**
 * The Node 24 that Milena runs on: the one among the packages, or this one if it is new enough.
 * @returns {string}
 */
export const node24 = () => {
  if (existsSync(packagedNode)) return packagedNode
  if (majorOf(process.version) >= 24) return process.execPath
  return fail('Node.js 24 is missing: run npm ci (without --ignore-scripts), which brings it along.')
}

/**
 * Environment in which `node` and the packages' commands are the repository's own.
 * @returns {Record<string, string | undefined>}
 */
const envWithPackages = () => {
  const path = [dirname(node24()), inRepo('node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter)
  return { ...process.env, PATH: path }
}

/**
 * Runs a script of the repository (TypeScript too) on Node 24 to its end and answers its exit code. Signals
 * are passed on.
 * @param {string} script
 * @param {string[]} [args]
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>}
 */
export const runNode24 = (script, args = [], options = {}) =>
  runToEnd(node24(), [inRepo(script), ...args], { env: envWithPackages(), stdio: 'inherit', ...options })
