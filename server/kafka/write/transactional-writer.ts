import { AppError, toAppError } from '@/lib/errors'
import { partitionKey } from '@/lib/partition-key'
import type { CallOptions, OutgoingRecord, PackedRecord, TransactionalWriter } from '../port'
import { send } from '../protocol/api'
import type { Connections } from '../protocol/connections'
import { type Scope, within } from '../protocol/deadline'
import { kafkaError } from '../protocol/errors'
import {
  fencedError,
  INVALID_TXN_STATE,
  judge,
  MESSAGE_TOO_LARGE,
  NETWORK_EXCEPTION,
  produceError,
} from './answer-codes'
import { BatchMemory } from './batch-memory'
import { CoordinatorClient, mayPass, pause, tryScope } from './coordinator-client'
import { cutBatches, nextSequence } from './cut-batches'
import { encodePacked } from './encode-batch'
import { RecordPacker } from './record-packer'
import {
  ADD_PARTITIONS_KEY,
  addPartitionsApi,
  END_TXN_KEY,
  endTxnApi,
  endTxnV5Api,
  INIT_PRODUCER_ID_KEY,
  initProducerIdApi,
  PRODUCE_KEY,
  type ProduceAnswer,
  type ProducerIdentity,
  produceApi,
  VERSIONS,
} from './transaction-requests'

export type WriterOptions = CallOptions & { transactionTimeoutMs?: number | undefined }

const TRANSACTION_TIMEOUT_MS = 15_000
const OPEN_MS = 30_000
const SEND_MS = 30_000
const END_MS = 30_000
const CLOSE_MS = 3_000
/** How long a broker waits for its replicas: a little less than a try of ours takes. */
const BROKER_WAIT_MS = 8_000
/** Large produces have a lane of their own, so that EndTxn and metadata never stand behind them. */
const PRODUCE_LANE = 1

type Partition = { topic: string; partition: number }

/**
 * Opens a transactional id: fences its former owner and ends what that one left open (InitProducerId, -1/-1).
 * When it answers, every transaction of this id before is wholly committed or wholly aborted, markers
 * written. Throws STATE_CONFLICT when fenced meanwhile, CLUSTER_DENIED without rights, BROKER_TOO_OLD,
 * COORDINATOR_UNAVAILABLE, TIMED_OUT.
 */
export async function openWriter(
  connections: Connections,
  transactionalId: string,
  options: WriterOptions = {},
): Promise<TransactionalWriter> {
  return within({ signal: options.signal, timeoutMs: options.timeoutMs ?? OPEN_MS }, async scope => {
    const features = await connections.features({ signal: scope.signal })
    const writer = new Writer(connections, transactionalId, (features.get('transaction.version') ?? 0) >= 2)
    await writer.open(options.transactionTimeoutMs ?? TRANSACTION_TIMEOUT_MS, scope)
    return writer
  })
}

class Writer implements TransactionalWriter {
  readonly transactionalId: string
  readonly #connections: Connections
  /** transaction.version 2: partitions join by being written to, and every transaction has an epoch of its own. */
  readonly #v2: boolean
  readonly #coordinator: CoordinatorClient
  #identity: ProducerIdentity = { producerId: -1n, producerEpoch: -1 }
  readonly #sequences = new Map<string, number>()
  readonly #memory = new BatchMemory()
  /** Partitions of this transaction; also those whose answer was lost. */
  readonly #touched = new Set<string>()
  /** Sends to one partition go one after the other, so a retry never overtakes. */
  readonly #tails = new Map<string, Promise<unknown>>()
  /** Why this transaction can only be aborted. */
  #broken: AppError | null = null
  /** Why this writer is of no use any more; a new one with the same id finds out what happened and goes on. */
  #dead: AppError | null = null

  constructor(connections: Connections, transactionalId: string, v2: boolean) {
    this.#connections = connections
    this.transactionalId = transactionalId
    this.#v2 = v2
    this.#coordinator = new CoordinatorClient(connections, transactionalId)
  }

  get producerId(): bigint {
    return this.#identity.producerId
  }

