import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '@/lib/errors'
import type { CallOptions } from '../port'

const DEFAULT_CALL_MS = 10_000
/** Made once: an error costs its stack trace, and every call that went well ends with this. */
const OVER = new AppError('CANCELLED')

/** One call's time and way out, handed down to every request it makes. */
export type Scope = {
  readonly signal: AbortSignal
  remainingMs(): number
  /** A change was sent and its answer is awaited: if the call ends now, whatever ends it, the outcome is unknown. */
  atStake: boolean
}

/** The promise, or the scope's end if that comes first; what is left behind is never an unhandled rejection. */
export function untilEnd<T>(scope: Scope, promise: Promise<T>): Promise<T> {
  const { signal } = scope
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

/**
 * Runs one call under its deadline: rejects with TIMED_OUT when the time is over and CANCELLED when the
 * caller's signal aborts, even when the work below hangs, since the client knows no signal.
 */
export async function within<T>(
  options: CallOptions | undefined,
  run: (scope: Scope) => Promise<T>,
): Promise<T> {
  const { signal: outer, timeoutMs = DEFAULT_CALL_MS } = options ?? {}
  if (outer?.aborted) throw new AppError('CANCELLED')
  const controller = new AbortController()
  const endsAt = performance.now() + timeoutMs
  const scope: Scope = {
    signal: controller.signal,
    remainingMs: () => Math.max(0, endsAt - performance.now()),
    atStake: false,
  }
  const end = (cause: AppError) =>
    controller.abort(scope.atStake ? new AppError('OUTCOME_UNKNOWN', { cause }) : cause)
  const timer = setTimeout(() => end(new AppError('TIMED_OUT', { params: { timeoutMs } })), timeoutMs)
  const cancel = () => end(new AppError('CANCELLED'))
  outer?.addEventListener('abort', cancel, { once: true })
  try {
    return await untilEnd(scope, run(scope))
  } finally {
    clearTimeout(timer)
    outer?.removeEventListener('abort', cancel)
    // What still runs below must not go on asking for an answer that nobody reads.
    if (!controller.signal.aborted) controller.abort(OVER)
  }
}

/**
 * A part of a call (one broker of many): its own shorter time, so that one that hangs leaves the others their
 * answer.
 */
export function withinPart<T>(scope: Scope, run: (scope: Scope) => Promise<T>): Promise<T> {
  return within({ signal: scope.signal, timeoutMs: scope.remainingMs() * 0.85 }, run)
}

/** Waits with jitter before attempt `attempt` (1, 2, ...): about 60 ms, 120 ms, 240 ms; ends with the scope. */
export async function backOff(scope: Scope, attempt: number): Promise<void> {
  const delayMs = 60 * 2 ** (attempt - 1) * (0.75 + Math.random() / 2)
  if (delayMs >= scope.remainingMs()) throw new AppError('TIMED_OUT')
  await untilEnd(scope, sleep(delayMs))
}
