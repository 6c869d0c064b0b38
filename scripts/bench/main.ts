import { parseArgs } from 'node:util'
import { failWith, say } from '../lib/say.ts'
import { ensureKafkaJars } from '../services/kafka-jars.ts'
import { Bed } from './bed.ts'
import { measureFootprint } from './footprint.ts'
import { fillBigTopic, makeGroups } from './load.ts'
import {
  describeMachine,
  type Figures,
  figure,
  reportBars,
  residentMiB,
  SERIES_HEAD,
  seriesLine,
  wantedNames,
} from './measure.ts'
import { measureMessages, needNothingWritten, wantedFigures } from './messages/all.ts'
import { fillGap, fillKeyed, LZ4_TOPIC, makeMessageTopics, startRegistry } from './messages/world.ts'
import { measurePages, untilSampled } from './pages.ts'
import { RawWriter } from './raw-writer.ts'
import { makeTopics, openReference } from './reference.ts'

// npm run bench:console: Milena as built against a broker of its own, in turns with another way of asking the same.
// Ratios are asserted; absolute figures are told with the machine (--strict asserts them too).
// --only=messages leaves the rest out.
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    requests: { type: 'string', default: '30' },
    only: { type: 'string' },
    figures: { type: 'string' },
    strict: { type: 'boolean', default: false },
  },
})
const ROUNDS = Number(values.rounds)
const REQUESTS = Number(values.requests)
const TOPICS = 200
const GROUPS = 2_000
const PARTS = ['pages', 'messages', 'footprint'] as const

/** Everything that is read is written before anything is measured. */
async function fill(
  bed: Bed,
  bootstrap: string,
  writer: RawWriter,
  host: string,
  port: number,
): Promise<void> {
  say(
    'bench',
    'filling: three times 1,000,000 messages, 5,000,000 that are compacted away, 200 topics, 2,000 groups',
  )
  await makeTopics(bootstrap, TOPICS - 1)
  await makeMessageTopics(bootstrap)
  await fillGap(writer)
  await fillBigTopic(bootstrap, bed.dir)
  await fillBigTopic(bootstrap, bed.dir, { topic: LZ4_TOPIC, compression: 'lz4' })
  await fillKeyed(writer)
  await makeGroups(host, port, GROUPS)
}

async function main(): Promise<void> {
  const startedAtMs = performance.now()
  const parts = wantedNames('only', values.only?.split(','), PARTS)
  const isWanted = (part: (typeof PARTS)[number]) => parts.includes(part)
  const figures = wantedFigures(values.figures)
  const bed = new Bed()
  try {
    const registry = await startRegistry()
    bed.onStop(() => registry.stop())
    const { bootstrap, host, port, pid: brokerPid } = await bed.prepare(registry.url)
    const writer = await RawWriter.open(host, port)
    bed.onStop(() => writer.close())
    const isOnlyTail = !isWanted('pages') && !isWanted('footprint') && needNothingWritten(figures)
    if (isOnlyTail) await makeMessageTopics(bootstrap)
    else await fill(bed, bootstrap, writer, host, port)
    const { passwords } = await bed.credentials()
    const machine = describeMachine((await ensureKafkaJars()).version)
    const asked = await bed.start('data')
    if (!isOnlyTail) await untilSampled(asked)
    const found: Figures[] = []
    if (isWanted('pages')) {
      const reference = await openReference(bootstrap)
      found.push(
        await measurePages(asked, reference, {
          rounds: ROUNDS,
          requests: REQUESTS,
          topics: TOPICS,
          groups: GROUPS,
        }),
      )
      await reference.close()
    }
    if (isWanted('messages'))
      found.push(
        await measureMessages(
          {
            asked,
            bootstrap,
            brokerPid,
            writer,
            password: passwords.admin,
            rounds: ROUNDS,
            requests: REQUESTS,
          },
          figures,
        ),
      )
    const onPglite = await residentMiB(asked.milena.pid)
    await asked.milena.stop()
    const bars = found.flatMap(one => one.bars)
    if (isWanted('footprint')) {
      bars.push(figure('memory after the bench, PGlite', onPglite, 600, 'MiB'))
      bars.push(...(await measureFootprint(bed, ROUNDS * REQUESTS)))
    }
    const series = found.flatMap(one => one.series)
    reportBars(machine, bars, values.strict, [SERIES_HEAD, ...series.map(seriesLine)])
    say('bench', `done in ${Math.round((performance.now() - startedAtMs) / 1000)} s`)
  } finally {
    await bed.stop()
  }
}

main().catch(failWith)
