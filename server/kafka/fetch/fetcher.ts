import { AppError } from '@/lib/errors'
import { partitionScope } from '@/lib/partition-key'
import type {
  BatchReader,
  FetchedBatches,
  FetchedOf,
  FetchedPartition,
  Fetcher,
  FetchRequest as Request,
} from '../port'
import { send } from '../protocol/api'
import { destroy } from '../protocol/connect'
import { backOff, type Scope, within, withinPart } from '../protocol/deadline'
import { failed, isConnectionLost, kafkaError, STALE_METADATA } from '../protocol/errors'
import { dropMemorySoon, giveMemoryBack } from '../protocol/frame-memory'
import type { ClusterLink } from '../protocol/link'
import { listOffsets } from '../protocol/list-offsets'
import { decodePartition } from './decode-partition'
import type { FetchedPart, FetchRequest } from './fetch-api'
import { type FetchLink, fetchConnections } from './fetch-connections'
import { readBatches } from './log-batch'

type Position = Request['positions'][number]
type Settled<V> = Map<number, FetchedOf<V>>
/** What becomes of a partition's bytes. */
type Decode<V> = (request: Request, position: Position, part: FetchedPart) => FetchedOf<V>
type Lease = { link: FetchLink; underWay: number }

const MAX_WAIT_MS = 500
const MAX_BYTES = 2 * 1024 * 1024
const PARTITION_BYTES = 1024 * 1024
/** Beyond the broker's wait: to connect, to be sent 192 MB at most, to be decoded. */
const GRACE_MS = 10_000
const ATTEMPTS = 3
/** The first attempt trusts metadata this old; the broker says so when it is stale. */
const METADATA_MAX_AGE_MS = 30_000
const OFFSET_OUT_OF_RANGE = 1

/**
 * Reads partitions by position: one connection of its own a leader, all leaders at once, no group, no commit.
 * A partition that fails is an Answer; `fetch` throws only CANCELLED, TIMED_OUT, SHUTTING_DOWN and what
 * befell the whole cluster.
 */
export function openFetcher(link: ClusterLink, options: { signal?: AbortSignal | undefined } = {}): Fetcher {
  return reusing(new LeaderFetcher(link, options.signal, decoded))
}

/** The same, but batches are handed on as they came: for scans, which look into few of them. */
export function openBatchReader(
  link: ClusterLink,
  options: { signal?: AbortSignal | undefined } = {},
): BatchReader {
  return reusing(new LeaderFetcher<FetchedBatches>(link, options.signal, undecoded))
}

/** What is given back is filled again, and dropped soon after the last one that gave something closes. */
function reusing<V extends object>(fetcher: LeaderFetcher<V>) {
  let gave = false
  return {
    fetch: (request: Request) => fetcher.fetch(request),
    giveBack: (answers: readonly FetchedOf<V>[]) => {
      gave = true
      for (const { answer } of answers) {
        const memory = answer.ok ? memories.get(answer.value) : undefined
        if (memory !== undefined) giveMemoryBack(memory)
      }
    },
    close: () => {
      fetcher.close()
      if (gave) dropMemorySoon()
    },
  }
}

/** Where the bytes of what was fetched lie. */
const memories = new WeakMap<object, ArrayBufferLike>()

class LeaderFetcher<V> {
  readonly #link: ClusterLink
  readonly #signal: AbortSignal | undefined
  readonly #leases = new Map<number, Promise<Lease>>()
  readonly #onAbort = () => this.close()
  readonly #decode: Decode<V>
  #closed = false

