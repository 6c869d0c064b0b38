import { type Connection, offsetCommitV9, offsetFetchV9 } from '@platformatic/kafka'
import { type Consumer, Kafka } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import type { CommittedColumns, GroupListing } from './port'
import { joinConsumerGroup, joinShareGroup, joinStreamsGroup } from './protocol/test-members'
import { makeTopic, testCluster } from './testing'

const cluster = testCluster(kafkaBootstrap())
const older = testCluster(
  kafkaBootstrap(),
  {},
  {
    versionCap: new Map([
      [3, 11],
      [2, 6],
      [9, 7],
      [10, 3],
      [15, 5],
      [16, 4],
      [35, 2],
      [69, 0],
    ]),
  },
)
const topic = uniqueName('groups-topic')
const names = {
  classic: uniqueName('g-classic'),
  consumer: uniqueName('g-consumer'),
  share: uniqueName('g-share'),
  streams: uniqueName('g-streams'),
  simple: uniqueName('g-단순'),
}
let connection: Connection
let classic: Consumer
let streams: Awaited<ReturnType<typeof joinStreamsGroup>>
const leave: (() => Promise<unknown>)[] = []

const commit = (group: string, offsets: [string, number, bigint][]) =>
  offsetCommitV9.api.async(
    connection,
    group,
    -1,
    '',
    null,
    [...new Set(offsets.map(([name]) => name))].map(name => ({
      name,
      partitions: offsets
        .filter(([other]) => other === name)
        .map(([, partitionIndex, committedOffset]) => ({
          partitionIndex,
          committedOffset,
          committedLeaderEpoch: -1,
          committedMetadata: 'x',
        })),
    })),
  )

beforeAll(async () => {
  await makeTopic(cluster, { name: topic, partitions: 3 })
  connection = await cluster.link.control()
  classic = new Kafka(cluster.link.kafkaJsOptions()).consumer({
    groupId: names.classic,
    allowAutoTopicCreation: false,
  })
  await classic.connect()
  await classic.subscribe({ topic })
  const joined = new Promise(resolve => classic.on('consumer.group_join', resolve))
  await classic.run({ eachMessage: async () => {} })
  await joined
  for (const join of [
    joinConsumerGroup(connection, names.consumer, [topic]),
    joinShareGroup(connection, names.share, [topic]),
  ])
    leave.push((await join).leave)
  const changelogs = [`${names.streams}-store-changelog`]
  streams = await joinStreamsGroup(connection, names.streams, [{ id: '0', sources: [topic], changelogs }])
  leave.push(streams.leave)
  await commit(names.simple, [
    [topic, 0, 7n],
    [topic, 2, 9_007_199_254_740_991n],
  ])
})

afterAll(async () => {
  await classic.disconnect()
  for (const one of leave) await one().catch(() => undefined)
  for (const name of [topic, `${names.streams}-store-changelog`])
    await cluster.deleteTopic(name).catch(() => undefined)
  await Promise.all([cluster.close(), older.close()])
})

async function mine(of = cluster): Promise<GroupListing[]> {
  const { groups, problems } = await of.listGroups()
  expect(problems).toEqual([])
  const wanted = new Set(Object.values(names))
  return groups.filter(one => wanted.has(one.group))
}

const rows = (columns: CommittedColumns, group: string) => {
  const found: [string, number, number][] = []
  for (let row = 0; row < columns.length; row++)
    if (columns.groups[columns.group[row] ?? -1] === group)
      found.push([
        columns.topics[columns.topic[row] ?? -1] ?? '',
        columns.partition[row] ?? -1,
        columns.offset[row] ?? Number.NaN,
      ])
  return found.sort((a, b) => a[1] - b[1])
}

