/** Finding commands by what people type: Korean words, their initial consonants (ㅈㅊㄹ → 재처리), English words. */
const INITIALS = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ'
const FIRST = 0xac00
const LAST = 0xd7a3
const PER_INITIAL = 588

/** The initial consonants of a text; what is not a Hangul syllable stays. */
export function initialsOf(text: string): string {
  let initials = ''
  for (const char of text) {
    const code = char.charCodeAt(0)
    initials += code >= FIRST && code <= LAST ? INITIALS[Math.floor((code - FIRST) / PER_INITIAL)] : char
  }
  return initials
}

const ONLY_INITIALS = /^[ㄱ-ㅎ\s]+$/

/** How well words match, 0 for not at all. A prefix beats a later word beats the middle of one. */
export function matchScore(query: string, words: readonly string[]): number {
  const wanted = query.normalize('NFC').trim().toLowerCase()
  if (wanted === '') return 1
  const byInitials = ONLY_INITIALS.test(wanted)
  let best = 0
  for (const word of words) {
    const text = word.normalize('NFC').toLowerCase()
    best = Math.max(best, place(text, wanted))
    if (byInitials)
      best = Math.max(best, place(initialsOf(text).replaceAll(' ', ''), wanted.replaceAll(' ', '')) - 0.1)
  }
  return best
}

function place(text: string, wanted: string): number {
  const at = text.indexOf(wanted)
  if (at < 0) return 0
  if (at === 0) return 3
  return /[\s.\-_/]/.test(text[at - 1] ?? '') ? 2 : 1
}

/** `topic/partition/offset`, as copied from a record: where to go. A topic's name holds no slash. */
export function parseRecordAddress(
  query: string,
): { topic: string; partition: number; offset: string } | null {
  const found = /^\s*([A-Za-z0-9._-]{1,249})\s*\/\s*[Pp]?(\d{1,10})\s*\/\s*([\d,]{1,25})\s*$/.exec(query)
  if (!found) return null
  const [, topic = '', partition = '', offset = ''] = found
  const digits = offset.replaceAll(',', '')
  if (Number(partition) > 2_147_483_647 || digits === '' || digits.length > 19) return null
  return { topic, partition: Number(partition), offset: digits }
}

/** A link of this console pasted into the palette: its path. Links of other hosts are text. */
export function parseOwnLink(query: string, origin: string): string | null {
  let url: URL
  try {
    url = new URL(query.trim())
  } catch {
    return null
  }
  return url.origin === origin ? url.pathname + url.search + url.hash : null
}
