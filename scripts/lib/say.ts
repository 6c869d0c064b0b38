const startedAtMs = Date.now()

/** One line of progress on standard error: seconds since the start, who speaks, what happens. */
export function say(who: string, what: string): void {
  const seconds = ((Date.now() - startedAtMs) / 1000).toFixed(1).padStart(6)
  process.stderr.write(`${seconds}s  ${who.padEnd(9)} ${what}\n`)
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
