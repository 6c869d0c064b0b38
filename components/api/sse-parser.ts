import { ApiError } from './api-error'

export type SseEvent = { id: string | null; event: string; data: string }
/** One event may not grow without end when a server misbehaves. */
const MAX_EVENT_CHARS = 8_000_000

/** Splits a text/event-stream into its events (WHATWG HTML, "Server-sent events"): pushes text in, gets events out. */
export class SseParser {
  private rest = ''
  private data: string[] = []
  private size = 0
  private event = ''
  private id: string | null = null

  push(chunk: string): SseEvent[] {
    const events: SseEvent[] = []
    const text = this.rest + chunk
    let from = 0
    for (const found of text.matchAll(/\r\n|\n|\r/g)) {
      // A CR at the very end may be half of a CRLF.
      if (found[0] === '\r' && found.index === text.length - 1) break
      const event = this.line(text.slice(from, found.index))
      if (event) events.push(event)
      from = found.index + found[0].length
    }
    this.rest = text.slice(from)
    if (this.rest.length > MAX_EVENT_CHARS) throw new ApiError('STREAM_LOST')
    return events
  }

  private line(line: string): SseEvent | null {
    if (line === '') {
      const event = this.data.length
        ? { id: this.id, event: this.event || 'message', data: this.data.join('\n') }
        : null
      this.data = []
      this.size = 0
      this.event = ''
      return event
    }
    if (line.startsWith(':')) return null
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1))
    if (field === 'data') {
      this.size += value.length
      if (this.size > MAX_EVENT_CHARS) throw new ApiError('STREAM_LOST')
      this.data.push(value)
    } else if (field === 'event') this.event = value
    else if (field === 'id' && !value.includes('\u0000')) this.id = value
    return null
  }
}
