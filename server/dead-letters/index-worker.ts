import { parentPort } from 'node:worker_threads'
import { toAppError } from '@/lib/errors'
import { createKafkaClusters } from '@/server/kafka'
import type { FetchedPartition, Fetcher, KafkaClusters } from '@/server/kafka/port'
import { indexLetter } from './index-row'
import type { FromIndexWorker, LetterJob, LetterRequest, PackedPartition, ToIndexWorker } from './index-talk'
import { packLetters } from './letter-pack'

/**
 * The entry of the worker thread that reads dead letters: fetches, decompresses, decodes and fingerprints
 * away from the thread that answers people.
 */

const port = parentPort
const say = (message: FromIndexWorker) => port?.postMessage(message)

class LetterReader {
  readonly #clusters: KafkaClusters
  readonly #fetcher: Fetcher
  readonly #stop = new AbortController()
  /** What was asked for and what will be, by its places: under way before anybody asks. */
  readonly #reading = new Map<string, Promise<PackedPartition[]>>()
  /** A fetcher answers one request at a time. */
  #last: Promise<unknown> = Promise.resolve()

  constructor({ cluster }: LetterJob) {
    this.#clusters = createKafkaClusters([cluster], { clock: { now: () => Date.now() } })
    this.#fetcher = this.#clusters.get(cluster.id).openFetcher({ signal: this.#stop.signal })
  }

  async fetch({ wanted, ahead }: LetterJob): Promise<PackedPartition[]> {
    const key = keyOf(wanted)
    // Asked for something else than was expected: what is under way is for nobody.
    if (!this.#reading.has(key)) this.#reading.clear()
    const packed = this.#begin(wanted, ahead.length === 0)
    for (const one of ahead) this.#begin(one, false)
    try {
      return await packed
    } finally {
      this.#reading.delete(key)
    }
  }

  /** `goesOn`: with what follows it, once it brought something and all of it went well. */
  #begin(wanted: LetterRequest, goesOn: boolean): Promise<PackedPartition[]> {
    const key = keyOf(wanted)
    const known = this.#reading.get(key)
    if (known) return known
    const fetched = this.#last.then(() => this.#fetcher.fetch(wanted.request))
    this.#last = fetched.catch(() => undefined)
    const packed = fetched.then(async answers => {
      const next = goesOn ? following(wanted, answers) : null
      if (next) this.#begin(next, false)
      // The next request goes out first: brokers work while letters are decoded.
      await new Promise(resolve => setImmediate(resolve))
      return packAnswers(wanted, answers)
    })
    // Its failure is told to whoever asks for it; nobody may.
    packed.catch(() => undefined)
    this.#reading.set(key, packed)
    return packed
  }

  close(): void {
    this.#stop.abort()
    this.#fetcher.close()
    void this.#clusters.close()
  }
}

function packAnswers({ request, reading }: LetterRequest, answers: FetchedPartition[]): PackedPartition[] {
  const { topic } = request
  return answers.map(({ partition, answer }) => {
    if (!answer.ok) return { partition, answer }
    const { records, nextOffset, logStartOffset } = answer.value
    const letters = records.map(record =>
      indexLetter(topic, record, reading.fallbackOrigin, reading.nowMs, reading.prefixes),
    )
    const value = { pack: packLetters(topic, partition, letters), nextOffset, logStartOffset }
    return { partition, answer: { ok: true, value } }
  })
}

function following({ request, reading }: LetterRequest, answers: FetchedPartition[]): LetterRequest | null {
  const positions = answers.flatMap(({ partition, answer }) => {
    const asked = request.positions.find(one => one.partition === partition)
    return answer.ok && asked && answer.value.records.length > 0
      ? [{ ...asked, offset: answer.value.nextOffset }]
      : []
  })
  return positions.length === request.positions.length
    ? { request: { ...request, positions }, reading }
    : null
}

const readers = new Map<string, LetterReader>()

async function answer(id: number, job: LetterJob): Promise<void> {
  try {
    let reader = readers.get(job.fetcher)
    if (!reader) {
      reader = new LetterReader(job)
      readers.set(job.fetcher, reader)
    }
    const answers = await reader.fetch(job)
    const transfer = answers.flatMap(({ answer: one }) => (one.ok ? buffersOf(one.value.pack) : []))
    port?.postMessage({ type: 'fetched', id, answers } satisfies FromIndexWorker, transfer)
  } catch (error) {
    const { code, params } = toAppError(error)
    say({ type: 'failed', id, code, params })
  }
}

function buffersOf(pack: ReturnType<typeof packLetters>): ArrayBuffer[] {
  return Object.values(pack).flatMap(value =>
    ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer ? [value.buffer] : [],
  )
}

/** Only what was asked for at the same places is an answer. */
function keyOf({ request }: LetterRequest): string {
  return `${request.topic} ${request.positions.map(one => `${one.partition}:${one.offset}`).join()}`
}

port?.on('message', (message: ToIndexWorker) => {
  if (message.type === 'fetch') void answer(message.id, message.job)
  else {
    readers.get(message.fetcher)?.close()
    readers.delete(message.fetcher)
  }
})
