import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { giveMemoryBack } from './frame-memory'
import { ForeignBytesError, foreignKind, frameAssembler, MAX_FRAME_BYTES } from './frames'

function frame(body: Buffer): Buffer {
  const head = Buffer.alloc(4)
  head.writeInt32BE(body.length)
  return Buffer.concat([head, body])
}

const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

function run(chunks: Buffer[]) {
  const frames: Buffer[] = []
  const errors: Error[] = []
  const push = frameAssembler(
    one => frames.push(one),
    error => errors.push(error),
  )
  for (const chunk of chunks) push(chunk)
  return { frames, errors }
}

describe('frames', () => {
  it('come whole, in order and byte for byte, however the stream is cut', () => {
    const bodies = fc.array(fc.uint8Array({ minLength: 4, maxLength: 300 }), { maxLength: 12 })
    const cuts = fc.array(fc.integer({ min: 1, max: 97 }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(bodies, cuts, (contents, sizes) => {
        const sent = contents.map(body => frame(Buffer.from(body)))
        const stream = Buffer.concat(sent)
        const chunks: Buffer[] = []
        for (let at = 0, n = 0; at < stream.length; n++) {
          const size = sizes[n % sizes.length] ?? 1
          chunks.push(stream.subarray(at, at + size))
          at += size
        }
        const { frames, errors } = run(chunks)
        expect(errors).toEqual([])
        expect(frames.map(one => one.toString('hex'))).toEqual(sent.map(one => one.toString('hex')))
      }),
    )
  })

  it('come so when they are large as well, and when their memory is used again', () => {
    const MIB = 1024 * 1024
    // What is given back is filled with others: a byte that is not written anew would show.
    const contents = [5, MIB - 4, 3 * MIB, 100, 17 * MIB, 2 * MIB + 3, 4, 3 * MIB - 9].map((bytes, i) =>
      Buffer.alloc(bytes, 97 + i),
    )
    const stream = Buffer.concat(contents.map(frame))
    for (const size of [64 * 1024, 333_333, 5 * MIB]) {
      const seen: string[] = []
      const errors: Error[] = []
      const push = frameAssembler(
        whole => {
          seen.push(`${whole.length} ${hashOf(whole)}`)
          giveMemoryBack(whole.buffer)
        },
        error => errors.push(error),
      )
      for (let at = 0; at < stream.length; at += size) push(stream.subarray(at, at + size))
      expect(errors).toEqual([])
      expect(seen).toEqual(contents.map(body => `${body.length + 4} ${hashOf(frame(body))}`))
    }
  })

  it('name what is no Kafka by its first bytes', () => {
    const kind = (bytes: number[] | string) => foreignKind(Buffer.from(bytes as string))
    expect(kind('HTTP/1.1 400')).toBe('http')
    expect(kind([0x15, 3, 3, 0])).toBe('tls')
    expect(kind('220 mail')).toBe('garbage')
    expect(kind([0, 0, 0, 3])).toBe('garbage')
    expect(kind([0xff, 0xff, 0xff, 0xff])).toBe('garbage')
    expect(kind([0, 0, 0, 4])).toBeNull()
    const largest = Buffer.alloc(4)
    largest.writeInt32BE(MAX_FRAME_BYTES + 1)
    expect(foreignKind(largest)).toBe('garbage')
  })

  it('may be large only after a small one', () => {
    const errors: Error[] = []
    const frames: number[] = []
    const assembler = () =>
      frameAssembler(
        one => frames.push(one.length),
        error => errors.push(error),
        100,
      )
    const large = frame(Buffer.alloc(5_000))
    assembler()(large.subarray(0, 8))
    expect(errors).toHaveLength(1)
    const push = assembler()
    push(frame(Buffer.alloc(90)))
    push(large)
    expect(frames).toEqual([94, 5_004])
    expect(errors).toHaveLength(1)
  })

  it('stop at the first bad one and keep nothing of what follows', () => {
    const good = frame(Buffer.from('abcd'))
    const { frames, errors } = run([good, Buffer.from('HTTP/1.1'), good, good])
    expect(frames).toHaveLength(1)
    expect(errors).toHaveLength(1)
    expect(errors[0]).toBeInstanceOf(ForeignBytesError)
  })

  it('turn what the reader throws into an error of the socket, once', () => {
    const errors: Error[] = []
    const push = frameAssembler(
      () => {
        throw new RangeError('decoder')
      },
      error => errors.push(error),
    )
    push(Buffer.concat([frame(Buffer.from('abcd')), frame(Buffer.from('efgh'))]))
    expect(errors.map(one => one.message)).toEqual(['decoder'])
  })
})
