import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type APIRequestContext, request } from '@playwright/test'
import { type Milena, startMilena } from '../../scripts/demo/milena.ts'
import { writeConfig } from '../../scripts/demo/settings.ts'
import { freePorts } from '../../scripts/lib/ports.ts'
import { readCommittedByJava } from '../../scripts/services/kafka-tool.ts'
import { CLUSTER, expect, test } from '../fixtures.ts'
import { makeLetters } from '../letters.ts'

const RECORDS = 120
const KILLS = 2
const RATE = 10

// A server of its own, asked with a token.
test.use({ as: null })

interface Counts {
  state: string
  selected: number
  replayed: number
}

test('the built server is killed in the middle of a replay and started again: each record once', async ({
  facts,
}, testInfo) => {
  test.setTimeout(300_000)
  const home = testInfo.outputPath('milena')
  mkdirSync(home, { recursive: true })
  const { credentials, bootstrap } = facts
  const cluster = { id: 'demo', name: 'Demo', bootstrapServers: bootstrap, environment: 'dev' as const }
  const configFile = writeConfig(home, credentials, [cluster])
  const [port = 0] = await freePorts(1)
  const start = (run: number) =>
    startMilena({
      port,
      configFile,
      dataDir: join(home, 'data'),
      authSecret: credentials.authSecret,
      logFile: join(home, `milena-${run}.log`),
    })
  const values = Array.from({ length: RECORDS }, (_, n) => `v-${n}`)
  const { origin, topic, records } = await makeLetters(
    bootstrap,
    values.map(value => ({ value })),
  )
  let milena: Milena = await start(0)
  const api = await request.newContext({
    baseURL: milena.url,
    extraHTTPHeaders: { authorization: `Bearer ${credentials.token}` },
  })
  try {
    const path = `/api/v1${CLUSTER}/replays`
    const [, offsets = ''] = records.split(':')
    const selection = { topic, records: offsets.split(',').map(offset => ({ partition: 0, offset })) }
    const { planId } = await post(api, path, { dryRun: true, selection, ratePerSecond: RATE })
    const { id } = await post(api, path, { planId })
    const now = async () => (await (await api.get(`${path}/${id}`)).json()) as Counts
    for (let kill = 1; kill <= KILLS; kill++) {
      const enough = ((RECORDS / 2) * kill) / (KILLS + 1)
      const isMidway = async () => {
        const { state, replayed } = await now()
        return replayed > enough ? state : null
      }
      await expect.poll(isMidway, { timeout: 60_000 }).toBe('running')
      await milena.kill9()
      milena = await start(kill)
    }
    await expect
      .poll(now, { timeout: 60_000 })
      .toMatchObject({ state: 'completed', selected: RECORDS, replayed: RECORDS, unknown: 0, failed: 0 })
  } finally {
    await api.dispose()
    await milena.stop()
  }
  expect((await readCommittedByJava(bootstrap, origin, RECORDS)).sort()).toEqual([...values].sort())
})

async function post(api: APIRequestContext, path: string, data: unknown): Promise<Record<string, string>> {
  const answer = await api.post(path, { data })
  expect(answer.ok(), await answer.text()).toBe(true)
  return (await answer.json()) as Record<string, string>
}
