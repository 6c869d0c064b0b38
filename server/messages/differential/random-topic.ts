import type { PlainClient, PlainCommand } from '@/scripts/services/frameworks/plain-client'
import { randomHeaders, randomKey, randomValue } from './random-record'
import type { Rng } from './rng'

/** What a random topic is to be. */
export type TopicShape = {
  partitions: number
  /** Those that are written; the others stay empty. */
  written: number[]
  configs: Record<string, string>
  compacts: boolean
  /** Its old segments are to be deleted by retention. */
  expires: boolean
  /** Some of its beginning is to be deleted by request. */
  truncates: boolean
  /** How timestamps go on: not before the last one, all alike, rising but for a few, anyhow. */
  times: 'rising' | 'equal' | 'glitches' | 'odd'
  steps: number
  /** Most records of one step. */
  burst: number
  /** Of long values; 0: short ones of all kinds. */
  valueBytes: number
}

const LARGEST = '9223372036854775807'

export function randomShape(rng: Rng): TopicShape {
  const partitions = rng.pick([1, 1, 2, 3, 4, 6])
  const all = Array.from({ length: partitions }, (_, i) => i)
  const compacts = rng.chance(0.25)
  const expires = !compacts && rng.chance(0.12)
  const isBulk = rng.chance(0.12)
  const small = compacts || expires || rng.chance(0.3)
  return {
    partitions,
    written: rng.chance(0.3) ? rng.some(all) : all,
    configs: {
      'message.timestamp.type': rng.chance(0.25) ? 'LogAppendTime' : 'CreateTime',
      'message.timestamp.after.max.ms': LARGEST,
      'compression.type': rng.chance(0.8) ? 'producer' : rng.pick(['gzip', 'lz4', 'zstd', 'snappy']),
      'retention.ms': '-1',
      'max.message.bytes': '4000000',
      ...(small ? { 'segment.ms': rng.pick(['1', '50', '1000']), 'segment.bytes': '1048576' } : {}),
      ...(compacts
        ? {
            'cleanup.policy': rng.pick(['compact', 'compact,delete']),
            'min.cleanable.dirty.ratio': '0.0',
            'delete.retention.ms': rng.pick(['0', '1', '86400000']),
          }
        : {}),
    },
    compacts,
    expires,
    truncates: rng.chance(0.25),
    times: rng.pick(['rising', 'rising', 'equal', 'glitches', 'odd']),
    steps: rng.int(0, 30),
    burst: isBulk ? 400 : rng.pick([1, 8, 30]),
    valueBytes: isBulk ? rng.pick([60, 2_000, 6_000]) : 0,
  }
}

/** What is known of a record from whoever wrote it. */
export type Written = { codec: string; transactional: boolean }

export type WrittenTopic = {
  /** By `partition/offset`. */
  facts: Map<string, Written>
  /** Of the producer whose transaction is still open; its name is its transactional id. */
  open: string | null
  /** Ends its transaction, and all producers. */
  end(how: 'commit' | 'abort'): Promise<void>
  /** More of the same, outside of transactions and in one that is committed. */
  more(): Promise<void>
}

type Producer = { name: string; codec: string; transactional: boolean; busy: boolean }
type Send = Extract<PlainCommand, { do: 'send' }>

const BEGIN_MS = 1_700_000_000_000

