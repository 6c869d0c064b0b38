import fc from 'fast-check'
import { expect, it } from 'vitest'
import { toGroupRow, toPartitionLags } from './group-rows'
import { LagBook } from './lag-book'
import type { LagSnapshot } from './take-snapshot'
import { type Commit, type Ends, listing, snapshot } from './testing'

const T0 = 1_700_000_000_000
const GROUPS = ['g0', 'g1', 'g2']
const TOPICS = ['a', 'b']

/** One change of a small world: somebody commits, produces, deletes, or nothing at all happens. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ kind: 'nothing' } as const) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('commit' as const),
      group: fc.constantFrom(...GROUPS),
      topic: fc.constantFrom(...TOPICS),
      partition: fc.nat(1),
      behind: fc.nat(2),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('produce' as const),
      topic: fc.constantFrom(...TOPICS),
      partition: fc.nat(1),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('recreate' as const), topic: fc.constantFrom(...TOPICS) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('forget' as const), group: fc.constantFrom(...GROUPS) }),
  },
)
/** How its snapshot comes: whole, of one group, after a later one, or without one group's commits. */
const way = fc.constantFrom('whole', 'whole', 'whole', 'some', 'late', 'failed')

/**
 * Commits' versions as the reader of answers gives them: another number for other content, never one again, also for
 * what a group had before an answer without it.
 */
class Versions {
  readonly #last = new Map<string, { text: string; version: number }>()
  #newest = 0

  of(group: string, commits: Commit[]): number {
    const text = JSON.stringify(commits)
    const last = this.#last.get(group)
    if (last?.text === text) return last.version
    this.#last.set(group, { text, version: ++this.#newest })
    return this.#newest
  }

  /** An answer told of these alone. */
  keepOnly(groups: readonly string[]): void {
    for (const group of this.#last.keys()) if (!groups.includes(group)) this.#last.delete(group)
  }
}

function withVersions(taken: LagSnapshot, commits: Commit[], versions: Versions): LagSnapshot {
  versions.keepOnly(taken.commits.groups)
  const of = (group: string) =>
    versions.of(
      group,
      commits.filter(one => one[0] === group),
    )
  return {
    ...withoutVersions(taken),
    commits: {
      ...taken.commits,
      versions: Float64Array.from(taken.commits.groups, group =>
        taken.commits.failed.has(group) ? 0 : of(group),
      ),
    },
  }
}

it('groups of which nothing changed, passed over, are as if each row had been looked at', () => {
  let passedOver = 0
  fc.assert(
    fc.property(fc.array(fc.tuple(step, way), { minLength: 4, maxLength: 40 }), steps => {
      const [plain, quiet] = [new LagBook(), new LagBook()]
      const versions = new Versions()
      const ends = new Map(
        TOPICS.flatMap(topic => [0, 1].map(p => [`${topic}/${p}`, 10] as [string, number])),
      )
      const ids = new Map(TOPICS.map(topic => [topic, 1]))
      let commits: Commit[] = GROUPS.flatMap(group =>
        [...ends].map(([key, end]): Commit => [group, key[0] ?? '', Number(key[2]), end]),
      )
      let atMs = T0
      let waiting: (() => void)[] = []
      for (const [change, how] of steps) {
        atMs += 5000
        if (change.kind === 'produce') {
          const key = `${change.topic}/${change.partition}`
          ends.set(key, (ends.get(key) ?? 0) + 1)
        } else if (change.kind === 'recreate') ids.set(change.topic, (ids.get(change.topic) ?? 0) + 1)
        else if (change.kind === 'forget') commits = commits.filter(one => one[0] !== change.group)
        else if (change.kind === 'commit') {
          const { group, topic, partition, behind } = change
          const offset = (ends.get(`${topic}/${partition}`) ?? 0) - behind
          const isIt = (one: Commit) => one[0] === group && one[1] === topic && one[2] === partition
          commits = [...commits.filter(one => !isIt(one)), [group, topic, partition, offset]]
          commits.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0))
        }
        const mine = how === 'some' ? commits.filter(one => one[0] === 'g1') : commits
        const all: Record<string, Ends> = {}
        for (const [key, lso] of ends) {
          const isAsked = mine.some(one => `${one[1]}/${one[2]}` === key)
          if (isAsked) all[key] = { lso, topicId: `${key[0]}-${ids.get(key[0] ?? '')}` }
        }
        const problem = { scope: 'group:g2', code: 'COORDINATOR_UNAVAILABLE' }
        const told = how === 'failed' ? mine.filter(one => one[0] !== 'g2') : mine
        const groups = (how === 'some' ? ['g1'] : GROUPS).map(group => listing(group))
        const taken = snapshot(atMs, told, all, {
          groups,
          whole: how !== 'some',
          ...(how === 'failed' && { failed: [['g2', problem]] }),
        })
        const remembering = how === 'some' ? withoutVersions(taken) : withVersions(taken, told, versions)
        const take = () => {
          plain.take(taken)
          quiet.take(remembering)
        }
        if (how === 'late') {
          waiting.push(take)
          continue
        }
        take()
        for (const late of waiting) late()
        waiting = []
        const seen = (book: LagBook) =>
          [...book.groups.values()].map(state => [toGroupRow(state, atMs), toPartitionLags(state, atMs)])
        expect(seen(quiet)).toEqual(seen(plain))
        expect(quiet.sizes()).toEqual(plain.sizes())
        for (const state of quiet.groups.values()) passedOver += Number(state.quietSeq === state.seq)
      }
    }),
    { numRuns: 400 },
  )
  // Else it was no test.
  expect(passedOver).toBeGreaterThan(200)
})

/** What one book makes of it is none of the other's. */
function withoutVersions(taken: LagSnapshot): LagSnapshot {
  return {
    ...taken,
    topics: new Map(
      [...taken.topics].map(([name, one]) => [name, { ...one, partitions: new Map(one.partitions) }]),
    ),
  }
}
