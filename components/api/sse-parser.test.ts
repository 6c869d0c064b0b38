import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SseParser } from './sse-parser'

const STREAM =
  ': hello\n\nid: 7\nevent: changed\ndata: {"a":1}\n\ndata: one\r\ndata:two\r\n\r\nevent: empty\n\ndata\n\n'
const EVENTS = [
  { id: '7', event: 'changed', data: '{"a":1}' },
  { id: '7', event: 'message', data: 'one\ntwo' },
  { id: '7', event: 'message', data: '' },
]

describe('SseParser', () => {
  it('reads events, comments, several data lines and every line ending', () => {
    expect(new SseParser().push(STREAM)).toEqual(EVENTS)
  })
  it('gives the same events however the text is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 40 }), sizes => {
        const parser = new SseParser()
        const events = []
        let at = 0
        for (let i = 0; at < STREAM.length; i++) {
          const size = sizes[i % sizes.length] ?? 1
          events.push(...parser.push(STREAM.slice(at, at + size)))
          at += size
        }
        expect(events).toEqual(EVENTS)
      }),
    )
  })
  it('ends a stream whose one event never ends', () => {
    const parser = new SseParser()
    expect(() => {
      for (let i = 0; i < 20; i++) parser.push('x'.repeat(1_000_000))
    }).toThrow('STREAM_LOST')
  })
})
