import v8 from 'node:v8'
import vm from 'node:vm'
import { expect, it } from 'vitest'
import { indexLetter } from './index-row'
import { LetterBook } from './letter-book'
import { FakeCluster, springHeaders } from './testing'

/**
 * Far beyond what linear work takes on a busy machine, far below what quadratic work would: a guard, no claim
 * of speed.
 */
const HANGS_MS = 20_000

v8.setFlagsFromString('--expose_gc')
const collect = vm.runInNewContext('gc') as () => void
const heapBytes = () => {
  collect()
  return process.memoryUsage().heapUsed
}

const TRACE = `a.Wrapper: x\n${'\tat org.springframework.a.B.c(B.java:1)\n'.repeat(60)}Caused by: com.acme.Declined: card\n\tat com.acme.Pay.charge(Pay.java:1)\n${'\tat java.lang.X.y(X.java:1)\n'.repeat(30)}`
const VALUE = JSON.stringify({ note: '재고가 부족합니다 '.repeat(100) })

it('10,000 letters with stack traces: indexed in a blink, a kilobyte each at most, nothing of the batch kept', () => {
  const book = new LetterBook(() => 1_793_800_000_000)
  const before = heapBytes()
  let ms = 0
  for (let chunk = 0; chunk < 10; chunk++) {
    const cluster = new FakeCluster()
    const log = cluster.topic('a-dlt').logs[0]
    for (let i = 0; i < 1000; i++) {
      const message = `card ${chunk * 1000 + i} declined`
      cluster.append('a-dlt', 0, {
        key: `order-${i}`,
        value: VALUE,
        headers: springHeaders({ offset: i, message, trace: TRACE }),
      })
    }
    const startedAt = performance.now()
    for (const record of log?.records ?? []) {
      const offset = BigInt(chunk * 1000) + record.offset
      book.add(indexLetter('a-dlt', { ...record, offset }, 'a', 0))
    }
    ms += performance.now() - startedAt
  }
  const bytesPerRow = (heapBytes() - before) / book.size
  expect(book.size).toBe(10_000)
  expect(book.issueCount).toBe(1)
  // Measured 0.4 s and 0.8 KB on two busy cores; a kept batch or trace would be 5 KB a row.
  expect(ms).toBeLessThan(HANGS_MS)
  expect(bytesPerRow).toBeLessThan(1200)
}, 30_000)

it('a group and an origin of 10,000 characters in each letter, another one each time: a few kilobytes an issue', () => {
  const book = new LetterBook(() => 1_793_800_000_000)
  const before = heapBytes()
  for (let i = 0; i < 1000; i++) {
    const cluster = new FakeCluster()
    const log = cluster.topic('a-dlt').logs[0]
    const name = `${i}-`.padEnd(10_000, '재')
    cluster.append('a-dlt', 0, { headers: springHeaders({ topic: name, group: name }) })
    for (const record of log?.records ?? [])
      book.add(indexLetter('a-dlt', { ...record, offset: BigInt(i) }, 'a', 0))
  }
  const bytesPerIssue = (heapBytes() - before) / book.issueCount
  expect(book.issueCount).toBe(1000)
  // Measured 42 KB while names were kept whole, of which a cluster keeps 20,000.
  expect(bytesPerIssue).toBeLessThan(8000)
}, 30_000)
