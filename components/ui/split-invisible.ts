/** A run of plain text, or one character that would not be seen: its short name and its code point. */
export type VisiblePart =
  | { text: string; mark: null }
  | { text: string; mark: { name: string; title: string } }

// C0 and C1 controls, soft hyphen, Arabic letter mark, zero-width and bidirectional controls, line
// separators, BOM, tag characters, lone surrogates.
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200c\u200e-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\u{e0000}-\u{e007f}]/gu

const C0 = [
  'NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI',
  'DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US',
]
  .join(' ')
  .split(' ')

const NAMES: Record<number, string> = {
  127: 'DEL',
  173: 'SHY',
  1564: 'ALM',
  8203: 'ZWSP',
  8204: 'ZWNJ',
  8206: 'LRM',
  8207: 'RLM',
  8232: 'LS',
  8233: 'PS',
  8234: 'LRE',
  8235: 'RLE',
  8236: 'PDF',
  8237: 'LRO',
  8238: 'RLO',
  8288: 'WJ',
  8294: 'LRI',
  8295: 'RLI',
  8296: 'FSI',
  8297: 'PDI',
  65279: 'BOM',
}

/**
 * Parts of a text in order. ZWJ is left alone: it joins emoji and letters of several scripts. Linear in the
 * text's length.
 */
export function splitInvisible(text: string): VisiblePart[] {
  const parts: VisiblePart[] = []
  let from = 0
  for (const match of text.matchAll(HIDDEN)) {
    if (match.index > from) parts.push({ text: text.slice(from, match.index), mark: null })
    from = match.index + match[0].length
    parts.push({ text: match[0], mark: markOf(match[0].codePointAt(0) ?? 0) })
  }
  if (from < text.length || parts.length === 0) parts.push({ text: text.slice(from), mark: null })
  return parts
}

function markOf(point: number): { name: string; title: string } {
  const title = `U+${point.toString(16).toUpperCase().padStart(4, '0')}`
  return { name: C0[point] ?? NAMES[point] ?? title, title }
}

/** The text with a hidden character's short name in its place: for names that are read aloud or compared. */
export function nameInvisible(text: string): string {
  return splitInvisible(text)
    .map(part => part.mark?.name ?? part.text)
    .join('')
}
