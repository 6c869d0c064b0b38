import { fileURLToPath } from 'node:url'
import { runOrFail } from '../../lib/process.ts'

export interface SteadyFigure {
  groups: number
  /** Of one core. */
  percent: number
  moreMiB: number
}

const script = fileURLToPath(new URL('steady-turn.ts', import.meta.url))
const hooks = fileURLToPath(new URL('../../lib/alias-hooks.mjs', import.meta.url))

/** Sampling of all groups every 5 s for a minute, in a process of its own, history included. */
export async function measureSteady(bootstrap: string): Promise<SteadyFigure> {
  const { stdout } = await runOrFail('The sampler could not be measured.', process.execPath, [
    ...['--import', hooks, script, '--bootstrap', bootstrap],
  ])
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
}
