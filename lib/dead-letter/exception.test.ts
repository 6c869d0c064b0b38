import { describe, expect, it } from 'vitest'
import { rootCauseOf, unwrapMessage } from './exception'
import { SPRING_TRACE } from './testing'

/**
 * Far beyond what linear work takes on a busy machine, far below what quadratic work would: a guard, no claim
 * of speed.
 */
const HANGS_MS = 20_000

describe('root cause', () => {
  it.each([
    ['the last cause', SPRING_TRACE, 'java.net.SocketTimeoutException'],
    [
      'no cause: the class thrown',
      'java.lang.IllegalStateException: x\n\tat a.B.c(B.java:1)',
      'java.lang.IllegalStateException',
    ],
    ['a cause without a message', 'a.B: x\nCaused by: a.b.C\n', 'a.b.C'],
    ['Windows line ends', 'a.B: x\r\nCaused by: a.b.C\r\n\tat x', 'a.b.C'],
    [
      "a message's own line",
      'a.B: x\nCaused by: a.b.C: y\nCaused by: the weather: rain\n\tat a.B.c(B.java:1)',
      'a.b.C',
    ],
    ['indented: of a suppressed exception', 'a.B: x\n\tSuppressed: a.S: y\n\tCaused by: a.b.C: z\n', 'a.B'],
    ['in the middle of a line', 'a.B: it was Caused by: a.b.C: z', 'a.B'],
    ['a nested class', 'a.B: x\nCaused by: a.b.C$Inner: y', 'a.b.C$Inner'],
    ['a trace of another language', 'TypeError: x is not a function\n    at y (/app/z.js:1:2)', null],
    ['empty', '', null],
    ['null', null, null],
  ])('%s', (_, trace, expected) => {
    expect(rootCauseOf(trace)).toBe(expected)
  })

  it('stays linear on a trace that is made of near misses', () => {
    const started = performance.now()
    expect(rootCauseOf('Caused by: \n'.repeat(20_000))).toBeNull()
    expect(rootCauseOf(`Caused by: ${'a.'.repeat(100_000)}`)).toBeNull()
    expect(performance.now() - started).toBeLessThan(HANGS_MS)
  })
})

describe('wrappers', () => {
  it.each([
    [null, null],
    ['', ''],
    ['boom', 'boom'],
    ["Listener method 'void a.B.c(java.lang.String)' threw exception; boom", 'boom'],
    ["Listener method 'void a.B.c()' threw exception; ", null],
    ["Listener method 'void a.B.c()' threw exception", null],
    ["Listener method 'cut off", "Listener method 'cut off"],
    ['Listener failed; boom', 'boom'],
    ['Listener failed', null],
    ['Listener failed to start', 'Listener failed to start'],
    ["Listener failed; Listener method 'void a.B.c()' threw exception; boom; or not", 'boom; or not'],
    ['Listener failed; nested exception is a.b.C: boom', 'boom'],
    ['bad SQL; nested exception is a.b.C: boom', 'bad SQL; nested exception is a.b.C: boom'],
    ['Exception thrown at noon; boom', 'Exception thrown at noon; boom'],
    ['failed to deserialize', 'failed to deserialize'],
  ])('%j → %j', (message, expected) => {
    expect(unwrapMessage(message)).toBe(expected)
  })

  it('a thousand wrappers are cut short', () => {
    expect(unwrapMessage('Listener failed; '.repeat(100_000))?.startsWith('Listener failed')).toBe(true)
  })
})
