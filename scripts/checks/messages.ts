export type Messages = { [key: string]: string | Messages }

/** A message file as one level: `list.empty.title` -> text. */
function flatten(messages: Messages, prefix = ''): Map<string, string> {
  const entries = Object.entries(messages).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[prefix + key, value]] : [...flatten(value, `${prefix}${key}.`)],
  )
  return new Map(entries)
}

const BRANCHING = /^(plural|select|selectordinal)$/

/**
 * What an ICU message takes: names of arguments, and tags as `<b>`. Text inside a branch of plural or select
 * is a message of its own, so `one {item}` there is a branch's text and not an argument `item`.
 */
export function placeholdersOf(message: string): Set<string> {
  const found = new Set<string>()
  let at = 0

  const skipQuoted = () => {
    // '' is an apostrophe; a quote before a brace or a tag starts literal text up to the next quote
    if (message[at + 1] === "'") at += 2
    else if (/[{}<#|]/.test(message[at + 1] ?? '')) {
      const end = message.indexOf("'", at + 1)
      at = end === -1 ? message.length : end + 1
    } else at += 1
  }
  const word = () => {
    const read = /^\s*([^\s,{}]*)\s*/.exec(message.slice(at))
    at += read?.[0].length ?? 0
    return read?.[1] ?? ''
  }
  const branches = () => {
    while (at < message.length && message[at] !== '}') {
      word()
      if (message[at] !== '{') break
      at += 1
      text()
      at += 1
      at += /^\s*/.exec(message.slice(at))?.[0].length ?? 0
    }
  }
  const argument = () => {
    at += 1
    const name = word()
    if (name !== '') found.add(name)
    if (message[at] === ',') {
      at += 1
      const kind = word()
      if (BRANCHING.test(kind)) {
        at += 1
        branches()
      } else while (at < message.length && message[at] !== '}') at += 1
    }
  }
  const text = () => {
    while (at < message.length && message[at] !== '}') {
      const tag = /^<\/?([a-z][\w-]*)\s*\/?>/i.exec(message.slice(at))
      if (message[at] === "'") skipQuoted()
      else if (message[at] === '{') {
        argument()
        at += 1
      } else if (tag) {
        found.add(`<${tag[1]}>`)
        at += tag[0].length
      } else at += 1
    }
  }
  text()
  return found
}

/** How two languages of one file differ: keys that only one has, placeholders that differ, texts that are empty. */
export function compareLanguages(one: Messages, other: Messages, names: [string, string]): string[] {
  const [first, second] = [flatten(one), flatten(other)]
  const missing = (from: Map<string, string>, to: Map<string, string>, name: string) =>
    [...from.keys()].filter(key => !to.has(key)).map(key => `${key}: missing in ${name}`)
  const shared = [...first].flatMap(([key, text]): string[] => {
    const translated = second.get(key)
    if (translated === undefined) return []
    if (text.trim() === '' || translated.trim() === '') return [`${key}: empty`]
    const sets = [text, translated].map(message => [...placeholdersOf(message)].sort().join(' '))
    return sets[0] === sets[1]
      ? []
      : [`${key}: ${names[0]} takes "${sets[0]}", ${names[1]} takes "${sets[1]}"`]
  })
  return [...missing(first, second, names[1]), ...missing(second, first, names[0]), ...shared]
}
