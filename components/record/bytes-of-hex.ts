/** The bytes that a run of hex digits stands for; a last odd digit, or what is no digit, ends it. */
export function bytesOfHex(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length >> 1)
  for (let i = 0; i < bytes.length; i++) {
    const pair = text.slice(i * 2, i * 2 + 2)
    if (!/^[0-9a-f]{2}$/i.test(pair)) return bytes.subarray(0, i)
    bytes[i] = Number.parseInt(pair, 16)
  }
  return bytes
}
