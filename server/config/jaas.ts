/**
 * A `sasl.jaas.config` value: `<login module> required key="value" ...;` (Kafka's JaasConfig). No class is
 * ever loaded from it.
 */
export type Jaas = { module: string; options: Map<string, string> }

/**
 * Parses one entry, or answers why it can't be read. Quotes are `"` or `'`, with backslash escapes as in
 * Java; comments are not read.
 */
export function parseJaas(text: string): Jaas | { error: string } {
  const tokens = tokenise(text)
  if ('error' in tokens) return tokens
  const [module, flag, ...rest] = tokens.list
  if (!module || module.quoted) return { error: 'must begin with the name of a login module' }
  if (!flag || !/^(required|requisite|sufficient|optional)$/i.test(flag.text)) {
    return { error: 'must have `required` after the login module' }
  }
  const end = rest.findIndex(token => token.text === ';' && !token.quoted)
  if (end < 0) return { error: 'must end with a semicolon' }
  if (end < rest.length - 1) return { error: 'must hold one login module only' }
  const options = new Map<string, string>()
  const fields = rest.slice(0, end)
  for (let i = 0; i < fields.length; i += 3) {
    const [name, equals, value] = [fields[i], fields[i + 1], fields[i + 2]]
    if (!name || name.quoted || equals?.text !== '=' || equals.quoted || !value) {
      return { error: 'must hold options as name="value"' }
    }
    if (!value.quoted && (value.text === '=' || value.text === ';'))
      return { error: `has no value for ${name.text}` }
    options.set(name.text, value.text)
  }
  return { module: module.text, options }
}

type Token = { text: string; quoted: boolean }
const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }

function tokenise(text: string): { list: Token[] } | { error: string } {
  const list: Token[] = []
  let at = 0
  while (at < text.length) {
    const char = text.charAt(at)
    if (/\s/.test(char)) {
      at++
    } else if (char === ';' || char === '=') {
      list.push({ text: char, quoted: false })
      at++
    } else if (char === '"' || char === "'") {
      let value = ''
      at++
      while (at < text.length && text.charAt(at) !== char) {
        if (text.charAt(at) === '\\' && at + 1 < text.length) {
          at++
          const escaped = text.charAt(at)
          value += ESCAPES[escaped] ?? escaped
        } else {
          value += text.charAt(at)
        }
        at++
      }
      if (at >= text.length) return { error: 'has a quote that is never closed' }
      list.push({ text: value, quoted: true })
      at++
    } else {
      const start = at
      // An unquoted value runs to the next blank or semicolon; base64 padding in it keeps its `=`.
      const isValue = list.at(-1)?.text === '=' && !list.at(-1)?.quoted
      while (at < text.length && !/[\s;"']/.test(text.charAt(at)) && (isValue || text.charAt(at) !== '='))
        at++
      list.push({ text: text.slice(start, at), quoted: false })
    }
  }
  return { list }
}
