import { run } from '../../lib/process.ts'
import { say } from '../../lib/say.ts'
import { BIG_TOPIC } from '../load.ts'
import { type Figures, medianOf, ratio, type Series, timed } from '../measure.ts'
import { type MessagesBench, searchThrough } from './bench.ts'
import { KEYED_TOPIC, LZ4_TOPIC } from './world.ts'

/** Searches against kcat reading the same topic to nowhere, in turns. `atLeast`: of kcat's rate. */
const SEARCHES = [
  { name: 'contains without a hit', topic: BIG_TOPIC, query: 'contains=no-such-text', atLeast: 1.1 },
  { name: 'contains without a hit, lz4', topic: LZ4_TOPIC, query: 'contains=no-such-text', atLeast: 1.0 },
  {
    name: 'CEL with a needed literal',
    topic: BIG_TOPIC,
    query: `filter=${encodeURIComponent('value.orderId == "none"')}`,
    atLeast: 0.9,
  },
  {
    name: 'any other CEL',
    topic: BIG_TOPIC,
    query: `filter=${encodeURIComponent('value.amount < -1')}`,
    atLeast: 0.3,
  },
  {
    name: 'Avro with a CEL filter',
    topic: KEYED_TOPIC,
    query: `filter=${encodeURIComponent('value.amount < -1')}`,
    atLeast: 0.15,
  },
] as const

/** Without kcat there is nothing to hold a search against: then no bar is met. */
export async function measureSearches({ asked, bootstrap, rounds }: MessagesBench): Promise<Figures> {
  const isThere = (await run('kcat', ['-V'])).code === 0
  const topics = [...new Set(SEARCHES.map(one => one.topic))]
  const kcat = new Map(
    topics.map(topic => [topic, { name: `kcat: reads ${topic.split('.').at(-1)}`, rounds: [] } as Series]),
  )
  const ours = SEARCHES.map(({ name }): Series => ({ name: `Milena: ${name}`, rounds: [] }))
  // Through a shell: what it prints is to go nowhere, not through us.
  const read = (topic: string) =>
    run('sh', ['-c', 'kcat -b "$0" -C -t "$1" -o beginning -e -q > /dev/null', bootstrap, topic], {
      timeoutMs: 120_000,
    })
  for (let round = 0; round < rounds; round += 1) {
    for (const topic of isThere ? topics : []) kcat.get(topic)?.rounds.push([await timed(() => read(topic))])
    for (const [i, { topic, query }] of SEARCHES.entries())
      ours[i]?.rounds.push([await timed(() => searchThrough(asked, topic, query))])
    say('bench', `searches, round ${round + 1} of ${rounds}`)
  }
  const bars = SEARCHES.map(({ name, topic, atLeast }, i) => {
    const [mine, theirs] = [ours[i], kcat.get(topic)]
    const value = isThere && mine && theirs ? medianOf(mine) / medianOf(theirs) : null
    return ratio(`${name}, time against kcat's reading`, value, Math.round(100 / atLeast) / 100)
  })
  return { series: [...(isThere ? kcat.values() : []), ...ours], bars }
}
