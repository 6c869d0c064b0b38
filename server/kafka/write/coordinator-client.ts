import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection } from '@platformatic/kafka'
import { AppError, type ErrorCode, toAppError } from '@/lib/errors'
import type { Connections } from '../protocol/connections'
import { type Scope, untilEnd, within } from '../protocol/deadline'
import { kafkaError, problemError } from '../protocol/errors'
import { CONCURRENT_TRANSACTIONS, judge } from './answer-codes'

/** One try of one request; what hangs is tried again, on another connection where the pool has dropped that one. */
const TRY_MS = 10_000

/** Trouble with a socket or a role that moves: another try may find it mended. */
const PASSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'BROKER_UNREACHABLE',
  'CLUSTER_UNREACHABLE',
  'LEADER_UNAVAILABLE',
  'COORDINATOR_UNAVAILABLE',
  'TIMED_OUT',
])
/** Metadata lags behind creation and restarts for a moment; a topic that stays unknown is gone. */
const UNKNOWN_TRIES = 5

export function mayPass(error: AppError, attempt: number): boolean {
  if (PASSING.has(error.code)) return true
  return (error.code === 'TOPIC_UNKNOWN' || error.code === 'PARTITION_UNKNOWN') && attempt < UNKNOWN_TRIES
}

export const tryScope = (scope: Scope) => ({
  signal: scope.signal,
  timeoutMs: Math.min(TRY_MS, scope.remainingMs()),
})

/**
 * Waits before the next try: 60 ms doubling to half a second, with jitter; a few milliseconds where the
 * coordinator is only finishing the transaction before. When the time does not suffice, the trouble itself is
 * the error, not the clock.
 */
export async function pause(scope: Scope, attempt: number, trouble: AppError, code = 0): Promise<void> {
  const firstMs = code === CONCURRENT_TRANSACTIONS ? 4 : 60
  const delayMs = firstMs * 2 ** Math.min(attempt - 1, 3) * (0.75 + Math.random() / 2)
  if (scope.signal.aborted || delayMs >= scope.remainingMs()) throw trouble
  await untilEnd(scope, sleep(delayMs))
}

/** The transaction coordinator of one transactional id: found, asked, looked for again when it moved. */
export class CoordinatorClient {
  readonly #connections: Connections
  readonly #transactionalId: string
  #broker: number | null = null

  constructor(connections: Connections, transactionalId: string) {
    this.#connections = connections
    this.#transactionalId = transactionalId
  }

  /**
   * Asks until there is an answer other than "not me", "loading" or "wait"; then that answer, good or bad.
   * `onLost` hears of every try that was sent and never answered: it may have been obeyed.
   */
  async ask<T extends { errorCode: number }>(
    scope: Scope,
    key: number,
    versions: readonly number[],
    request: (connection: Connection, version: number, tried: Scope) => Promise<T>,
    onLost?: () => void,
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      let trouble: AppError
      let code = 0
      let sent = false
      try {
        const answer = await within(tryScope(scope), async tried => {
          const { signal } = tried
          const broker = await this.#find(tried)
          const version = await this.#connections.version(broker, key, versions, { signal })
          const connection = await this.#connections.control(broker, { signal, lane: 0 })
          sent = true
          return request(connection, version, tried)
        })
        const verdict = judge(answer.errorCode)
        if (verdict !== 'retry' && verdict !== 'refresh') return answer
        code = answer.errorCode
        trouble = kafkaError(code, { transactionalId: this.#transactionalId })
        if (verdict === 'refresh' && !mayPass(trouble, attempt)) return answer
        if (verdict === 'refresh') this.#broker = null
      } catch (error) {
        trouble = toAppError(error)
        if (sent) onLost?.()
        if (scope.signal.aborted || !mayPass(trouble, attempt)) throw trouble
        this.#broker = null
      }
      await pause(scope, attempt, trouble, code)
    }
  }

  async #find(scope: Scope): Promise<number> {
    if (this.#broker !== null) return this.#broker
    const found = await this.#connections.findCoordinator('transaction', [this.#transactionalId], {
      signal: scope.signal,
      timeoutMs: scope.remainingMs(),
    })
    const answer = found.get(this.#transactionalId)
    if (!answer) throw new AppError('COORDINATOR_UNAVAILABLE')
    if (!answer.ok) throw problemError(answer.problem)
    this.#broker = answer.value
    return answer.value
  }
}
