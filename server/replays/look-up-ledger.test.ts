import { describe, expect, it } from 'vitest'
import { FakeCluster } from '@/server/dead-letters/testing'
import { LEDGER_TOPIC, type LedgerEntry, ledgerTexts, readLedgerRecord } from './ledger'
import { LedgerMap } from './ledger-map'
import { type AskedLetter, lookUpLedger } from './look-up-ledger'

const signal = new AbortController().signal

function entry(over: Partial<LedgerEntry>): LedgerEntry {
  const target = { topic: 'orders', partition: 0, offset: 0n }
  return {
    topicId: 'id-a',
    partition: 0,
    offset: 0n,
    replay: 'r-1',
    atMs: 1_793_800_000_000,
    target,
    count: 1,
    origin: null,
    ...over,
  }
}

/** A ledger of these entries in one partition, and the map that a follower would have drawn of its first part. */
function ledgerOf(entries: readonly LedgerEntry[], mapped = entries.length) {
  const fake = new FakeCluster()
  const { id: topicId } = fake.topic(LEDGER_TOPIC)
  const map = new LedgerMap(topicId)
  map.begin(0, 0)
  entries.forEach((one, at) => {
    const { key, value } = ledgerTexts(one)({ ...one, targetTopicId: null })
    const offset = fake.append(LEDGER_TOPIC, 0, { key, value: Buffer.from(value) })
    const read = readLedgerRecord({ key: Buffer.from(key), value: Buffer.from(value) })
    if (read && at < mapped) map.note({ partition: 0, offset: BigInt(offset) }, read)
  })
  map.cover(0, BigInt(mapped))
  const cluster = fake.asPort()
  const look = async (with_: LedgerMap | null, letters: readonly AskedLetter[], topic = 'id-a') => {
    fake.fetches = []
    const ledger = { state: 'ready', partitions: 1, topicId } as const
    const source = { cluster, fetcher: cluster.openFetcher(), ledger, map: with_, signal }
    const { marks, from } = await lookUpLedger(source, topic, letters)
    return { marks, from, fetches: fake.fetches.length }
  }
  return { fake, map, look }
}

const asked = (offset: bigint, origin: AskedLetter['origin'] = null): AskedLetter => ({
  partition: 0,
  offset,
  origin,
})

describe('a look into the ledger', () => {
  const others = Array.from({ length: 20_000 }, (_, at) =>
    entry({
      topicId: 'id-other',
      offset: BigInt(at),
      target: { topic: 'other', partition: 0, offset: BigInt(at) },
    }),
  )

  it('reads what concerns its letters and what came since, not what is about others', async () => {
    const entries = [...others]
    entries[9_000] = entry({ offset: 7n })
    entries.push(entry({ offset: 8n, replay: 'r-2' }))
    const { look, map } = ledgerOf(entries, 20_000)
    const letters = [asked(7n), asked(8n), asked(9n)]
    const found = await look(map, letters)
    const replays = letters.map(one => found.marks.ofLetter('id-a', one)?.replay ?? null)
    expect(replays).toEqual(['r-1', 'r-2', null])
    expect(found.from).toEqual(new Map([[0, 20_001n]]))
    // One block of 4,096, and the end: the fake hands out 500 records at a time.
    expect(found.fetches).toBeLessThanOrEqual(10)
    expect((await look(null, letters)).fetches).toBeGreaterThanOrEqual(40)
  })

  it('believes no map of another ledger or another leader', async () => {
    const { look, map } = ledgerOf([entry({ offset: 7n })])
    const foreign = new LedgerMap('id-of-another')
    foreign.begin(0, 0)
    foreign.cover(0, 1n)
    expect((await look(foreign, [asked(7n)])).marks.ofLetter('id-a', asked(7n))?.replay).toBe('r-1')
    const elected = new LedgerMap(map.topicId)
    elected.begin(0, 5)
    elected.cover(0, 1n)
    expect((await look(elected, [asked(7n)])).marks.ofLetter('id-a', asked(7n))?.replay).toBe('r-1')
    // The same with the right leader is believed: that is what the two above would have been wrong about.
    const wrong = new LedgerMap(map.topicId)
    wrong.begin(0, 0)
    wrong.cover(0, 1n)
    expect((await look(wrong, [asked(7n)])).marks.ofLetter('id-a', asked(7n))).toBeNull()
  })

  it('answers with a map, also one that was written down, what it answers without', async () => {
    // A generator of its own, so that every run is the same.
    let state = 42
    const random = (below: number) => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
      return Math.floor((state / 2_147_483_648) * below)
    }
    const place = (near = random(9_000)) => ({
      topic: `t${Math.floor(near / 3_000)}${random(3)}`,
      partition: random(2),
      offset: BigInt(near + random(200)),
    })
    const entries = Array.from({ length: 9_000 }, (_, at) =>
      entry({
        topicId: `id-${'abc'[random(3)]}`,
        partition: 0,
        offset: BigInt(at + random(100)),
        replay: `r-${random(5)}`,
        target: place(at),
        origin: random(2) === 0 ? place(at) : null,
        count: 1 + random(3),
      }),
    )
    const { look, map } = ledgerOf(entries, 8_765)
    const again = LedgerMap.unpack(JSON.parse(JSON.stringify(map.pack())))
    for (let round = 0; round < 6; round++) {
      const letters = Array.from({ length: 1 + random(40) }, () =>
        asked(BigInt(random(9_000)), { ...place(), timestampMs: null }),
      )
      const [plain, mapped, unpacked] = await Promise.all([
        look(null, letters),
        look(map, letters),
        look(again, letters),
      ])
      const answers = ({ marks }: typeof plain) =>
        letters.map(letter => {
          const origin = letter.origin as unknown as Parameters<typeof marks.ofOrigin>[0]
          return [marks.ofLetter('id-a', letter), marks.ofOrigin(origin), marks.ofTarget(origin)]
        })
      expect(answers(mapped)).toEqual(answers(plain))
      expect(answers(unpacked)).toEqual(answers(plain))
    }
  })

  it('names too many logs for a block: all of it is read, and nothing is missed', async () => {
    const entries = Array.from({ length: 3_000 }, (_, at) =>
      entry({
        topicId: `id-${at}`,
        offset: BigInt(at),
        target: { topic: `t${at}`, partition: 0, offset: 1n },
      }),
    )
    const { look, map } = ledgerOf(entries)
    const found = await look(map, [asked(2_999n)], 'id-2999')
    expect(found.marks.ofLetter('id-2999', asked(2_999n))?.target.topic).toBe('t2999')
  })
})
