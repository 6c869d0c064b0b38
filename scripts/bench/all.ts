import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { failWith, say } from '../lib/say.ts'
import { wantedNames } from './measure.ts'

// npm run bench: every bench, one after the other, so that none disturbs another. `npm run bench -- lag
// replay` runs only those; each has a command of its own (`bench:lag`, ...) with options of its own. Fails if
// one of them does.
const SUITES = ['console', 'lag', 'letters', 'replay', 'policy', 'requests']

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { strict: { type: 'boolean', default: false } },
})

async function run(suite: string): Promise<boolean> {
  say('bench', suite)
  const args = ['run', '--silent', `bench:${suite}`, ...(values.strict ? ['--', '--strict'] : [])]
  const child = spawn('npm', args, { stdio: 'inherit' })
  const [code] = await once(child, 'exit')
  return code === 0
}

async function main(): Promise<void> {
  const missed: string[] = []
  const suites = wantedNames('bench', positionals.length === 0 ? undefined : positionals, SUITES)
  for (const suite of suites) if (!(await run(suite))) missed.push(suite)
  say('bench', `${suites.length - missed.length} of ${suites.length} within their bars`)
  if (missed.length === 0) return
  say('bench', `not: ${missed.join(', ')}`)
  process.exitCode = 1
}

main().catch(failWith)
