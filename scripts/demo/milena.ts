import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { node24, repoDir } from '../bootstrap.mjs'
import { type Env, runJob, type Service, startService, tailOf } from '../lib/process.ts'
import { SetupError, say, whileTelling } from '../lib/say.ts'

const READY_TIMEOUT_MS = 120_000

const STEP = /^ +(?:Creating|Compiling|Skipping|Running|Linting|Collecting|Generating|Finalizing) [^.(\n]+/gm

/** What `next build` said last that it is doing. */
function stepIn(logFile: string): string {
  const step = tailOf(logFile, 200).match(STEP)?.at(-1)?.trim()
  return step === undefined ? 'building Milena' : `building Milena: ${step.toLowerCase()}`
}

/** Builds Milena if anything changed since the last build; what the build says goes to the log file. */
export async function buildMilena(logFile: string): Promise<void> {
  const startedAtMs = Date.now()
  const told = setTimeout(() => say('build', `building Milena, about a minute; details in ${logFile}`), 2_000)
  const build = [join(repoDir, 'scripts/lib/build-app.ts')]
  const code = await whileTelling(
    'build',
    () => stepIn(logFile),
    () => runJob(node24(), build, { cwd: repoDir, logFile }),
  )
  clearTimeout(told)
  if (code !== 0)
    throw new SetupError(`Milena could not be built; the end of ${logFile}:\n${tailOf(logFile)}`)
  const tookMs = Date.now() - startedAtMs
  say(
    'build',
    tookMs < 4_000 ? 'nothing changed since the last build' : `built in ${Math.round(tookMs / 1000)} s`,
  )
}

export interface MilenaOptions {
  port: number
  configFile: string
  dataDir: string
  authSecret: string
  logFile: string
  env?: Env
}

export interface Milena extends Pick<Service, 'pid' | 'ended' | 'kill9'> {
  url: string
  logFile: string
  /** From spawn to the first good answer of /readyz. */
  startMs: number
  stop(): Promise<void>
}

/** Waits for a good answer. Throws with the end of the log when the process ends before. */
async function untilReady(url: string, service: Service, logFile: string): Promise<void> {
  const deadlineMs = performance.now() + READY_TIMEOUT_MS
  while (performance.now() < deadlineMs && service.ended() === null) {
    try {
      const { ok } = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) })
      if (ok) return
    } catch {
      // not listening yet
    }
    await sleep(40)
  }
  const ended = service.ended()
  await service.kill9()
  throw new SetupError(
    `Milena ${ended ? `ended (${ended}) before it was ready` : 'was not ready in time'}; the end of ${logFile}:\n${tailOf(logFile)}`,
  )
}

/** Starts the built server on loopback, ready when the promise is. It can't outlive this process. */
export async function startMilena(options: MilenaOptions): Promise<Milena> {
  const { port, configFile, dataDir, authSecret, logFile, env = {} } = options
  if (!existsSync(join(repoDir, '.next/standalone/server.js')))
    throw new SetupError('Milena is not built yet: run npm run build.')
  const url = `http://127.0.0.1:${port}`
  rmSync(logFile, { force: true })
  const startedAtMs = performance.now()
  const service = await startService({
    command: node24(),
    args: [join(repoDir, 'scripts/start.mjs')],
    cwd: repoDir,
    logFile,
    env: {
      ...process.env,
      KAFKA_BROKERS: undefined,
      DATABASE_URL: undefined,
      NEXT_TELEMETRY_DISABLED: '1',
      PORT: String(port),
      HOSTNAME: '127.0.0.1',
      MILENA_CONFIG: configFile,
      MILENA_DATA: dataDir,
      NEXTAUTH_SECRET: authSecret,
      NEXTAUTH_URL: url,
      ...env,
    },
  })
  await untilReady(url, service, logFile)
  const startMs = performance.now() - startedAtMs
  const { pid, ended, kill9 } = service
  return { url, logFile, startMs, pid, ended, kill9, stop: () => service.stop(12_000) }
}
