import { globSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { repoDir } from '../bootstrap.mjs'
import { runJob } from './process.ts'
import type { Figures } from './proof.ts'
import { failWith, SetupError } from './say.ts'

const reportFile = join(repoDir, '.services', 'proof', 'report.jsonl')
const HOURS_4 = 4 * 3_600_000

/** Test files that have a long form: those that ask proofSize() how much to do. */
function findProofs(): string[] {
  const files = globSync('{lib,server}/**/*.test.ts', { cwd: repoDir })
  return files.filter(file => readFileSync(join(repoDir, file), 'utf8').includes('proofSize(')).sort()
}

/** The lines of the report: one a proof, its figures behind it. */
export function reportLines(jsonLines: string): string[] {
  const rows = jsonLines
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as { proof: string; figures: Figures })
  const width = Math.max(0, ...rows.map(({ proof }) => proof.length))
  return rows.map(({ proof, figures }) => {
    const words = Object.entries(figures).map(([name, value]) => `${name} ${value}`)
    return `  ${proof.padEnd(width)}  ${words.join(', ')}`
  })
}

async function main(): Promise<void> {
  const only = process.argv.slice(2)
  const files = findProofs().filter(file => only.length === 0 || only.some(part => file.includes(part)))
  if (files.length === 0) throw new SetupError('No test file with a long form was found.')
  mkdirSync(dirname(reportFile), { recursive: true })
  rmSync(reportFile, { force: true })
  console.log(`The long form of:\n${files.map(file => `  ${file}`).join('\n')}\n`)
  const startedAtMs = Date.now()
  const vitest = join(repoDir, 'node_modules/vitest/vitest.mjs')
  const args = [
    vitest,
    'run',
    '--no-file-parallelism',
    `--testTimeout=${HOURS_4}`,
    `--hookTimeout=${HOURS_4}`,
    ...files,
  ]
  const code = await runJob(process.execPath, args, {
    cwd: repoDir,
    env: { ...process.env, MILENA_PROOF: reportFile },
  })
  let noted = ''
  try {
    noted = readFileSync(reportFile, 'utf8')
  } catch {
    // no proof noted a figure
  }
  const machine = `${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB`
  console.log(
    `\nProof on ${machine}, Node ${process.version}, ${Math.round((Date.now() - startedAtMs) / 1000)} s`,
  )
  console.log(reportLines(noted).join('\n'))
  console.log(code === 0 ? 'Everything held.' : 'Something did not hold: see above.')
  process.exitCode = code
}

if (import.meta.main) main().catch(failWith)
