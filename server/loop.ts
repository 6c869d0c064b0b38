export type Loop = {
  /** Ends the loop; resolves when the round under way (if any) is over. Safe to call twice. */
  stop(): Promise<void>
}

/**
 * Runs `round` at once and then every `intervalMs`, from start to start, measured on the monotonic clock:
 * never two rounds at once, and a slow one is followed by as long a rest, so that never more than half of the
 * time goes into it. A round that rejects is told to `onError` and the loop goes on.
 */
export function startLoop(
  round: () => Promise<void>,
  options: { intervalMs: number; onError: (error: unknown) => void },
): Loop {
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  const tick = () => {
    const startedMs = performance.now()
    running = Promise.resolve()
      .then(round)
      .catch(options.onError)
      .then(() => {
        if (stopped) return
        const tookMs = performance.now() - startedMs
        timer = setTimeout(
          tick,
          Math.max(options.intervalMs - tookMs, Math.min(tookMs, options.intervalMs * 12)),
        )
      })
  }
  timer = setTimeout(tick, 0)
  return {
    stop() {
      stopped = true
      clearTimeout(timer)
      return running
    },
  }
}
