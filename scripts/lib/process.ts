import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { SetupError } from './say.ts'

/** The environment of a child; Next's declarations would make NODE_ENV a must in Node's own type. */
export type Env = Record<string, string | undefined>

export interface RunResult {
  code: number
  stdout: string
  stderr: string
}

export interface RunOptions {
  cwd?: string
  env?: Env
  uid?: number
  gid?: number
  timeoutMs?: number
}

/** Runs a command to its end. A missing program is code 127, as in a shell; a timeout kills it and is code 124. */
export function run(command: string, args: string[], options: RunOptions = {}): Promise<RunResult> {
  const { timeoutMs = 600_000, ...rest } = options
  return new Promise(resolve => {
    const child = spawn(command, args, {
      ...rest,
      env: rest.env as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    let timedOut = false
    const timer = setTimeout(() => {
      timedOut = true
      child.kill('SIGKILL')
    }, timeoutMs)
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.once('error', error => {
      clearTimeout(timer)
      resolve({ code: 127, stdout, stderr: error.message })
    })
    child.once('close', code => {
      clearTimeout(timer)
      resolve({ code: timedOut ? 124 : (code ?? 1), stdout, stderr })
    })
  })
}

/** As run(), but anything else than success is a SetupError with the sentence and the end of the output. */
export async function runOrFail(sentence: string, command: string, args: string[], options?: RunOptions) {
  const result = await run(command, args, options)
  if (result.code === 0) return result
  const tail = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-15).join('\n')
  throw new SetupError(`${sentence}\n${command} ended with ${result.code}:\n${tail}`)
}

export interface ServiceOptions {
  command: string
  args: string[]
  cwd: string
  logFile: string
  env?: Env
  uid?: number
  gid?: number
  stopSignal?: NodeJS.Signals
  /** A folder that goes when this process is gone without having stopped the service itself. */
  removeDir?: string
}

export interface Service {
  pid: number
  /** Null while it runs, then how it ended. */
  ended(): string | null
  /** Asks it to stop and waits; after `patienceMs` it is killed. */
  stop(patienceMs?: number): Promise<void>
  /** The hard way: SIGKILL, as a crash. */
  kill9(): Promise<void>
}

// The guard's standard input is a pipe that only we hold. When we are gone, however we went, it reads the end of
// the pipe and takes the child down: nothing is orphaned even after kill -9. The word "done" dismisses it.
const GUARD = `
read -r word
if [ "$word" = done ]; then exit 0; fi
kill -s "$2" -- "$1" 2>/dev/null
n=0
while kill -s 0 -- "$1" 2>/dev/null && [ $n -lt 100 ]; do sleep 0.1; n=$((n+1)); done
kill -s KILL -- "$1" 2>/dev/null
if [ -n "$3" ]; then rm -rf -- "$3"; fi
`

/** `target` as kill wants it: a pid, or minus the pid for the group of a child that was started detached. */
function tieToThisProcess(child: ChildProcess, target: number, signal: NodeJS.Signals, removeDir = ''): void {
  const args = ['-c', GUARD, 'milena-guard', String(target), signal.replace('SIG', ''), removeDir]
  const guard = spawn('sh', args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  guard.on('error', () => undefined)
  guard.stdin?.on('error', () => undefined)
  guard.unref()
  child.once('exit', () => guard.stdin?.end('done\n'))
}

export interface JobOptions {
  cwd?: string
  env?: Env
  /** Where its output goes; otherwise to ours. */
  logFile?: string
  /** After so long everything it started is killed, and its code is 124. */
  timeoutMs?: number
}

/** Runs a command with all that it starts, to its end; nothing of it survives this process. Answers the exit code. */
export async function runJob(command: string, args: string[], options: JobOptions = {}): Promise<number> {
  const log = options.logFile === undefined ? 'inherit' : openSync(options.logFile, 'w')
  const { cwd, env } = options
  const child = spawn(command, args, {
    cwd,
    env: env as NodeJS.ProcessEnv,
    detached: true,
    stdio: ['ignore', log, log],
  })
  if (typeof log === 'number') closeSync(log)
  return new Promise(resolve => {
    let timer: NodeJS.Timeout | undefined
    let timedOut = false
    child.once('error', () => resolve(127))
    child.once('spawn', () => {
      const { pid } = child
      if (!pid) return
      tieToThisProcess(child, -pid, 'SIGTERM')
      if (options.timeoutMs === undefined) return
      timer = setTimeout(() => {
        timedOut = true
        process.kill(-pid, 'SIGKILL')
      }, options.timeoutMs)
    })
    child.once('exit', code => {
      clearTimeout(timer)
      resolve(timedOut ? 124 : (code ?? 143))
    })
  })
}

/** Starts a server that can't outlive this process. Its output goes to the log file. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { command, args, cwd, env, uid, gid, stopSignal = 'SIGTERM', removeDir } = options
  const log = openSync(options.logFile, 'a')
  const child = spawn(command, args, {
    cwd,
    env: env as NodeJS.ProcessEnv,
    uid,
    gid,
    detached: true,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const exited = new Promise<void>(resolve => child.once('exit', () => resolve()))
  const pid = await new Promise<number>((resolve, reject) => {
    child.once('error', error => reject(new SetupError(`${command} could not be started: ${error.message}`)))
    child.once('spawn', () => resolve(child.pid ?? 0))
  })
  tieToThisProcess(child, pid, stopSignal, removeDir)
  child.unref()

  const ended = () => {
    if (child.exitCode !== null) return `code ${child.exitCode}`
    return child.signalCode
  }
  const end = async (signal: NodeJS.Signals, patienceMs: number) => {
    if (ended() !== null) return
    child.ref()
    child.kill(signal)
    const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs)
    await exited
    clearTimeout(timer)
  }
  return {
    pid,
    ended,
    stop: (patienceMs = 15_000) => end(stopSignal, patienceMs),
    kill9: () => end('SIGKILL', 5_000),
  }
}

/** The last lines of a log, for a message that says why a service did not start. */
export function tailOf(file: string, lines = 15): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')
  } catch {
    return ''
  }
}
