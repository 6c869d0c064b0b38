import { cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { node24, repoDir } from '../bootstrap.mjs'
import { withLock } from './lock.mjs'
import { tooHeavy, weighPages } from './page-weight.ts'
import { runJob } from './process.ts'
import { failWith, SetupError, say, whileTelling } from './say.ts'
import { hashSources } from './sources.ts'

const next = join(repoDir, '.next')
const stampFile = join(next, 'milena-build.json')
const standalone = join(next, 'standalone')

function builtHash(): string | null {
  try {
    const { sources } = JSON.parse(readFileSync(stampFile, 'utf8')) as { sources: string }
    return existsSync(join(standalone, 'server.js')) ? sources : null
  } catch {
    return null
  }
}

/** The standalone server serves neither `public` nor static files unless they lie beside it. */
function copyAssets(): void {
  const pairs = [
    [join(next, 'static'), join(standalone, '.next', 'static')],
    [join(repoDir, 'public'), join(standalone, 'public')],
  ] as const
  for (const [from, to] of pairs) {
    rmSync(to, { recursive: true, force: true })
    if (existsSync(from)) cpSync(from, to, { recursive: true })
  }
}

async function build(sources: string): Promise<void> {
  const startedAtMs = Date.now()
  // The stamp goes first and comes last: a build that was killed counts as none.
  rmSync(stampFile, { force: true })
  rmSync(standalone, { recursive: true, force: true })
  say('build', 'next build')
  const env = { ...process.env, NODE_ENV: 'production' as const, NEXT_TELEMETRY_DISABLED: '1' }
  const nextBuild = [join(repoDir, 'node_modules/next/dist/bin/next'), 'build']
  const code = await whileTelling('build', 'next build is at work', () =>
    runJob(node24(), nextBuild, { cwd: repoDir, env }),
  )
  if (code !== 0) throw new SetupError(`The build failed: next build ended with ${code}.`)
  if (!existsSync(join(standalone, 'server.js'))) {
    throw new SetupError(
      'next build made no .next/standalone/server.js: look at `output` and the tracing root in next.config.js.',
    )
  }
  const [heavy] = tooHeavy(weighPages(repoDir))
  if (heavy)
    throw new SetupError(`A page got too heavy: ${heavy}. Load what is not seen at first when it is wanted.`)
  copyAssets()
  const durationMs = Date.now() - startedAtMs
  writeFileSync(
    `${stampFile}.part`,
    `${JSON.stringify({ sources, builtAt: new Date().toISOString(), durationMs })}\n`,
  )
  renameSync(`${stampFile}.part`, stampFile)
  say('build', `done in ${(durationMs / 1000).toFixed(1)} s`)
}

async function main(): Promise<void> {
  const force = process.argv.includes('--force')
  await withLock(
    join(repoDir, '.services', 'build.lock'),
    async () => {
      const sources = hashSources(repoDir)
      if (!force && builtHash() === sources) return say('build', 'nothing changed since the last build')
      await build(sources)
    },
    () => say('build', 'another build is running; waiting for it'),
  )
}

main().catch(failWith)
