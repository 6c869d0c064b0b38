import type { Socket } from 'node:net'
import { lendMemory, REUSED_BYTES } from './frame-memory'

/** The peer speaks something else: an HTTP server, a TLS port asked in plain text, noise. */
export class ForeignBytesError extends Error {
  readonly kind: 'http' | 'tls' | 'garbage'
  constructor(kind: 'http' | 'tls' | 'garbage') {
    super(`not Kafka: ${kind}`)
    this.name = 'ForeignBytesError'
    this.kind = kind
  }
}

/** No answer that Milena asks for comes near; a length prefix above it is not Kafka's, and is never waited for. */
export const MAX_FRAME_BYTES = 192 * 1024 * 1024
const SMALLEST_FRAME = 4 // a correlation id
/** A greeting is a kilobyte or two: until it came, a stranger may not make us hold more than this. */
export const MAX_GREETING_BYTES = 1024 * 1024

/** What the first four bytes say about who is speaking; null for a plausible length. */
export function foreignKind(head: Buffer, maxBytes = MAX_FRAME_BYTES): ForeignBytesError['kind'] | null {
  const size = head.readInt32BE(0)
  if (size >= SMALLEST_FRAME && size <= maxBytes) return null
  if (head.toString('latin1', 0, 4) === 'HTTP') return 'http'
  // TLS record: type 20-23, version 3.x
  if ((head[0] ?? 0) >= 0x14 && (head[0] ?? 0) <= 0x17 && head[1] === 3) return 'tls'
  return 'garbage'
}

/**
 * Cuts a byte stream into whole Kafka answers (length prefix included), each one Buffer.
 * The library decodes 64 KB chunks in quadratic time and throws out of the socket's event on a bogus length:
 * it gets whole frames only. A large one is put together as it comes, in memory that may be given back.
 */
export function frameAssembler(
  deliver: (frame: Buffer) => void,
  fail: (error: Error) => void,
  firstMaxBytes = MAX_FRAME_BYTES,
) {
  let maxBytes = firstMaxBytes
  let pending: Buffer[] = []
  let have = 0
  let need = 0
  let failed = false
  let filling: Buffer | null = null
  let filled = 0

  const gather = () => {
    const [first] = pending
    const whole = pending.length === 1 && first ? first : Buffer.concat(pending, have)
    pending = [whole]
    return whole
  }

  const hand = (frame: Buffer): void => {
    maxBytes = MAX_FRAME_BYTES
    try {
      deliver(frame)
    } catch (error) {
      failed = true
      pending = []
      fail(error instanceof Error ? error : new Error(String(error)))
    }
  }

  return (read: Buffer): void => {
    if (failed) return
    let chunk = read
    if (filling !== null) {
      const taken = chunk.copy(filling, filled)
      filled += taken
      if (filled < filling.length) return
      const frame = filling
      filling = null
      chunk = chunk.subarray(taken)
      hand(frame)
      if (failed || chunk.length === 0) return
    }
    pending.push(chunk)
    have += chunk.length
    while (have >= SMALLEST_FRAME) {
      if (need === 0) {
        const head = (pending[0]?.length ?? 0) >= 4 ? (pending[0] as Buffer) : gather()
        const kind = foreignKind(head, maxBytes)
        if (kind) {
          failed = true
          pending = []
          fail(new ForeignBytesError(kind))
          return
        }
        need = head.readInt32BE(0) + 4
      }
      if (have < need) {
        if (need < REUSED_BYTES.least || need > REUSED_BYTES.most) return
        filling = lendMemory(need)
        filled = 0
        for (const part of pending) filled += part.copy(filling, filled)
        pending = []
        have = 0
        need = 0
        return
      }
      const whole = gather()
      const frame = whole.subarray(0, need)
      const rest = whole.subarray(need)
      pending = rest.length > 0 ? [rest] : []
      have = rest.length
      need = 0
      hand(frame)
      if (failed) return
    }
  }
}

/** Puts the assembler between a socket and the library, which attaches its `data` listener only once connected. */
export function guardSocket(socket: Socket, firstMaxBytes?: number): void {
  const on = socket.on.bind(socket)
  const guarded = (event: string, listener: (...args: unknown[]) => void) => {
    if (event !== 'data') return on(event, listener)
    const assemble = frameAssembler(
      frame => listener(frame),
      error => socket.destroy(error),
      firstMaxBytes,
    )
    return on('data', (chunk: Buffer) => assemble(chunk))
  }
  // Socket.on is a set of overloads by event name; only the `data` one behaves differently here.
  socket.on = guarded as Socket['on']
}
