/** Exceptions as JVM frameworks write them: class, root cause, and the message without the framework's wrappers. */

const DOTTED = String.raw`[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+`
const CAUSED_BY = new RegExp(`^Caused by: (${DOTTED})(?::|$)`)
const FIRST_CLASS = new RegExp(`^(?:Exception in thread "[^"]*" )?(${DOTTED})(?::|$)`)
const NESTED = new RegExp(`^nested exception is (${DOTTED})(?:: ?|$)`)
const THROWN_AT = /^Exception thrown at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z(?:; ?|$)/
const MAX_CLASS_LENGTH = 500

/**
 * The class of the root cause: the last `Caused by: dotted.Class` at the beginning of a line, else the class
 * that the trace begins with. A message may hold a line `Caused by: ...` of its own, hence the dotted name;
 * causes of suppressed exceptions are indented and do not count. null for traces of other languages.
 */
export function rootCauseOf(stackTrace: string | null): string | null {
  if (stackTrace === null) return null
  const at = lastCause(stackTrace)
  if (at !== null) return at.class
  const end = stackTrace.indexOf('\n')
  return bounded(FIRST_CLASS.exec(lineAt(stackTrace, 0, end < 0 ? stackTrace.length : end))?.[1])
}

type Cause = { class: string; index: number }
/** The root cause, its words and its frames are looked for one after the other. */
let last: { stackTrace: string; cause: Cause | null } | null = null

/** Where the root cause's section begins. */
export function lastCause(stackTrace: string): Cause | null {
  if (last?.stackTrace !== stackTrace) last = { stackTrace, cause: findLastCause(stackTrace) }
  return last.cause
}

function findLastCause(stackTrace: string): Cause | null {
  // From the end: the first that fits is the last. Each line is looked at once.
  let from = stackTrace.length
  while (from > 0) {
    const found = stackTrace.lastIndexOf('Caused by: ', from - 1)
    if (found < 0) return null
    if (found === 0 || stackTrace[found - 1] === '\n') {
      const end = stackTrace.indexOf('\n', found)
      const name = bounded(CAUSED_BY.exec(lineAt(stackTrace, found, end < 0 ? stackTrace.length : end))?.[1])
      if (name !== null) return { class: name, index: found }
    }
    from = found
  }
  return null
}

/** What Spring's wrapper says whatever went wrong: the cause says it. */
const SAYS_NOTHING = new Set(['failed to deserialize'])

/**
 * The message that tells what went wrong: the wrapper's own words where it has some, else those behind the
 * root cause's class in the stack trace (`Caused by: com.x.InvalidFormatException: Cannot deserialize ...`).
 * An exception without words leaves what there was.
 */
export function tellingMessage(message: string | null, stackTrace: string | null): string | null {
  if (message === null || !SAYS_NOTHING.has(message)) return message
  return causeMessage(stackTrace) ?? message
}

/** The words behind the root cause's class in the stack trace, on its line; null where there are none. */
export function causeMessage(stackTrace: string | null): string | null {
  const cause = stackTrace === null ? null : lastCause(stackTrace)
  if (stackTrace === null || cause === null) return null
  const from = cause.index + 'Caused by: '.length + cause.class.length
  if (!stackTrace.startsWith(': ', from)) return null
  const end = stackTrace.indexOf('\n', from)
  return lineAt(stackTrace, from + 2, end < 0 ? stackTrace.length : end) || null
}

function lineAt(text: string, from: number, end: number): string {
  const stop = text[end - 1] === '\r' ? end - 1 : end
  return text.slice(from, Math.min(stop, from + MAX_CLASS_LENGTH * 2))
}

function bounded(name: string | undefined): string | null {
  return name !== undefined && name.length <= MAX_CLASS_LENGTH ? name : null
}

/**
 * Takes Spring Kafka's wrappers off a message, as often as they are nested:
 * `Listener method '<signature>' threw exception; <message>` (3.2, 4.1), `Listener failed; <message>` (retry topics),
 * `…; nested exception is <class>: <message>` with `Exception thrown at <time>` between (2.9).
 * An exception without a message leaves nothing: null.
 */
export function unwrapMessage(message: string | null): string | null {
  if (message === null) return null
  let rest = message
  for (let depth = 0; depth < 16; depth++) {
    const inner = withoutWrapper(rest)
    if (inner === null) return rest
    if (inner === '') return null
    rest = inner
  }
  return rest
}

function withoutWrapper(message: string): string | null {
  if (message.startsWith("Listener method '")) {
    const mark = "' threw exception"
    const at = message.indexOf(mark)
    return at < 0 ? null : afterSemicolon(message, at + mark.length)
  }
  if (message.startsWith('Listener failed')) return afterSemicolon(message, 'Listener failed'.length)
  const wrapper = THROWN_AT.exec(message.slice(0, 100)) ?? NESTED.exec(message.slice(0, MAX_CLASS_LENGTH * 2))
  return wrapper ? message.slice(wrapper[0].length) : null
}

function afterSemicolon(message: string, at: number): string | null {
  if (at === message.length) return ''
  return message.startsWith(';', at) ? message.slice(message[at + 1] === ' ' ? at + 2 : at + 1) : null
}

/** Classes that only carry another exception: never what went wrong. */
const CARRIERS = new Set([
  'org.springframework.kafka.listener.ListenerExecutionFailedException',
  'org.springframework.kafka.listener.TimestampedException',
])

/**
 * The root cause by the best evidence: the stack trace; else the direct cause that a header names, unless it
 * is a carrier (2.9 always says TimestampedException there); else the class itself.
 */
export function bestRootCause(
  stackTrace: string | null,
  cause: string | null,
  thrown: string | null,
): string | null {
  const traced = rootCauseOf(stackTrace)
  if (traced !== null) return traced
  if (cause !== null && !CARRIERS.has(cause)) return cause
  return thrown ?? cause
}
