/**
 * Letters of other scripts that read like ASCII ones (the small, everyday part of Unicode's confusables.txt):
 * a name typed with a Cyrillic `о` looks right and is refused, so the twin is named.
 */
const TWINS: Readonly<Record<string, string>> = {
  ...pairs('абвеёзікмнорстухуѕјһԁԛԝ', 'a6beeзikmhopctyxysjhdqw'),
  ...pairs('АВЕЁІКМНОРСТХУЅЈ', 'ABEEIKMHOPCTXYSJ'),
  ...pairs('αβεικνορτυχ', 'abeikvoptux'),
  ...pairs('ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ', 'ABEZHIKMNOPTYX'),
  ...pairs('ıɑɡⅼｏ‐‑–—−', 'iaglo-----'),
}

function pairs(strange: string, ascii: string): Record<string, string> {
  const twins = [...ascii]
  return Object.fromEntries(
    [...strange].flatMap((letter, i) => {
      const twin = twins[i]
      return twin !== undefined && twin <= '~' ? [[letter, twin]] : []
    }),
  )
}

/** The ASCII character that this one is mistaken for, or null. */
export function twinOf(character: string): string | null {
  if (character <= '~') return null
  if (Object.hasOwn(TWINS, character)) return TWINS[character] ?? null
  // Full-width and mathematical letters.
  const plain = character.normalize('NFKC')
  return /^[A-Za-z0-9._-]$/.test(plain) ? plain : null
}

/** The text with every look-alike written in ASCII. */
export function withTwins(text: string): string {
  let out = ''
  for (const character of text) out += twinOf(character) ?? character
  return out
}