describe('groups', () => {
  it('lists every type with its coordinator', async () => {
    const listed = new Map((await mine()).map(one => [one.group, one]))
    expect(listed.get(names.classic)).toMatchObject({
      type: 'classic',
      protocolType: 'consumer',
      state: 'Stable',
    })
    expect(listed.get(names.consumer)?.type).toBe('consumer')
    expect(listed.get(names.share)?.type).toBe('share')
    expect(listed.get(names.streams)?.type).toBe('streams')
    expect(listed.get(names.simple)).toMatchObject({ type: 'classic', protocolType: '', state: 'Empty' })
    expect((await mine(older)).find(one => one.group === names.classic)?.type).toBe('classic')
  })

  it('describes each by the API of its type: members, subscription and assignment', async () => {
    const listed = await mine()
    const answers = new Map((await cluster.describeGroups(listed)).map(one => [one.group, one.answer]))
    const of = (name: string) => {
      const answer = answers.get(name)
      if (!answer?.ok) throw new Error(JSON.stringify(answer))
      return answer.value
    }
    const all = [{ topic, partitions: [0, 1, 2] }]
    expect(of(names.classic)).toMatchObject({
      state: 'Stable',
      assignor: 'RoundRobinAssigner',
      epoch: null,
      assignmentEpoch: null,
      members: [{ subscribed: [topic], assigned: all, target: null, host: '/127.0.0.1', streams: null }],
    })
    expect(of(names.consumer)).toMatchObject({
      assignor: 'uniform',
      epoch: expect.any(Number),
      assignmentEpoch: expect.any(Number),
      members: [{ subscribed: [topic], assigned: all, target: all, clientId: 'milena' }],
    })
    expect(of(names.share)).toMatchObject({ members: [{ subscribed: [topic], target: null }] })
    expect(of(names.streams)).toMatchObject({
      subtopologies: [
        { id: '0', sources: [topic], sinks: [], changelogs: [`${names.streams}-store-changelog`] },
      ],
      members: [{ subscribed: [topic], streams: { process: streams.member } }],
    })
    expect(of(names.simple)).toMatchObject({ state: 'Empty', members: [] })
  })

  it('tells which tasks a streams member runs, and which partitions these read', async () => {
    const listed = (await mine()).filter(one => one.group === names.streams)
    const look = async () => {
      // Its topics are made and its tasks given out after the first rebalance delay, to members that live.
      await streams.beat()
      const [one] = await cluster.describeGroups(listed)
      return one?.answer.ok ? one.answer.value : one?.answer
    }
    await expect.poll(look, { timeout: 60_000, interval: 500 }).toMatchObject({
      state: 'Stable',
      members: [
        {
          assigned: [{ topic, partitions: [0, 1, 2] }],
          target: [{ topic, partitions: [0, 1, 2] }],
          streams: { tasks: [{ role: 'active', subtopology: '0', partitions: [0, 1, 2] }] },
        },
      ],
    })
  })

  it('tells a missing group and one of another type apart from a good one, old broker or new', async () => {
    const listed = await mine()
    const good = listed.filter(one => one.group === names.classic)
    const gone = { ...good[0], group: uniqueName('gone') } as GroupListing
    const wrong = listed
      .filter(one => one.group === names.consumer)
      .map((one): GroupListing => ({ ...one, type: 'classic' }))
    for (const port of [cluster, older]) {
      const answers = await port.describeGroups([gone, ...wrong, ...good])
      expect(answers.map(one => one.answer.ok)).toEqual([false, false, true])
      expect(answers[0]?.answer).toMatchObject({
        problem: { scope: `group:${gone.group}`, code: 'GROUP_UNKNOWN' },
      })
    }
  })

  it('finds the coordinator anew when the listing names a wrong or dead one', async () => {
    const listed = (await mine()).map(one => ({ ...one, coordinator: 77 }))
    const answers = await cluster.describeGroups(listed)
    expect(answers.every(one => one.answer.ok)).toBe(true)
    const columns = await cluster.committedOffsets(listed)
    expect(rows(columns, names.simple)).toHaveLength(2)
    expect(columns.failed.size).toBe(0)
  })
})

describe('committed offsets', () => {
  it('come in flat columns for every type; no commit is no row', async () => {
    const columns = await cluster.committedOffsets(await mine())
    expect(rows(columns, names.simple)).toEqual([
      [topic, 0, 7],
      [topic, 2, 9_007_199_254_740_991],
    ])
    expect(rows(columns, names.consumer)).toEqual([])
    expect(columns.failed.size).toBe(0)
    expect(columns.shareLag).toHaveLength(columns.length)
  })

  it('equal what the library decodes, over 900 generated groups, also from an older broker', async () => {
    const topics = [uniqueName('many-a'), uniqueName('many-b')]
    await Promise.all(topics.map(name => makeTopic(cluster, { name, partitions: 4 })))
    const prefix = uniqueName('many')
    const groups = Array.from({ length: 900 }, (_, index) => `${prefix}-${index}`)
    for (let at = 0; at < groups.length; at += 50)
      await Promise.all(
        groups.slice(at, at + 50).map((group, index) =>
          commit(
            group,
            topics.flatMap(name =>
              [0, 1, 2, 3]
                .slice(0, 1 + ((at + index) % 4))
                .map((p): [string, number, bigint] => [name, p, BigInt(at * 1_000_003 + index * 7 + p)]),
            ),
          ),
        ),
      )
    const { groups: all } = await cluster.listGroups()
    const listed = all.filter(one => one.group.startsWith(prefix))
    expect(listed).toHaveLength(900)
    const startedMs = performance.now()
    const columns = await cluster.committedOffsets(listed)
    const tookMs = performance.now() - startedMs

    const library = await offsetFetchV9.api.async(
      connection,
      groups.map(groupId => ({ groupId, memberId: null, memberEpoch: -1, topics: null })),
      false,
    )
    const flatten = (of: CommittedColumns) =>
      Array.from(
        { length: of.length },
        (_, row) =>
          `${of.groups[of.group[row] ?? -1]} ${of.topics[of.topic[row] ?? -1]} ${of.partition[row]} ${of.offset[row]}`,
      ).sort()
    const expected = library.groups
      .flatMap(group =>
        group.topics.flatMap(one =>
          one.partitions.map(p => `${group.groupId} ${one.name} ${p.partitionIndex} ${p.committedOffset}`),
        ),
      )
      .sort()
    expect(flatten(columns)).toEqual(expected)
    expect(tookMs).toBeLessThan(20_000)
    const some = listed.slice(0, 25)
    const old = flatten(await older.committedOffsets(some))
    expect(old).toEqual(flatten(await cluster.committedOffsets(some)))
    expect(old.length).toBeGreaterThan(25)
    await Promise.all(topics.map(name => cluster.deleteTopic(name)))
  })
})

describe('an older broker', () => {
  it('is spoken to in its versions', async () => {
    const metadata = await older.metadata({ topics: [topic], maxAgeMs: 0 })
    expect(metadata.topics.get(topic)?.ok).toBe(true)
    const [end] = await older.listOffsets([{ topic, partition: 0 }], 'latest')
    expect(end?.answer.ok).toBe(true)
    const [max] = await older.listOffsets([{ topic, partition: 0 }], 'max-timestamp')
    expect(max?.answer).toMatchObject({ ok: false, problem: { code: 'BROKER_TOO_OLD' } })
    const [dirs] = await older.describeLogDirs({ topics: [topic] })
    expect(dirs?.answer).toMatchObject({ ok: true, value: { dirs: [{ totalBytes: null }] } })
    const found = await older.link.findCoordinator('group', ['a', 'b'])
    expect([...found.values()].every(one => one.ok)).toBe(true)
  })
})
