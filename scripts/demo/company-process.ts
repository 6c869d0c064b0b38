import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { node24, repoDir } from '../bootstrap.mjs'
import { type Service, startService, tailOf } from '../lib/process.ts'
import { SetupError } from '../lib/say.ts'

const READY_TIMEOUT_MS = 60_000

export interface CompanyOptions {
  home: string
  brokers: string[]
  /** Orders a second; its own choice unless told. */
  trickle?: number
  /** Nothing breaks by itself. */
  calm?: boolean
}

export interface CompanyProcess extends Pick<Service, 'pid' | 'ended' | 'kill9'> {
  /** Address and token of its remote control (scripts/demo/company/control.ts). */
  control: string
  token: string
  logFile: string
  stop(): Promise<void>
}

/** Where the company keeps what a second run must know. */
export const companyStateFile = (home: string) => join(home, 'company.json')

/** Starts the company's services; they have joined their groups when the promise is fulfilled. */
export async function startCompany(options: CompanyOptions): Promise<CompanyProcess> {
  const { home, brokers, trickle, calm = false } = options
  const ready = join(home, 'company-ready.json')
  const logFile = join(home, 'company.log')
  const token = randomBytes(18).toString('base64url')
  for (const file of [ready, logFile]) rmSync(file, { force: true })
  const service = await startService({
    command: node24(),
    args: [
      join(repoDir, 'scripts/demo/company/main.ts'),
      ...['--brokers', brokers.join(','), '--state', companyStateFile(home), '--ready', ready],
      ...(trickle === undefined ? [] : ['--trickle', String(trickle)]),
      ...(calm ? ['--calm'] : []),
    ],
    cwd: repoDir,
    logFile,
    env: { ...process.env, COMPANY_TOKEN: token },
  })
  const deadlineMs = performance.now() + READY_TIMEOUT_MS
  while (!existsSync(ready)) {
    if (service.ended() !== null || performance.now() > deadlineMs) {
      await service.kill9()
      throw new SetupError(`The demo company did not start; the end of ${logFile}:\n${tailOf(logFile)}`)
    }
    await sleep(50)
  }
  const { control } = JSON.parse(readFileSync(ready, 'utf8')) as { control: string }
  const { pid, ended, kill9 } = service
  return { control, token, logFile, pid, ended, kill9, stop: () => service.stop(8_000) }
}
