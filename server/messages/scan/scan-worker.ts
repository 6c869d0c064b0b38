import { getPriority, setPriority } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort } from 'node:worker_threads'
import { AppError, toAppError } from '@/lib/errors'
import { createKafkaClusters } from '@/server/kafka'
import type { TopicMetadata } from '@/server/kafka/port'
import { type SchemaRef, schemaKey } from '@/server/serde/schema/schema-ref'
import { locateLog } from '../locate-log'
import type { PartReader } from '../match/part-reader'
import { serdeReader } from '../match/serde-reader'
import { tailStarts, timesOf } from '../tail-starts'
import { Scan } from './scan'
import type { Hit } from './scan-types'
import { TailGate } from './tail-gate'
import type { FromWorker, ScanJob, ToWorker } from './worker-talk'

/** The entry of a worker thread: scans, one after another, away from the thread that answers people. */

const PROGRESS_MS = 250
/** Chunks of hits under way to whoever reads them; then the scan waits. */
const CHUNKS_AHEAD = 4

/**
 * Whoever opens a page goes before whoever searches: where the processors are all taken, this thread waits.
 * On Linux a priority is a thread's own; elsewhere it would be the whole server's.
 */
const NICE = 5
if (process.platform === 'linux') setPriority(Math.min(19, getPriority() + NICE))

const port = parentPort
const say = (message: FromWorker) => port?.postMessage(message)

class Running {
  readonly #job: ScanJob
  readonly #stop = new AbortController()
  readonly #readers: ReadonlyMap<string, PartReader>
  readonly #asked = new Map<string, () => void>()
  readonly #gate: TailGate | null
  #scan: Scan | null = null
  #chunks = 0
  #wake: (() => void)[] = []

  constructor(job: ScanJob) {
    this.#job = job
    this.#readers = new Map(job.serdes.map(plan => [plan.topic, serdeReader(plan)]))
    this.#gate = job.rate === null ? null : new TailGate(job.rate)
  }

  async run(): Promise<void> {
    // Several times a second: how far it is, and that it lives.
    this.#tell()
    const telling = setInterval(() => this.#tell(), PROGRESS_MS)
    const clock = { now: () => Date.now() }
    const clusters = createKafkaClusters([this.#job.cluster], { clock })
    try {
      const cluster = clusters.get(this.#job.cluster.id)
      const { signal } = this.#stop
      const topics = [...new Set(this.#job.plan.ranges.map(range => range.topic))]
      const metadata = await cluster.metadata({ topics, signal })
      const leaders = new Map(topics.map(topic => [topic, leadersOf(metadata.topics.get(topic))]))
      const scan = new Scan(this.#job.plan, {
        openReader: () => cluster.openBatchReader({ signal }),
        leaderOf: (topic, partition) => leaders.get(topic)?.get(partition) ?? -1,
        readerOf: topic => this.#readerOf(topic),
        learn: (topic, ref) => this.#learn(topic, ref),
        startsIn: async (topic, partitions, from) => {
          const { isolation } = this.#job.plan
          const times = timesOf(from)
          const log = await locateLog(cluster, { topic, partitions, isolation, times, signal })
          return tailStarts(log, from, isolation)
        },
        emit: hits => this.#emit(hits),
        reached: edge => say({ type: 'reached', edge }),
        now: () => performance.now(),
        sleep: ms => sleep(ms),
      })
      this.#scan = scan
      if (signal.aborted) throw new AppError('CANCELLED')
      const end = await scan.run()
      this.#tell()
      say({ type: 'end', end })
    } catch (error) {
      const { code, params } = toAppError(error)
      say({ type: 'failed', problem: { scope: 'scan', code, ...(params && { params }) } })
    } finally {
      clearInterval(telling)
      await clusters.close()
    }
  }

  #tell(): void {
    const scan = this.#scan
    if (scan === null) {
      say({ type: 'alive' })
      return
    }
    const progress = { ...scan.counters(), histogram: scan.histogram(), errors: scan.errors }
    say({ type: 'progress', progress })
    if (this.#gate === null) return
    const left = this.#gate.leftOut()
    if (left > 0) say({ type: 'skipped', records: left })
    const problems = scan.news.takeProblems()
    if (problems.length > 0) say({ type: 'problems', problems })
    const parts = scan.news.takeRecovered()
    if (parts.length > 0) say({ type: 'recovered', parts })
  }

  taken(): void {
    this.#chunks--
    for (const wake of this.#wake.splice(0)) wake()
  }

  schema(topic: string, answer: Extract<ToWorker, { type: 'schema' }>['answer']): void {
    this.#readers.get(topic)?.learn([answer])
    this.#asked.get(`${topic}/${answer.key}`)?.()
    this.#asked.delete(`${topic}/${answer.key}`)
  }

  spent(): void {
    this.#scan?.endByBytes()
  }

  cancel(): void {
    this.#stop.abort()
    this.#scan?.cancel()
    for (const settle of this.#asked.values()) settle()
    for (const wake of this.#wake.splice(0)) wake()
  }

  async #emit(hits: Hit[]): Promise<void> {
    const some =
      this.#gate === null ? hits : this.#gate.pass(hits, this.#chunks < CHUNKS_AHEAD, performance.now())
    if (some.length === 0) return
    this.#chunks++
    say({ type: 'hits', hits: some })
    if (this.#gate !== null) return
    while (this.#chunks >= CHUNKS_AHEAD && !this.#stop.signal.aborted)
      await new Promise<void>(resolve => this.#wake.push(resolve))
  }

  #learn(topic: string, ref: SchemaRef): Promise<void> {
    return new Promise(resolve => {
      if (this.#stop.signal.aborted) return resolve()
      const key = `${topic}/${schemaKey(ref)}`
      const waiting = this.#asked.get(key)
      this.#asked.set(key, () => {
        waiting?.()
        resolve()
      })
      if (!waiting) say({ type: 'wanted', topic, ref })
    })
  }

  #readerOf(topic: string): PartReader {
    const reader = this.#readers.get(topic)
    if (!reader) throw new AppError('INTERNAL')
    return reader
  }
}

function leadersOf(
  answer: { ok: true; value: TopicMetadata } | { ok: false } | undefined,
): Map<number, number | null> {
  return new Map(answer?.ok ? answer.value.partitions.map(one => [one.partition, one.leader]) : [])
}

let running: Running | null = null

function start(job: ScanJob): void {
  const mine = new Running(job)
  running = mine
  mine.run().finally(() => {
    running = null
    say({ type: 'free' })
  })
}

port?.on('message', (message: ToWorker) => {
  if (message.type === 'start') start(message.job)
  else if (message.type === 'taken') running?.taken()
  else if (message.type === 'schema') running?.schema(message.topic, message.answer)
  else if (message.type === 'spent') running?.spent()
  else running?.cancel()
})
