import { BIG_TOPIC_PARTITIONS, jsonOfSize, RECORD_BYTES } from '../load.ts'
import { type Figures, figure } from '../measure.ts'
import { batchOf, type RawWriter } from '../raw-writer.ts'
import { cpuSecondsOf, type MessagesBench, streamOf } from './bench.ts'
import { TAIL_TOPIC } from './world.ts'

const PER_SECOND = 20_000
export const SECONDS = 60
const TURN_MS = 100
const QUERY = `follow=true&filter=${encodeURIComponent('value.amount > 500000')}`

/** Twenty thousand messages a second for a minute, evenly over the partitions. */
export async function pourMinute(writer: RawWriter): Promise<{ written: number; tookSeconds: number }> {
  const perTurn = Math.ceil((PER_SECOND * TURN_MS) / 1000 / BIG_TOPIC_PARTITIONS)
  const values = Array.from({ length: perTurn }, (_, n) => Buffer.from(jsonOfSize(n, RECORD_BYTES)))
  const batch = batchOf(
    values.map(value => ({ key: null, value })),
    Date.now(),
  )
  const startedAtMs = performance.now()
  let written = 0
  for (let turn = 0; turn < (SECONDS * 1000) / TURN_MS; turn += 1) {
    for (let partition = 0; partition < BIG_TOPIC_PARTITIONS; partition += 1) {
      await writer.send(TAIL_TOPIC, partition, batch)
      written += perTurn
    }
    const nextAtMs = startedAtMs + (turn + 1) * TURN_MS
    await new Promise(resolve => setTimeout(resolve, Math.max(0, nextAtMs - performance.now())))
  }
  await writer.drain()
  return { written, tookSeconds: (performance.now() - startedAtMs) / 1000 }
}

/**
 * Twenty thousand messages a second for a minute, looked through by a filter: processor time of the server in
 * cores.
 */
export async function measureLiveTail({ asked, writer }: MessagesBench): Promise<Figures> {
  const { pid } = asked.milena
  const leaving = new AbortController()
  const answer = await streamOf(asked, TAIL_TOPIC, QUERY, leaving.signal)
  let last = ''
  const reading = (async () => {
    for await (const chunk of answer.body ?? [])
      last = (last + Buffer.from(chunk).toString('utf8')).slice(-200_000)
  })().catch(() => undefined)
  const before = cpuSecondsOf(pid)
  const { written, tookSeconds } = await pourMinute(writer)
  const after = cpuSecondsOf(pid)
  leaving.abort()
  await reading
  const scanned = [...last.matchAll(/"scanned":(\d+)/g)].at(-1)?.[1]
  const cores = before === null || after === null ? null : (after - before) / tookSeconds
  return {
    series: [],
    bars: [
      figure('processor of the server in a live tail, cores', cores, 1, ''),
      figure('seconds for a minute of 20,000 messages/s', tookSeconds, SECONDS + 1, 's'),
      figure('share that the tail had not seen at its end', 1 - Number(scanned ?? 0) / written, 0.05, ''),
    ],
  }
}
