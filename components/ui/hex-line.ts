/** Offset, sixteen bytes or so many, ASCII (others as `·`): one line, from one place in the bytes. */
export function hexLine(
  bytes: Uint8Array,
  at: number,
  size = 16,
): { offset: string; hex: string; ascii: string } {
  const part = bytes.subarray(at, at + size)
  let hex = ''
  let ascii = ''
  for (let i = 0; i < size; i++) {
    if (i === 8) hex += ' '
    const byte = part[i]
    hex += byte === undefined ? '   ' : `${byte.toString(16).padStart(2, '0')} `
    if (byte !== undefined) ascii += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·'
  }
  return { offset: at.toString(16).padStart(8, '0'), hex: hex.trimEnd(), ascii }
}
