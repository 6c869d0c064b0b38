import { fileURLToPath } from 'node:url'
import { V8_FLAGS } from '../../lib/begin-tuned.mjs'
import { runOrFail } from '../../lib/process.ts'

export interface SteadyFigure {
  groups: number
  /** Of one core. */
  percent: number
  /** Resident, with the database open and written to, before the first sample. */
  idleMiB: number
  /** The most in that time, above it. */
  moreMiB: number
}

const script = fileURLToPath(new URL('steady-turn.ts', import.meta.url))
const hooks = fileURLToPath(new URL('../../lib/alias-hooks.mjs', import.meta.url))

/** Sampling of all groups every 5 s for a minute, in a process as `npm start` begins it, history included. */
export async function measureSteady(bootstrap: string): Promise<SteadyFigure> {
  const { stdout } = await runOrFail('The sampler could not be measured.', process.execPath, [
    ...[...V8_FLAGS, '--expose-gc', '--import', hooks, script, '--bootstrap', bootstrap],
  ])
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
}
