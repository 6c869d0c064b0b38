const startedAtMs = Date.now()

/** One line of progress on standard error: seconds since the start, who speaks, what happens. */
export function say(who: string, what: string): void {
  const seconds = ((Date.now() - startedAtMs) / 1000).toFixed(1).padStart(6)
  process.stderr.write(`${seconds}s  ${who.padEnd(9)} ${what}\n`)
}

const TELL_EVERY_MS = 20_000

/** Runs what takes long, and says every 20 s that it is still at it; `what` may look for how far it has come. */
export async function whileTelling<T>(
  who: string,
  what: string | (() => string),
  run: () => Promise<T>,
): Promise<T> {
  const startedAtMs = Date.now()
  const telling = setInterval(() => {
    const seconds = Math.round((Date.now() - startedAtMs) / 1000)
    say(who, `${typeof what === 'string' ? what : what()} (${seconds} s so far)`)
  }, TELL_EVERY_MS)
  try {
    return await run()
  } finally {
    clearInterval(telling)
  }
}

/** What a person has to do something about: the message is one sentence, and no stack trace is shown. */
export class SetupError extends Error {
  override name = 'SetupError'
}

/** Prints the sentence of a SetupError, or everything about a fault of our own, and ends the process. */
export function failWith(error: unknown): never {
  if (error instanceof SetupError) process.stderr.write(`\n${error.message}\n`)
  else process.stderr.write(`\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exit(1)
}
