import { say } from '../lib/say.ts'
import { type Asked, ask, CLUSTER, itemsOf, until } from './bed.ts'
import { BIG_TOPIC } from './load.ts'
import { type Figures, figure, median, medianOf, ratio, type Series, timed } from './measure.ts'
import type { Reference } from './reference.ts'

/** The pages that people open most, in turns with another way of asking the same. */

const NEWEST = `${CLUSTER}/topics/${BIG_TOPIC}/messages?limit=50`
const LIST = `${CLUSTER}/topics?limit=100`
const LAG = `${CLUSTER}/groups?limit=100`
export const PAGES = [NEWEST, LIST, LAG] as const

/** The background samplers have seen everything: only then is a list the whole work. */
export function untilSampled(asked: Asked): Promise<void> {
  return until('topics and groups are sampled', async () => {
    const [topics, groups, newest] = await Promise.all([LIST, LAG, NEWEST].map(path => ask(asked, path)))
    return itemsOf(topics).length === 100 && itemsOf(groups).length === 100 && itemsOf(newest).length === 50
  })
}

export async function measurePages(
  asked: Asked,
  reference: Reference,
  { rounds, requests, topics, groups }: { rounds: number; requests: number; topics: number; groups: number },
): Promise<Figures> {
  const series = (name: string): Series => ({ name, rounds: [] })
  const ours = {
    newest: series('Milena: newest 50 of 1,000,000'),
    list: series(`Milena: topics (${topics})`),
    lag: series(`Milena: lag, first page of ${groups} groups`),
  }
  const theirs = {
    newest: series(`${reference.name}: newest of each partition`),
    list: series(`${reference.name}: topics`),
    lag: series('kafkajs: lag, a request a group (100)'),
  }
  let groupsAsked = 0
  const repeat = async (count: number, work: () => Promise<unknown>) => {
    const samples: number[] = []
    for (let turn = 0; turn < count; turn += 1) samples.push(await timed(work))
    return samples
  }
  for (let round = 0; round < rounds; round += 1) {
    ours.newest.rounds.push(await repeat(requests, () => ask(asked, NEWEST)))
    theirs.newest.rounds.push(await repeat(3, () => reference.newestPage()))
    ours.list.rounds.push(await repeat(requests, () => ask(asked, LIST)))
    theirs.list.rounds.push(await repeat(3, () => reference.topicsList()))
    ours.lag.rounds.push(await repeat(requests, () => ask(asked, LAG)))
    theirs.lag.rounds.push(
      await repeat(1, async () => {
        groupsAsked = await reference.lagOfGroups()
      }),
    )
    say('bench', `pages, round ${round + 1} of ${rounds}`)
  }
  const perGroup = medianOf(theirs.lag) / groupsAsked
  return {
    series: [ours.newest, theirs.newest, ours.list, theirs.list, ours.lag, theirs.lag],
    bars: [
      ratio(`newest page against ${reference.name}`, medianOf(ours.newest) / medianOf(theirs.newest), 1),
      ratio(
        `lag of ${groups} groups against a request a group`,
        medianOf(ours.lag) / (perGroup * groups),
        0.2,
      ),
      figure('newest page of 50 at the API, p50, warm', median(ours.newest.rounds.flat()), 15, 'ms'),
    ],
  }
}
