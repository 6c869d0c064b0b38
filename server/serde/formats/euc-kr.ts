/** EUC-KR with Microsoft's extension (CP949), as the encoding standard has it; null for bytes that are none. */
export function decodeEucKr(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('euc-kr', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

/**
 * Are bytes that are no UTF-8 most likely Korean in EUC-KR? Every byte above 0x7f in pairs of KS X 1001,
 * nearly all of them Hangul syllables (0xB0-0xC8 lead), and no control characters. Random bytes of four pairs
 * pass once in 3,000 times.
 */
export function looksEucKr(bytes: Uint8Array): boolean {
  let pairs = 0
  let syllables = 0
  for (let at = 0; at < bytes.length; at++) {
    const lead = bytes[at] ?? 0
    if (lead < 0x80) {
      if ((lead < 0x20 && lead !== 9 && lead !== 10 && lead !== 13) || lead === 0x7f) return false
      continue
    }
    const trail = bytes[++at] ?? 0
    if (lead < 0xa1 || lead > 0xfe || trail < 0xa1 || trail > 0xfe) return false
    pairs++
    if (lead >= 0xb0 && lead <= 0xc8) syllables++
  }
  return pairs >= 2 && syllables * 10 >= pairs * 7
}