  constructor(link: ClusterLink, signal: AbortSignal | undefined, decode: Decode<V>) {
    this.#link = link
    this.#decode = decode
    this.#signal = signal
    if (signal?.aborted) this.#closed = true
    else signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  fetch(request: Request): Promise<FetchedOf<V>[]> {
    if (this.#closed) return Promise.reject(new AppError('CANCELLED'))
    const timeoutMs = (request.maxWaitMs ?? MAX_WAIT_MS) + GRACE_MS
    return within({ signal: this.#signal, timeoutMs }, async scope => {
      const settled: Settled<V> = new Map()
      let open = request.positions
      for (let attempt = 1; open.length > 0; attempt++) {
        open = await this.#attempt(request, open, settled, attempt === 1 ? METADATA_MAX_AGE_MS : 0, scope)
        if (open.length === 0 || attempt >= ATTEMPTS) break
        await backOff(scope, attempt)
      }
      return request.positions.map(
        ({ partition }) => settled.get(partition) ?? fail(request.topic, partition, kafkaError(3)),
      )
    })
  }

  close(): void {
    this.#closed = true
    this.#signal?.removeEventListener('abort', this.#onAbort)
    for (const lease of this.#leases.values()) lease.then(giveBack(this.#link), () => undefined)
    this.#leases.clear()
  }

  /** Asks every leader once; answers the positions that are worth another attempt with fresh metadata. */
  async #attempt(
    request: Request,
    positions: readonly Position[],
    settled: Settled<V>,
    maxAgeMs: number,
    scope: Scope,
  ): Promise<Position[]> {
    const { topic } = request
    const metadata = await this.#link.metadataIn(scope, { topics: [topic], maxAgeMs })
    const answer = metadata.topics.get(topic)
    if (answer === undefined || !answer.ok) {
      const problem = answer?.problem ?? { code: 'TOPIC_UNKNOWN', params: { topic } }
      for (const { partition } of positions)
        settled.set(partition, {
          partition,
          answer: { ok: false, problem: { ...problem, scope: partitionScope({ topic, partition }) } },
        })
      // A topic made a moment ago may be unknown to this broker yet.
      return maxAgeMs > 0 ? [...positions] : []
    }
    const leaders = new Map(answer.value.partitions.map(one => [one.partition, one.leader]))
    const byLeader = new Map<number, Position[]>()
    const again: Position[] = []
    for (const position of positions) {
      const leader = leaders.get(position.partition)
      if (leader === undefined || leader === null) {
        const code = leader === undefined ? 'PARTITION_UNKNOWN' : 'LEADER_UNAVAILABLE'
        const error = new AppError(code, { params: { topic, partition: position.partition } })
        settled.set(position.partition, fail(topic, position.partition, error))
        again.push(position)
      } else byLeader.set(leader, [...(byLeader.get(leader) ?? []), position])
    }
    const { topicId } = answer.value
    const stale = await Promise.all(
      [...byLeader].map(([broker, mine]) => this.#askLeader(request, topicId, broker, mine, settled, scope)),
    )
    again.push(...stale.flat())
    if (again.length > 0) this.#link.forget(topic)
    return again
  }

  async #askLeader(
    request: Request,
    topicId: string,
    broker: number,
    positions: readonly Position[],
    settled: Settled<V>,
    scope: Scope,
  ): Promise<Position[]> {
    const { topic } = request
    const isolation = request.isolation === 'read_committed' ? 1 : 0
    const wire: FetchRequest = {
      topic,
      topicId,
      maxWaitMs: request.maxWaitMs ?? MAX_WAIT_MS,
      maxBytes: request.maxBytes ?? MAX_BYTES,
      isolation,
      partitions: positions.map(one => ({ maxBytes: PARTITION_BYTES, ...one })),
    }
    let parts: FetchedPart[]
    try {
      const marks = request.isolation === 'read_uncommitted' && request.includeAborted === true
      parts = await (marks ? this.#askMarked(broker, wire, scope) : this.#ask(broker, wire, scope))
    } catch (error) {
      if (scope.signal.aborted || this.#closed) throw error
      for (const { partition } of positions) settled.set(partition, fail(topic, partition, error))
      // The leader may have died and another taken over: worth one look at fresh metadata.
      return error instanceof AppError && error.code === 'BROKER_UNREACHABLE' ? [...positions] : []
    }
    const byPartition = new Map(parts.map(part => [part.partition, part]))
    const again: Position[] = []
    const outside: Position[] = []
    for (const position of positions) {
      const part = byPartition.get(position.partition)
      const code = part?.errorCode ?? 3
      if (part !== undefined && code === 0)
        settled.set(position.partition, this.#decode(request, position, part))
      else if (code === OFFSET_OUT_OF_RANGE) outside.push(position)
      else {
        settled.set(
          position.partition,
          fail(topic, position.partition, kafkaError(code, { topic, partition: position.partition })),
        )
        if (STALE_METADATA.has(code)) again.push(position)
      }
    }
    if (outside.length > 0) await this.#tellRanges(request, outside, settled, scope)
    return again
  }

  async #ask(broker: number, wire: FetchRequest, scope: Scope): Promise<FetchedPart[]> {
    const response = await withinPart(scope, part => this.#send(broker, wire, part))
    if (response.errorCode !== 0) throw kafkaError(response.errorCode, { topic: wire.topic })
    return response.parts
  }

  /**
   * A broker tells only committed readers which transactions were aborted. So everything up to the last stable
   * offset is asked for as committed, and what has nothing there as uncommitted: it lies behind an open
   * transaction, where nobody can tell yet.
   */
  async #askMarked(broker: number, wire: FetchRequest, scope: Scope): Promise<FetchedPart[]> {
    const parts = await this.#ask(broker, { ...wire, isolation: 1, maxWaitMs: 0 }, scope)
    // A broker fills partitions as they stand: one that got nothing beside others may only have to be asked again.
    const isEmpty = parts.every(part => part.records.length === 0)
    const told = new Map(parts.map(part => [part.partition, part]))
    const behind = wire.partitions.filter(({ partition, offset }) => {
      const part = told.get(partition)
      if (part === undefined || part.errorCode !== 0 || part.records.length > 0) return false
      return isEmpty || offset >= part.lastStableOffset
    })
    if (behind.length === 0) return parts
    const maxWaitMs = isEmpty ? wire.maxWaitMs : 0
    const open = await this.#ask(broker, { ...wire, maxWaitMs, partitions: behind }, scope)
    for (const part of open) told.set(part.partition, part)
    return [...told.values()]
  }

  /** The broker's answer to an offset out of range says nothing but that; where the log lies now is asked for. */
  async #tellRanges(
    request: Request,
    outside: readonly Position[],
    settled: Settled<V>,
    scope: Scope,
  ): Promise<void> {
    const { topic } = request
    const where = outside.map(({ partition }) => ({ topic, partition }))
    const [starts, ends] = await Promise.all([
      listOffsets(this.#link, where, 'earliest', 'read_uncommitted', scope),
      listOffsets(this.#link, where, 'latest', 'read_uncommitted', scope),
    ])
    for (const [i, { partition, offset }] of outside.entries()) {
      const start = starts[i]?.answer
      const end = ends[i]?.answer
      const params = {
        topic,
        partition,
        offset: offset.toString(),
        ...(start?.ok ? { logStartOffset: `${start.value.offset}`, start: `${start.value.offset}` } : {}),
        ...(end?.ok ? { highWatermark: `${end.value.offset}`, end: `${end.value.offset - 1n}` } : {}),
      }
      settled.set(partition, fail(topic, partition, new AppError('OFFSET_OUT_OF_RANGE', { params })))
    }
  }

  /**
   * One request on this fetcher's connection to that broker; once more on a fresh one when a warm one turns
   * out dead.
   */
  async #send(broker: number, wire: FetchRequest, scope: Scope) {
    for (let attempt = 1; ; attempt++) {
      const lease = await this.#lease(broker, scope)
      if (this.#closed) throw new AppError('CANCELLED')
      lease.underWay++
      try {
        return await send(lease.link.connection, lease.link.api, [wire], scope)
      } catch (error) {
        // Whatever was lost may still be under way: nobody else can use this connection.
        destroy(lease.link.connection)
        if (scope.signal.aborted || attempt > 1 || !isConnectionLost(error)) throw error
      } finally {
        lease.underWay--
      }
    }
  }

  /** Two calls at once to one broker share its connection, also when both find it dead. */
  async #lease(broker: number, scope: Scope): Promise<Lease> {
    for (let known = this.#leases.get(broker); known !== undefined; known = this.#leases.get(broker)) {
      const held = await known.catch(() => null)
      if (held?.link.connection.isConnected()) return held
      if (this.#leases.get(broker) === known) this.#leases.delete(broker)
    }
    if (this.#closed) throw new AppError('CANCELLED')
    const made = fetchConnections(this.#link)
      .acquire(broker, scope)
      .then(link => ({ link, underWay: 0 }))
    this.#leases.set(broker, made)
    return made
  }
}

function giveBack(link: ClusterLink): (lease: Lease) => void {
  return lease => {
    if (lease.underWay > 0) destroy(lease.link.connection)
    else fetchConnections(link).release(lease.link)
  }
}

function fail(topic: string, partition: number, error: unknown): FetchedOf<never> {
  return { partition, answer: failed(partitionScope({ topic, partition }), error) }
}

function undecoded(
  request: Request,
  { partition, offset }: Position,
  part: FetchedPart,
): FetchedOf<FetchedBatches> {
  const found = readBatches(request, partition, offset, part)
  const { highWatermark, lastStableOffset, logStartOffset } = part
  const bytes = part.records.length
  const value = { ...found, highWatermark, lastStableOffset, logStartOffset, bytes }
  memories.set(value, part.records.buffer)
  return { partition, answer: { ok: true, value } }
}

function decoded(request: Request, { partition, offset }: Position, part: FetchedPart): FetchedPartition {
  const { records, nextOffset, corrupt } = decodePartition({
    partition,
    buffer: part.records,
    fetchOffset: offset,
    isolation: request.isolation,
    abortedTransactions: part.abortedTransactions,
    includeAborted: request.includeAborted === true,
    lastStableOffset: part.lastStableOffset,
    wholeBatches: request.wholeBatches === true,
  })
  // What came before the broken batch is worth having; asked again at the batch itself, it is the answer.
  if (corrupt !== null && nextOffset === offset) {
    const params = {
      topic: request.topic,
      partition,
      offset: corrupt.offset.toString(),
      reason: corrupt.reason,
      fault: corrupt.fault,
      ...(corrupt.nextOffset === null ? {} : { nextOffset: corrupt.nextOffset.toString() }),
    }
    return fail(request.topic, partition, new AppError('DECODE_FAILED', { params }))
  }
  const { highWatermark, lastStableOffset, logStartOffset } = part
  const bytes = part.records.length
  const value = { records, nextOffset, highWatermark, lastStableOffset, logStartOffset, bytes }
  memories.set(value, part.records.buffer)
  return { partition, answer: { ok: true, value } }
}
