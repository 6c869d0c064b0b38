import { expect, test } from 'vitest'
import { traceOf } from './trace'

const W3C = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
const of = (...headers: [string, string | null][]) => traceOf(headers.map(([name, text]) => ({ name, text })))

test('the W3C header goes before B3, whatever its case; the last one of a name holds', () => {
  expect(of(['b3', '80f198ee56343ba8-e457b5a2e4d86bd1-1'], ['TraceParent', W3C])).toEqual({
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    spanId: '00f067aa0ba902b7',
  })
  expect(of(['traceparent', W3C], ['traceparent', 'broken'])).toBeNull()
})

test('B3 in one header or in several', () => {
  expect(of(['b3', '80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1-05e3ac9a4f6e3b90'])).toEqual({
    traceId: '80f198ee56343ba864fe8b2a57d3eff7',
    spanId: 'e457b5a2e4d86bd1',
  })
  expect(of(['X-B3-TraceId', '80f198ee56343ba8'], ['X-B3-SpanId', 'x'])).toEqual({
    traceId: '80f198ee56343ba8',
    spanId: null,
  })
})

test.each([[[]], [[['b3', '0']]], [[['x-b3-traceid', '0000000000000000']]], [[['traceparent', null]]]])(
  'nothing well-formed is nothing: %j',
  headers => expect(of(...(headers as [string, string | null][]))).toBeNull(),
)
