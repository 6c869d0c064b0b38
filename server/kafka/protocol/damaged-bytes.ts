import fc from 'fast-check'

/** For tests of decoders: a good answer of which up to six bytes are others, and which ends anywhere. */
export function damagedBytes(good: Buffer): fc.Arbitrary<Buffer> {
  const changes = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 6 })
  return fc.tuple(changes, fc.nat(good.length)).map(([others, end]) => {
    const bytes = Buffer.from(good.subarray(0, end))
    for (const [at, value] of others) if (at < end) bytes[at] = value
    return bytes
  })
}
