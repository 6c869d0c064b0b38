import { existsSync } from 'node:fs'
import { run } from './process.ts'
import { say } from './say.ts'

/** On Debian, as root, a missing program can be had; elsewhere a person is asked to install it. */
export const canInstall = () => existsSync('/usr/bin/apt-get') && process.getuid?.() === 0

/** Installs Debian packages after saying so. Answers whether it worked. */
export async function aptInstall(packages: string[], why: string): Promise<boolean> {
  if (!canInstall()) return false
  say('apt', `${why}: installing ${packages.join(' ')}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const install = () =>
    run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], {
      env,
      timeoutMs: 300_000,
    })
  if ((await install()).code === 0) return true
  await run('apt-get', ['update', '-q'], { env, timeoutMs: 120_000 })
  const second = await install()
  if (second.code !== 0) say('apt', second.stderr.trim().split('\n').slice(-3).join(' '))
  return second.code === 0
}
