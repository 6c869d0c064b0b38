import { parentPort } from 'node:worker_threads'
import { toAppError } from '@/lib/errors'
import { createKafkaClusters } from '@/server/kafka'
import type { Fetcher, KafkaClusters } from '@/server/kafka/port'
import { indexLetter } from './index-row'
import type { FromIndexWorker, LetterJob, PackedPartition, ToIndexWorker } from './index-talk'
import { packLetters } from './letter-pack'

/** The entry of the worker thread that reads dead letters: fetches, decompresses, decodes and fingerprints away from the thread that answers people. */

const port = parentPort
const say = (message: FromIndexWorker) => port?.postMessage(message)

class LetterReader {
  readonly #clusters: KafkaClusters
  readonly #fetcher: Fetcher
  readonly #stop = new AbortController()
  /** The next chunk of what was asked for last, under way before anybody asks. */
  #ahead: { key: string; answers: Promise<PackedPartition[]> } | null = null

  constructor({ cluster }: LetterJob) {
    this.#clusters = createKafkaClusters([cluster], { clock: { now: () => Date.now() } })
    this.#fetcher = this.#clusters.get(cluster.id).openFetcher({ signal: this.#stop.signal })
  }

  async fetch(job: LetterJob): Promise<PackedPartition[]> {
    const key = keyOf(job)
    const ahead = this.#ahead
    this.#ahead = null
    if (ahead?.key === key) return ahead.answers
    // A fetcher answers one request at a time.
    await ahead?.answers.catch(() => undefined)
    return this.#read(job)
  }

  /** Goes on where an answer ended, if it brought something and all of it went well. */
  readAhead(job: LetterJob, answers: readonly PackedPartition[]): void {
    const positions = answers.flatMap(({ partition, answer }) => {
      const asked = job.request.positions.find(one => one.partition === partition)
      return answer.ok && asked && answer.value.pack.offset.length > 0
        ? [{ ...asked, offset: answer.value.nextOffset }]
        : []
    })
    if (positions.length !== job.request.positions.length || this.#ahead !== null) return
    const next = { ...job, request: { ...job.request, positions } }
    const reading = this.#read(next)
    reading.catch(() => undefined)
    this.#ahead = { key: keyOf(next), answers: reading }
  }

  async #read({ request, reading }: LetterJob): Promise<PackedPartition[]> {
    const { topic } = request
    const answers = await this.#fetcher.fetch(request)
    return answers.map(({ partition, answer }) => {
      if (!answer.ok) return { partition, answer }
      const { records, nextOffset, logStartOffset } = answer.value
      const letters = records.map(record =>
        indexLetter(topic, record, reading.fallbackOrigin, reading.nowMs, reading.prefixes),
      )
      return {
        partition,
        answer: {
          ok: true,
          value: { pack: packLetters(topic, partition, letters), nextOffset, logStartOffset },
        },
      }
    })
  }

  close(): void {
    this.#stop.abort()
    this.#fetcher.close()
    void this.#clusters.close()
  }
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
    // Begun before the answer goes out: the pack that is sent is gone from here afterwards.
    reader.readAhead(job, answers)
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
function keyOf({ request }: LetterJob): string {
  return `${request.topic} ${request.positions.map(one => `${one.partition}:${one.offset}`).join()}`
}

port?.on('message', (message: ToIndexWorker) => {
  if (message.type === 'fetch') void answer(message.id, message.job)
  else {
    readers.get(message.fetcher)?.close()
    readers.delete(message.fetcher)
  }
})
