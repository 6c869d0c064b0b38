export type Suggestion = { insert: string; hint: string }
type SeenField = { path: string; types: readonly string[]; examples: readonly string[] }

const NAMES: readonly SeenField[] = [
  { path: 'value', types: ['any'], examples: [] },
  { path: 'key', types: ['any'], examples: [] },
  { path: 'headers', types: ['map'], examples: [] },
  { path: 'partition', types: ['int'], examples: [] },
  { path: 'offset', types: ['int'], examples: [] },
  { path: 'timestamp', types: ['timestamp'], examples: [] },
  { path: 'size', types: ['int'], examples: [] },
]
const SHOWN = 8
/** The path that is being written left of the caret. */
const WORD = /[A-Za-z_$][\w$]*(?:\.[\w$]*|\["?[^"\]]*"?\]?)*$/

/**
 * What may stand at the caret: names of a record and fields seen in its topic that begin with what is
 * written; `from` is where it begins.
 */
export function completionsAt(
  text: string,
  caret: number,
  fields: readonly SeenField[],
): { list: Suggestion[]; from: number } {
  const before = text.slice(0, caret)
  if (insideString(before)) return { list: [], from: caret }
  const word = WORD.exec(before)?.[0] ?? ''
  const from = caret - word.length
  if (word === '' && before.trim() !== '' && !/[(&|!=<>+,\s]$/.test(before)) return { list: [], from }
  const lower = word.toLowerCase()
  const known = [...NAMES, ...fields]
  const begins = known.filter(one => one.path.toLowerCase().startsWith(lower))
  // `orderId` finds `value.orderId` too.
  const holds =
    lower.length >= 2
      ? known.filter(one => !begins.includes(one) && one.path.toLowerCase().includes(lower))
      : []
  const list = [...begins, ...holds]
    .filter(one => one.path !== word)
    .slice(0, SHOWN)
    .map(one => ({ insert: one.path, hint: one.examples[0] ?? one.types.join(' | ') }))
  return { list, from }
}

/** Is the caret inside of a string that is not closed yet? `["` of a path is not. */
function insideString(before: string): boolean {
  let quote: string | null = null
  for (let i = 0; i < before.length; i++) {
    const char = before[i]
    if (quote !== null) {
      if (char === '\\') i++
      else if (char === quote) quote = null
    } else if ((char === '"' || char === "'") && before[i - 1] !== '[') quote = char
  }
  return quote !== null
}
