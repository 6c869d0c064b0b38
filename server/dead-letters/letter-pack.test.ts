import { expect, it } from 'vitest'
import { indexLetter } from './index-row'
import { packLetters, unpackLetters } from './letter-pack'
import { FakeCluster, genericHeaders, springHeaders } from './testing'

it('letters come out of a pack as they went in: known and unknown, null and empty', () => {
  const cluster = new FakeCluster()
  const log = cluster.topic('a-dlt').logs[0]
  cluster.append('a-dlt', 0, {
    key: 'k',
    value: '{}',
    headers: springHeaders({ offset: 7, message: 'card 1' }),
  })
  cluster.append('a-dlt', 0, {
    key: null,
    value: null,
    headers: springHeaders({ offset: 8, message: 'declined' }),
  })
  cluster.append('a-dlt', 0, { key: '', value: '', headers: genericHeaders().slice(1), timestampMs: -1 })
  cluster.append('a-dlt', 0, { headers: [] })
  const letters = (log?.records ?? []).map(record => indexLetter('a-dlt', record, 'a', 5))
  const pack = structuredClone(packLetters('a-dlt', 0, letters))
  expect([...unpackLetters(pack)]).toEqual(letters)
  expect(pack.issues.length).toBe(4)
})
