import { expect, it } from 'vitest'
import { type Estimated, keepsPace, neverCatchesUp } from './catch-up'

const group: Estimated = {
  status: 'ok',
  lag: '12',
  consumePerSecond: 6,
  producePerSecond: 6,
  catchUpMs: null,
}
const words = (over: Partial<Estimated>) => {
  const one = { ...group, ...over }
  return keepsPace(one) ? 'keeps pace' : neverCatchesUp(one) ? 'never' : 'other'
}

it.each<[Partial<Estimated>, string]>([
  // It reads everything and commits every five seconds: two to ten seconds of records are in its hands.
  [{}, 'keeps pace'],
  [{ catchUpMs: 1_096_000, consumePerSecond: 6.03 }, 'keeps pace'],
  [{ lag: '60' }, 'keeps pace'],
  [{ lag: '61' }, 'never'],
  [{ status: 'warn' }, 'never'],
  [{ consumePerSecond: 0 }, 'never'],
  [{ producePerSecond: 0, catchUpMs: 2000 }, 'other'],
  [{ lag: '0', catchUpMs: 0 }, 'other'],
  [{ lag: null }, 'other'],
  [{ consumePerSecond: null, producePerSecond: null }, 'other'],
])('%j: %s', (over, expected) => expect(words(over)).toBe(expected))
