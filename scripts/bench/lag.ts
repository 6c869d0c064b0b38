import { parseArgs } from 'node:util'
import { createKafkaClusters } from '@/server/kafka'
import { testConfig } from '@/server/kafka/testing'
import { failWith, say } from '../lib/say.ts'
import { startKafka } from '../services/kafka.ts'
import { ensureKafkaJars } from '../services/kafka-jars.ts'
import { measureHistory } from './lag/history.ts'
import { measureLive } from './lag/live.ts'
import { measureRefresh } from './lag/refresh.ts'
import { measureSnapshot } from './lag/snapshot.ts'
import { measureSteady } from './lag/steady.ts'
import { Commits, groupOf, makeLagTopics, WIDE } from './lag/world.ts'
import {
  type Bar,
  describeMachine,
  figure,
  medianOf,
  ratio,
  reportBars,
  type Series,
  seriesLine,
} from './measure.ts'

// npm run bench:lag: what consumer groups and their lag cost, on a broker of its own. Ratios are asserted;
// absolute figures are told with the machine (--strict asserts them too).
const { values } = parseArgs({ options: { strict: { type: 'boolean', default: false } } })
const FEW = 2_000
const MANY = 10_000

async function main(): Promise<void> {
  const stops: (() => Promise<unknown>)[] = []
  try {
    const machine = describeMachine((await ensureKafkaJars()).version)
    const kafka = await startKafka({ heapMiB: 768 })
    stops.push(() => kafka.stop())
    say('bench', 'filling')
    const ends = await makeLagTopics(kafka.bootstrap)
    const commits = await Commits.open(kafka.host, kafka.port, ends)
    stops.push(() => commits.close())
    const clock = { now: () => Date.now() }
    const clusters = createKafkaClusters([testConfig(kafka.bootstrap, { id: 'bench' })], { clock })
    stops.push(() => clusters.close())
    const cluster = clusters.get('bench')

    const bars: Bar[] = []
    const series: Series[] = []
    let made = 0
    for (const [groups, limitMs] of [
      [FEW, 150],
      [MANY, 300],
    ] as const) {
      await commits.makeGroups(made, groups)
      made = groups
      const { ours, theirs, ratio: share } = await measureSnapshot(cluster, groups)
      series.push(ours, theirs)
      const of = `${groups.toLocaleString('en')} groups`
      bars.push(ratio(`snapshot of ${of} against the naive way`, share, 0.2))
      bars.push(figure(`snapshot of ${of}`, medianOf(ours), limitMs, 'ms'))
    }

    await commits.makeWideGroup(1)
    say('bench', 'one group')
    const refresh = await measureRefresh(cluster, groupOf(0))
    series.push(refresh)
    bars.push(figure('refresh of one group', medianOf(refresh), 10, 'ms'))
    const { page, change } = await measureLive(clusters, commits)
    series.push(page, change)
    bars.push(figure(`page of a group of ${WIDE.partitions} partitions`, medianOf(page), 100, 'ms'))
    bars.push(
      figure(
        'a commit until it is heard over the socket, the slowest',
        Math.max(...change.rounds.flat()),
        1500,
        'ms',
      ),
    )
    say('bench', 'a minute and a half of sampling')
    const steady = await measureSteady(kafka.bootstrap)
    const all = `${steady.groups.toLocaleString('en')} groups every 5 s`
    bars.push(figure(`sampling ${all}, share of one core`, steady.percent, 10, '%'))
    bars.push(
      figure(`sampling ${all}, over ${Math.round(steady.idleMiB)} MiB idle`, steady.moreMiB, 250, 'MiB'),
    )
    say('bench', 'a day of history, which takes minutes')
    const history = await measureHistory()
    series.push(history.chart)
    bars.push(figure('a day of history of 2,000 groups, on disk', history.mib, 150, 'MiB'))
    bars.push(figure('chart of that day', medianOf(history.chart), 150, 'ms'))

    reportBars(machine, bars, values.strict, series.map(seriesLine))
  } finally {
    for (const stop of stops.reverse()) await stop()
  }
}

main().catch(failWith)
