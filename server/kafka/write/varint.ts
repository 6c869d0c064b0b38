/** Zigzag varints of the record format, exact to 2^52: lengths, counts and deltas. */

/** Of a length or a count, which are int32. */
export const VARINT_BYTES_MAX = 5

function zigzag(n: number): number {
  return n >= 0 ? n * 2 : -n * 2 - 1
}

/** Nearly all are lengths of one or two bytes: those are asked first, without a division. */
export function varintBytes(n: number): number {
  let rest = zigzag(n)
  if (rest < 0x80) return 1
  if (rest < 0x4000) return 2
  let bytes = 3
  for (rest = Math.floor(rest / 0x4000); rest >= 128; rest = Math.floor(rest / 128)) bytes += 1
  return bytes
}

/** Answers where the next byte goes. */
export function writeVarint(to: Buffer, at: number, n: number): number {
  let rest = zigzag(n)
  let position = at
  while (rest >= 128) {
    const isSmall = rest <= 0x7fffffff
    to[position] = (isSmall ? rest & 127 : rest % 128) | 128
    position += 1
    rest = isSmall ? rest >>> 7 : Math.floor(rest / 128)
  }
  to[position] = rest
  return position + 1
}
