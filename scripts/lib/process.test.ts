import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { run, runJob, runOrFail, startService, tailOf } from './process.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'milena-process-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0)
    // A zombie whose parent is gone may still be listed for a moment; it runs no more.
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}

test('a command answers its code and output; a missing one is 127, a slow one 124', async () => {
  expect(await run('sh', ['-c', 'echo out; echo err >&2; exit 3'])).toEqual({
    code: 3,
    stdout: 'out\n',
    stderr: 'err\n',
  })
  expect((await run('no-such-program-here', [])).code).toBe(127)
  expect((await run('sleep', ['5'], { timeoutMs: 50 })).code).toBe(124)
})

test('a failure is told with the sentence and the end of the output', async () => {
  const failing = runOrFail('The jars could not be fetched.', 'sh', ['-c', 'echo reason; exit 1'])
  await expect(failing).rejects.toThrow(/^The jars could not be fetched\.\nsh ended with 1:\nreason$/)
})

test('a job writes to its log and answers its code', async () => {
  const logFile = join(dir, 'job.log')
  expect(await runJob('sh', ['-c', 'echo hello; exit 4'], { logFile })).toBe(4)
  expect(readFileSync(logFile, 'utf8')).toBe('hello\n')
})

test('a job that hangs is killed with all that it started', async () => {
  const logFile = join(dir, 'job.log')
  expect(await runJob('sh', ['-c', 'sleep 60 & echo $!; wait'], { logFile, timeoutMs: 300 })).toBe(124)
  await vi.waitFor(() => expect(isAlive(Number(tailOf(logFile)))).toBe(false))
})

test('a service is stopped when asked, and killed when it does not listen', async () => {
  const polite = await startService({ command: 'sleep', args: ['60'], cwd: dir, logFile: join(dir, 'log') })
  expect(polite.ended()).toBeNull()
  await polite.stop()
  expect(polite.ended()).toBe('SIGTERM')
  const script = 'trap "" TERM; echo up; while :; do sleep 0.1; done'
  const logFile = join(dir, 'deaf.log')
  const deaf = await startService({ command: 'sh', args: ['-c', script], cwd: dir, logFile })
  await vi.waitFor(() => expect(tailOf(logFile)).toBe('up'))
  await deaf.stop(200)
  expect(deaf.ended()).toBe('SIGKILL')
})

test('a missing program is one sentence', async () => {
  const starting = startService({ command: 'no-such-program', args: [], cwd: dir, logFile: join(dir, 'log') })
  await expect(starting).rejects.toThrow(/^no-such-program could not be started/)
})

test.skipIf(process.platform !== 'linux')(
  'kill -9 of the parent takes service and temporary folder along',
  async () => {
    const folder = join(dir, 'data')
    mkdirSync(folder)
    const module = fileURLToPath(new URL('./process.ts', import.meta.url))
    const code = `
    const { startService } = await import(${JSON.stringify(module)})
    const service = await startService({ command: 'sleep', args: ['60'], cwd: '/', logFile: ${JSON.stringify(join(dir, 'log'))}, removeDir: ${JSON.stringify(folder)} })
    console.log(service.pid)
    setInterval(() => {}, 1000)`
    const parent = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const pid = await new Promise<number>(resolve =>
      parent.stdout.once('data', text => resolve(Number(String(text)))),
    )
    expect(isAlive(pid)).toBe(true)
    parent.kill('SIGKILL')
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 5_000 })
    await vi.waitFor(() => expect(existsSync(folder)).toBe(false), { timeout: 5_000 })
  },
)
