/** For tests of loadConfig: folders of their own with a milena.yml in it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '@/lib/errors'
import { type Loaded, loadConfig } from './load-config'

export const HASH =
  '$scrypt$N=16384,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g'
export const USERS = `auth:\n  secret: a-secret-that-is-long-enough-for-tests\n  users: [{ username: kim, passwordHash: '${HASH}', roles: [admin] }]\n`

/** A file with a user and one cluster `a`, whose further keys are given. */
export const oneCluster = (rest: string) =>
  `${USERS}clusters:\n  - id: a\n    ${rest.replaceAll('\n', '\n    ')}\n`

export type ConfigFolder = {
  dir: string
  load(yaml: string | null, env?: Record<string, string>): Promise<Loaded>
  /** The text of the refusal; throws when the configuration is accepted. */
  problemsOf(yaml: string | null, env?: Record<string, string>): Promise<string>
  remove(): void
}

export function makeConfigFolder(): ConfigFolder {
  const dir = mkdtempSync(join(tmpdir(), 'milena-config-'))
  let count = 0
  const load = (yaml: string | null, env: Record<string, string> = {}) => {
    const cwd = join(dir, String(count++))
    mkdirSync(cwd)
    if (yaml !== null) writeFileSync(join(cwd, 'milena.yml'), yaml)
    return loadConfig(env, cwd)
  }
  return {
    dir,
    load,
    async problemsOf(yaml, env) {
      try {
        await load(yaml, env)
      } catch (error) {
        if (error instanceof AppError && error.code === 'CONFIG_FILE_INVALID') return error.detail ?? ''
        throw error
      }
      throw new Error('the configuration was accepted')
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
}
