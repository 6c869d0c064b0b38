import { type Replay, type ReplayState, replays } from '@/lib/contracts/replays'
import { stream } from '@/server/http/verb'
import { readReplay } from './get-replay'

const FINAL: ReadonlySet<ReplayState> = new Set<ReplayState>(['completed', 'partial', 'cancelled', 'failed'])
/** Another replica may run it: then only the store tells. */
const LOOK_MS = 1_000
/** Not more often than this, however fast it runs. */
const SHORTEST_MS = 200

/** Progress of one replay, at once and whenever it changes, until it ends. */
export const streamReplay = stream(replays.events, async function* (ctx, input) {
  const runner = ctx.services.replays.of(input.cluster)
  let last = ''
  for (;;) {
    const changed = nextChange(wake => runner.onProgress(input.replay, wake), ctx.signal)
    let replay: Replay
    try {
      replay = await readReplay(ctx, input)
    } catch (error) {
      changed.cancel()
      throw error
    }
    const text = JSON.stringify(replay)
    if (text !== last) yield { event: 'replay' as const, data: replay }
    last = text
    // A cancelled replay ends when its last records are settled.
    if (FINAL.has(replay.state) && replay.remaining === 0) {
      changed.cancel()
      yield { event: 'done' as const, data: { state: replay.state } }
      return
    }
    await changed.promise
    if (ctx.signal.aborted) return
  }
})

/** Resolves at the next change after a short rest, after a second, or when nobody listens any more. */
function nextChange(listen: (wake: () => void) => () => void, signal: AbortSignal) {
  let finish: () => void = () => undefined
  const promise = new Promise<void>(resolve => {
    finish = resolve
  })
  const madeAt = performance.now()
  let soon: NodeJS.Timeout | undefined
  const wake = () => {
    soon ??= setTimeout(cancel, Math.max(0, SHORTEST_MS - (performance.now() - madeAt)))
  }
  const unlisten = listen(wake)
  const late = setTimeout(() => cancel(), LOOK_MS)
  const cancel = () => {
    clearTimeout(soon)
    clearTimeout(late)
    signal.removeEventListener('abort', cancel)
    unlisten()
    finish()
  }
  signal.addEventListener('abort', cancel, { once: true })
  return { promise, cancel }
}
