import { parseArgs } from 'node:util'
import { failWith } from '../lib/say.ts'
import { ensureKafkaJars } from '../services/kafka-jars.ts'
import { type Bar, describeMachine, reportBars, SERIES_HEAD, seriesLine, wantedNames } from './measure.ts'
import { measureDrift } from './policy/drift-over-http.ts'
import { measureInMemory } from './policy/in-memory.ts'

// npm run bench:policy: a name check with collision look-up against 500 catalogue entries and 10,000 topics, the
// judging of a drift report of 10,000 topics, and the whole report over HTTP: a built server, a broker that has them.
// Ratios against the plain way of doing the same in the same run are asserted; absolute figures are told with the
// machine (--strict asserts them too). --only=memory needs no broker.
const PARTS = ['memory', 'drift'] as const
const { values } = parseArgs({
  options: { only: { type: 'string' }, strict: { type: 'boolean', default: false } },
})

async function main(): Promise<void> {
  const parts = wantedNames('only', values.only?.split(','), PARTS)
  const bars: Bar[] = []
  const told: string[] = []
  if (parts.includes('memory')) bars.push(...measureInMemory())
  let version: string | null = null
  if (parts.includes('drift')) {
    version = (await ensureKafkaJars()).version
    const drift = await measureDrift()
    bars.push(...drift.bars)
    told.push(SERIES_HEAD, ...drift.series.map(seriesLine))
  }
  reportBars(describeMachine(version), bars, values.strict, told)
}

main().catch(failWith)
