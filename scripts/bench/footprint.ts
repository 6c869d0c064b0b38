import { say } from '../lib/say.ts'
import { startPostgres } from '../services/postgres.ts'
import { ask, type Bed } from './bed.ts'
import { type Bar, figure, median, residentMiB } from './measure.ts'
import { PAGES, untilSampled } from './pages.ts'

const STARTS = 3

/** Memory of a server on PostgreSQL after so many questions. */
async function memoryOnPostgres(bed: Bed, questions: number): Promise<number | null> {
  const postgres = await startPostgres()
  bed.onStop(() => postgres.stop())
  const asked = await bed.start('data-postgres', { DATABASE_URL: await postgres.createDatabase() })
  await untilSampled(asked)
  for (let turn = 0; turn < questions; turn += 1) for (const path of PAGES) await ask(asked, path)
  const resident = await residentMiB(asked.milena.pid)
  await asked.milena.stop()
  return resident
}

/** Milliseconds to the first good /readyz on a folder that has been used. */
async function startTimes(bed: Bed): Promise<number[]> {
  const times: number[] = []
  for (let turn = 0; turn < STARTS; turn += 1) {
    const { milena } = await bed.start('data')
    times.push(milena.startMs)
    await milena.stop()
  }
  return times
}

/** What a server takes: memory on PostgreSQL, time to start on the folder `data` that a server has used. */
export async function measureFootprint(bed: Bed, questions: number): Promise<Bar[]> {
  say('bench', 'memory on PostgreSQL, then starts on the used folder')
  const onPostgres = await memoryOnPostgres(bed, questions)
  return [
    figure('memory after the bench, PostgreSQL', onPostgres, 400, 'MiB'),
    figure('start to /readyz on a used PGlite folder', median(await startTimes(bed)), 3_000, 'ms'),
  ]
}
