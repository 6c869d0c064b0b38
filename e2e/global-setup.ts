import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setStage } from './stage.ts'

/** Starts what the journeys look at; answers what ends it. The server's log stays for whoever wonders. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const stage = await setStage()
  return async () => {
    await stage.stop()
    for (const log of ['milena.log', 'company.log'])
      cpSync(join(stage.home, log), join('test-results', log), { force: true })
    rmSync(stage.home, { recursive: true, force: true })
  }
}
