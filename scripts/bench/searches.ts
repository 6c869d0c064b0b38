import type { Milena } from '../demo/milena.ts'
import { run } from '../lib/process.ts'
import { say } from '../lib/say.ts'
import { type Bar, median, type Series, timed } from './measure.ts'

/** Searches against kcat reading the same topic to nowhere, in turns. */

const QUERIES = {
  contains: { name: 'contains without a hit', query: 'contains=no-such-text-anywhere', atMost: 1 / 1.1 },
  literal: {
    name: 'CEL with a needed literal',
    query: 'filter=value.orderId%20%3D%3D%20%22none%22',
    atMost: 1 / 0.9,
  },
  any: { name: 'any other CEL', query: 'filter=value.amount%20%3C%20-1', atMost: 1 / 0.3 },
} as const
type Query = keyof typeof QUERIES

export type SearchFigures = { kcat: Series; ours: Record<Query, Series> }

/** Null where kcat is not installed: then there is nothing to hold a search against. */
export async function measureSearches(
  milena: Milena,
  token: string,
  bootstrap: string,
  topic: string,
  rounds: number,
): Promise<SearchFigures | null> {
  if ((await run('kcat', ['-V'])).code !== 0) return null
  const series = (name: string): Series => ({ name, rounds: [] })
  const kcat = series('kcat: reads the topic to nowhere')
  const ours = {
    contains: series(`Milena: ${QUERIES.contains.name}`),
    literal: series(`Milena: ${QUERIES.literal.name}`),
    any: series(`Milena: ${QUERIES.any.name}`),
  }
  const search = async (query: string) => {
    const url = `${milena.url}/api/v1/clusters/bench/topics/${topic}/messages/stream?${query}`
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
    const text = await answer.text()
    if (!text.includes('"reason":"end"')) throw new Error(`${query}: ${text.slice(-300)}`)
  }
  for (let round = 0; round < rounds; round += 1) {
    // Through a shell: what it prints is to go nowhere, not through us.
    const command = 'kcat -b "$0" -C -t "$1" -o beginning -e -q > /dev/null'
    kcat.rounds.push([
      await timed(() => run('sh', ['-c', command, bootstrap, topic], { timeoutMs: 120_000 })),
    ])
    for (const key of Object.keys(QUERIES) as Query[])
      ours[key].rounds.push([await timed(() => search(QUERIES[key].query))])
    say('bench', `searches, round ${round + 1} of ${rounds}`)
  }
  return { kcat, ours }
}

/** Time against kcat's: at most 0.91 is at least 1.1 times its rate. */
export function searchBars({ kcat, ours }: SearchFigures): Bar[] {
  const theirs = median(kcat.rounds.flat())
  return (Object.keys(QUERIES) as Query[]).map(key => ({
    name: `${QUERIES[key].name}, time against kcat's reading`,
    value: median(ours[key].rounds.flat()) / theirs,
    limit: Math.round(QUERIES[key].atMost * 100) / 100,
    unit: 'x',
    isRatio: true,
  }))
}

export const searchSeries = ({ kcat, ours }: SearchFigures): Series[] => [kcat, ...Object.values(ours)]