/** Fills a topic by several of Java's producers, some in transactions that interleave, end either way or stay open. */
export async function writeRandom(
  rng: Rng,
  client: PlainClient,
  topic: string,
  shape: TopicShape,
): Promise<WrittenTopic> {
  const producers: Producer[] = Array.from({ length: rng.int(2, 4) }, (_, i) => ({
    name: `${topic}-${i}`,
    codec: rng.pick(['none', 'gzip', 'snappy', 'lz4', 'zstd']),
    transactional: i > 0,
    busy: false,
  }))
  await client.write(
    producers.map(({ name, codec, transactional }) => ({
      do: 'producer',
      name,
      config: {
        'compression.type': codec,
        'batch.size': rng.pick([1, 300, 3_000, 16_384, 200_000]),
        'linger.ms': rng.pick([0, 1, 20]),
        'max.request.size': 4_000_000,
        ...(transactional ? { 'transactional.id': name, 'transaction.timeout.ms': 600_000 } : {}),
      },
    })),
  )
  const facts = new Map<string, Written>()
  const ofTopic = shape.configs['compression.type']
  const clock = new RandomClock(rng, shape.times)
  let n = 0
  const commands: PlainCommand[] = []
  const sent: { producer: Producer; partition: number }[] = []
  const send = (producer: Producer) => {
    const partition = rng.pick(shape.written)
    sent.push({ producer, partition })
    const command: Send = {
      do: 'send',
      name: producer.name,
      topic,
      partition,
      timestampMs: clock.next(partition),
      key: randomKey(rng, !shape.compacts),
      value: randomValue(rng, n++, shape.valueBytes),
      headers: randomHeaders(rng),
    }
    commands.push(command)
  }
  const carryOut = async () => {
    if (commands.length === 0) return
    const offsets = await client.write(commands.splice(0))
    for (const [i, { producer, partition }] of sent.splice(0).entries()) {
      const { transactional } = producer
      const codec = ofTopic === undefined || ofTopic === 'producer' ? producer.codec : ofTopic
      facts.set(`${partition}/${offsets[i]}`, { codec, transactional })
    }
  }
  const step = (producer: Producer) => {
    const { name } = producer
    if (producer.transactional && !producer.busy) commands.push({ do: 'begin', name })
    for (let i = rng.int(1, shape.burst); i > 0; i--) send(producer)
    producer.busy = producer.transactional
    // A commit flushes; what an abort finds unsent never leaves.
    if (!producer.transactional || rng.chance(0.8)) commands.push({ do: 'flush', name })
    if (producer.transactional && rng.chance(0.6)) endOf(producer, rng.chance(0.6) ? 'commit' : 'abort')
  }
  const endOf = (producer: Producer, how: 'commit' | 'abort') => {
    commands.push({ do: how, name: producer.name })
    producer.busy = false
  }
  for (let i = 0; i < shape.steps; i++) step(rng.pick(producers))
  const kept = rng.chance(0.25) ? producers.find(one => one.busy) : undefined
  for (const producer of producers) {
    if (!producer.busy) continue
    if (producer === kept) commands.push({ do: 'flush', name: producer.name })
    else endOf(producer, rng.pick(['commit', 'abort']))
  }
  if (kept && rng.chance(0.7)) for (const producer of producers) if (!producer.transactional) step(producer)
  await carryOut()
  return {
    facts,
    open: kept?.name ?? null,
    async end(how) {
      for (const producer of producers) {
        if (producer.busy) endOf(producer, how)
        commands.push({ do: 'close', name: producer.name })
      }
      await carryOut()
    },
    async more() {
      for (const producer of producers) {
        if (producer.busy) continue
        if (producer.transactional) commands.push({ do: 'begin', name: producer.name })
        for (let i = rng.int(1, 5); i > 0; i--) send(producer)
        if (producer.transactional) endOf(producer, rng.pick(['commit', 'abort']))
        else commands.push({ do: 'flush', name: producer.name })
      }
      await carryOut()
    },
  }
}

class RandomClock {
  readonly #rng: Rng
  readonly #times: TopicShape['times']
  #now = BEGIN_MS

  constructor(rng: Rng, times: TopicShape['times']) {
    this.#rng = rng
    this.#times = times
  }

  next(_partition: number): number {
    const rng = this.#rng
    if (this.#times === 'equal') return BEGIN_MS
    if (this.#times === 'odd') return BEGIN_MS + rng.int(0, 5_000)
    this.#now += rng.pick([0, 0, 1, 7, 400])
    if (this.#times === 'glitches' && rng.chance(0.03)) return rng.pick([0, 1, 4_000_000_000_000])
    return this.#now
  }
}