  async open(transactionTimeoutMs: number, scope: Scope): Promise<void> {
    const answer = await this.#coordinator.ask(
      scope,
      INIT_PRODUCER_ID_KEY,
      VERSIONS.initProducerId,
      async (connection, version, attempt) =>
        send(connection, initProducerIdApi(version), [this.transactionalId, transactionTimeoutMs], attempt),
    )
    if (judge(answer.errorCode) === 'fenced') throw fencedError(this.transactionalId, answer.errorCode)
    if (answer.errorCode !== 0) throw kafkaError(answer.errorCode, { transactionalId: this.transactionalId })
    this.#identity = { producerId: answer.producerId, producerEpoch: answer.producerEpoch }
  }

  async send(topic: string, records: readonly (OutgoingRecord | PackedRecord)[]): Promise<bigint[]> {
    this.#mustWork()
    const packer = new RecordPacker()
    const cuts = cutBatches(records.map(record => ('bytes' in record ? record : packer.pack(record))))
    const offsets = new Array<bigint>(records.length).fill(-1n)
    try {
      await within({ timeoutMs: SEND_MS }, async scope => {
        const partitions = [...cuts.keys()].map(partition => ({ topic, partition }))
        if (!this.#v2) await this.#addPartitions(partitions, scope)
        const parts = [...cuts].map(([partition, batches]) =>
          this.#inTurn(partitionKey({ topic, partition }), async () => {
            for (const { records: batch, places } of batches) {
              const placed = await this.#produce(topic, partition, batch, scope)
              places.forEach((place, index) => {
                offsets[place] = placed[index] ?? -1n
              })
            }
          }),
        )
        // All of them: nothing of this call is under way any more when it is known that it failed.
        const settled = await Promise.allSettled(parts)
        const bad = settled.find(one => one.status === 'rejected')
        if (bad) throw bad.reason
      })
      return offsets
    } catch (error) {
      this.#broken ??= toAppError(error)
      throw error
    }
  }

  async commit(): Promise<void> {
    this.#mustWork()
    if (this.#touched.size === 0) return
    await this.#end(true, END_MS)
  }

  async abort(): Promise<void> {
    if (this.#dead) return
    const broken = this.#broken
    if (this.#touched.size > 0) await this.#end(false, END_MS)
    // Without an epoch a transaction a lost batch may have used its sequence numbers: the next ones would be
    // taken for its repetition.
    if (broken && !this.#v2)
      this.#die(new AppError('STATE_CONFLICT', { params: { reason: 'reopen' }, cause: broken }))
    this.#broken = null
  }

  async close(): Promise<void> {
    if (this.#dead) return
    try {
      if (this.#touched.size > 0) await this.#end(false, CLOSE_MS)
    } catch {
      // The coordinator aborts it when its time is over; the next owner's opening does so at once.
    }
    this.#dead ??= new AppError('STATE_CONFLICT', { params: { reason: 'closed' } })
  }

  #mustWork(): void {
    const reason = this.#dead ?? this.#broken
    if (reason) throw reason
  }

  async #inTurn<T>(key: string, run: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key)
    const mine = before ? before.then(run, run) : run()
    this.#tails.set(key, mine)
    try {
      return await mine
    } finally {
      if (this.#tails.get(key) === mine) this.#tails.delete(key)
    }
  }

  /** transaction.version below 2: what is written to must be made part of the transaction first. */
  async #addPartitions(partitions: Partition[], scope: Scope): Promise<void> {
    const wanted = partitions.filter(one => !this.#touched.has(partitionKey(one)))
    if (wanted.length === 0) return
    for (const one of wanted) this.#touched.add(partitionKey(one))
    const answers = await this.#coordinator.ask(
      scope,
      ADD_PARTITIONS_KEY,
      VERSIONS.addPartitions,
      async (connection, _version, attempt) => {
        const items = await send(
          connection,
          addPartitionsApi,
          [this.transactionalId, this.#identity, wanted],
          attempt,
        )
        // 55 OPERATION_NOT_ATTEMPTED stands beside the item that failed.
        const worst = items.find(one => one.errorCode !== 0 && one.errorCode !== 55)
        return { errorCode: worst?.errorCode ?? 0, worst }
      },
    )
    if (answers.errorCode === 0) return
    if (judge(answers.errorCode) === 'fenced') throw this.#fenced(answers.errorCode)
    const { topic = '', partition = -1 } = answers.worst ?? {}
    throw produceError(answers.errorCode, topic, partition, null)
  }

  /**
   * One batch to its leader until it is in or can't be; a lost answer is asked again with the same sequence, which
   * writes nothing twice.
   */
  async #produce(topic: string, partition: number, records: PackedRecord[], scope: Scope): Promise<bigint[]> {
    const key = partitionKey({ topic, partition })
    const baseSequence = this.#sequences.get(key) ?? 0
    const producer = { ...this.#identity, baseSequence, transactional: true }
    const batch = encodePacked(records, producer, this.#memory)
    for (let attempt = 1; ; attempt++) {
      let code: number
      let trouble: AppError
      try {
        const answer = await within(tryScope(scope), tried => this.#askLeader(topic, partition, batch, tried))
        code = answer.errorCode
        if (code === 0) {
          this.#sequences.set(key, nextSequence(baseSequence, records.length))
          // Of one that was sent twice the first may still stand in a queue.
          if (attempt === 1) this.#memory.giveBack(batch)
          return records.map((_, index) => answer.baseOffset + BigInt(index))
        }
        trouble = produceError(code, topic, partition, answer.errorMessage)
      } catch (error) {
        trouble = toAppError(error)
        if (scope.signal.aborted || !mayPass(trouble, attempt)) throw trouble
        code = NETWORK_EXCEPTION
        this.#connections.forget(topic)
      }
      const verdict = judge(code)
      if (verdict === 'fenced') throw this.#fenced(code)
      if (code === MESSAGE_TOO_LARGE && records.length > 1) {
        // The topic allows less than our batches hold: halves, under the sequence that the refused batch did not use.
        const middle = Math.ceil(records.length / 2)
        const front = await this.#produce(topic, partition, records.slice(0, middle), scope)
        return [...front, ...(await this.#produce(topic, partition, records.slice(middle), scope))]
      }
      if (verdict === 'failed') throw trouble
      if (verdict === 'refresh' && !mayPass(trouble, attempt)) throw trouble
      if (verdict === 'refresh') this.#connections.forget(topic)
      await pause(scope, attempt, trouble, code)
    }
  }

  async #askLeader(topic: string, partition: number, batch: Buffer, scope: Scope): Promise<ProduceAnswer> {
    const { signal } = scope
    const { brokerId } = await this.#connections.leaderOf(topic, partition, { signal })
    const versions = this.#v2 ? VERSIONS.produceV2 : VERSIONS.produce
    const version = await this.#connections.version(brokerId, PRODUCE_KEY, versions, { signal })
    const connection = await this.#connections.control(brokerId, { signal, lane: PRODUCE_LANE })
    this.#touched.add(partitionKey({ topic, partition }))
    const batches = [{ topic, partition, batch }]
    const [answer] = await send(
      connection,
      produceApi(version),
      [this.transactionalId, BROKER_WAIT_MS, batches],
      scope,
    )
    if (!answer) throw new AppError('KAFKA_ERROR', { params: { kafka: 'ANSWER_UNREADABLE' } })
    return answer
  }

  /**
   * Ends the transaction. A lost answer is settled by asking again with the same epoch: 0 says it is so, 48
   * that it never was. After the answer the coordinator writes the markers; it refuses a next transaction
   * (51, retried) until they stand.
   */
  async #end(commit: boolean, timeoutMs: number): Promise<void> {
    const { transactionalId } = this
    const args: [string, ProducerIdentity, boolean] = [transactionalId, this.#identity, commit]
    let sent = false
    let lost = false
    let answer: { errorCode: number } & Partial<ProducerIdentity>
    try {
      answer = await within({ timeoutMs }, scope =>
        this.#coordinator.ask(
          scope,
          END_TXN_KEY,
          this.#v2 ? VERSIONS.endTxnV2 : VERSIONS.endTxn,
          (connection, version, tried) => {
            sent = true
            return this.#v2
              ? send(connection, endTxnV5Api, args, tried)
              : send(connection, endTxnApi(version), args, tried)
          },
          () => {
            lost = true
          },
        ),
      )
    } catch (error) {
      if (commit && sent) throw this.#die(unknownOutcome(transactionalId, error))
      throw this.#die(toAppError(error))
    }
    const { errorCode, producerId, producerEpoch } = answer
    if (errorCode === 0) {
      if (producerId !== undefined && producerEpoch !== undefined) {
        this.#identity = { producerId, producerEpoch }
        this.#sequences.clear()
      }
      this.#touched.clear()
      return
    }
    if (errorCode === INVALID_TXN_STATE) {
      const aborted = this.#die(
        new AppError('STATE_CONFLICT', { params: { reason: 'transaction-aborted', transactionalId } }),
      )
      if (commit) throw aborted
      return
    }
    if (judge(errorCode) !== 'fenced') throw this.#die(kafkaError(errorCode, { transactionalId }))
    // Whoever fenced us ended it: aborted, unless a try of ours whose answer was lost had been heard before.
    if (commit && lost) throw this.#die(unknownOutcome(transactionalId, errorCode))
    const fenced = this.#fenced(errorCode)
    if (commit) throw fenced
  }

  #fenced(code: number): AppError {
    return this.#die(fencedError(this.transactionalId, code))
  }

  #die(reason: AppError): AppError {
    this.#dead ??= reason
    return reason
  }
}

const unknownOutcome = (transactionalId: string, cause: unknown) =>
  new AppError('OUTCOME_UNKNOWN', { params: { transactionalId }, cause })
