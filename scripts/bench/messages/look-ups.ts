import { ask, CLUSTER, itemsOf, until } from '../bed.ts'
import { BIG_TOPIC, BIG_TOPIC_PARTITIONS, BIG_TOPIC_RECORDS } from '../load.ts'
import { type Figures, figure, medianOf, type Series, timed } from '../measure.ts'
import type { MessagesBench } from './bench.ts'
import { EMPTY_TOPIC, GAP_RECORDS, GAP_TOPIC, KEYED_TOPIC, keyOf } from './world.ts'

const messagesOf = (topic: string) => `${CLUSTER}/topics/${topic}/messages`
/** More than lies behind the gap, so that every such page crosses it. */
const NEWEST_BEHIND = `${messagesOf(GAP_TOPIC)}?limit=50`
const OLDEST_BEHIND = `${messagesOf(GAP_TOPIC)}?limit=64&from=oldest`

type LookUp = { name: string; limitMs: number; times: number; path: (turn: number) => string; holds: number }

/** Every other one is somewhere else, so that nothing is remembered from the last time. */
const LOOK_UPS: readonly LookUp[] = [
  {
    name: `newest page behind ${GAP_RECORDS.toLocaleString('en')} compacted-away offsets`,
    limitMs: 300,
    times: 20,
    path: () => NEWEST_BEHIND,
    holds: 50,
  },
  {
    name: `oldest page before ${GAP_RECORDS.toLocaleString('en')} compacted-away offsets`,
    limitMs: 300,
    times: 20,
    path: () => OLDEST_BEHIND,
    holds: 64,
  },
  {
    name: 'an empty topic of 100 partitions',
    limitMs: 100,
    times: 20,
    path: () => `${messagesOf(EMPTY_TOPIC)}?limit=50`,
    holds: 0,
  },
  {
    name: 'a record by its address',
    limitMs: 10,
    times: 100,
    path: turn => {
      const offset = (turn * 7_919) % Math.floor((BIG_TOPIC_RECORDS / BIG_TOPIC_PARTITIONS) * 0.9)
      return `${messagesOf(BIG_TOPIC)}/${turn % BIG_TOPIC_PARTITIONS}/${offset}`
    },
    holds: 0,
  },
  {
    name: `a key among ${BIG_TOPIC_RECORDS.toLocaleString('en')}`,
    limitMs: 1_000,
    times: 9,
    path: turn => `${messagesOf(KEYED_TOPIC)}?limit=50&key=${keyOf((turn * 7_919 + 17) % BIG_TOPIC_RECORDS)}`,
    holds: 1,
  },
]

/** Pages that are hard to fill, and single records: p50 at the API. */
export async function measureLookUps({ asked }: MessagesBench): Promise<Figures> {
  await until('five million records are compacted away', async () => {
    const page = await ask(asked, `${messagesOf(GAP_TOPIC)}?limit=500&from=oldest`)
    return itemsOf(page).length < 100
  })
  const found: Figures = { series: [], bars: [] }
  for (const { name, limitMs, times, path, holds } of LOOK_UPS) {
    const series: Series = { name: `Milena: ${name}`, rounds: [[]] }
    for (let turn = 0; turn < times; turn += 1) {
      let items = 0
      const tookMs = await timed(async () => {
        items = itemsOf(await ask(asked, path(turn))).length
      })
      if (items !== holds) throw new Error(`${path(turn)} holds ${items} instead of ${holds}`)
      // The first one opens connections.
      if (turn > 0) series.rounds[0]?.push(tookMs)
    }
    found.series.push(series)
    found.bars.push(figure(`${name}, p50`, medianOf(series), limitMs, 'ms'))
  }
  return found
}
