import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { pickLocale, pickZone } from './config'
import { loadMessages } from './messages'

type Tree = { [key: string]: string | Tree }
const folder = new URL('.', import.meta.url)

function read(locale: string, file: string): Tree {
  // Every message file is a tree of texts; leaves() fails on anything else.
  return JSON.parse(readFileSync(new URL(`${locale}/${file}`, folder), 'utf8')) as Tree
}

function leaves(tree: Tree, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) => {
    const at = path ? `${path}.${key}` : key
    if (typeof value === 'string') return [[at, value] as [string, string]]
    if (typeof value !== 'object' || value === null) throw new TypeError(`${at} is no text`)
    return leaves(value, at)
  })
}

/** Names of ICU arguments and tags, wherever they stand. Plural and select branches are text, not arguments. */
function placeholders(text: string): string[] {
  const names = new Set<string>()
  for (const [, name = ''] of text.matchAll(/\{\s*([A-Za-z0-9_]+)\s*[,}]/g)) names.add(name)
  for (const [, tag = ''] of text.matchAll(/<\/?([a-z]+)>/g)) names.add(`<${tag}>`)
  return [...names].sort()
}

const files = readdirSync(new URL('ko/', folder)).filter(file => file.endsWith('.json'))

describe('message files', () => {
  it('exist in both languages', () => {
    expect(readdirSync(new URL('en/', folder)).filter(file => file.endsWith('.json'))).toEqual(files)
    expect(files.length).toBeGreaterThan(10)
  })
  it('are all loaded, under their own names', async () => {
    const names = files.map(file => file.replace('.json', '')).sort()
    expect(Object.keys(await loadMessages('ko')).sort()).toEqual(names)
    expect(Object.keys(await loadMessages('en')).sort()).toEqual(names)
  })
})

describe.each(files)('%s', file => {
  const ko = new Map(leaves(read('ko', file)))
  const en = new Map(leaves(read('en', file)))
  it('has the same keys in both languages', () => {
    expect([...en.keys()].sort()).toEqual([...ko.keys()].sort())
  })
  it('has the same placeholders in both languages', () => {
    const differing = [...ko].filter(
      ([key, text]) => placeholders(text).join() !== placeholders(en.get(key) ?? '').join(),
    )
    expect(differing.map(([key]) => key)).toEqual([])
  })
  it('holds no straight apostrophe: ICU reads it as a quote', () => {
    const quoted = [...ko, ...en].filter(([, text]) => text.includes("'"))
    expect(quoted.map(([key]) => key)).toEqual([])
  })
  // A percentage always ends in 퍼센트, so its particle never changes.
  it('puts no alternating particle after a variable', () => {
    const particles = [...ko].filter(([, text]) =>
      /(?<!\{percent)\}(은|는|이|가|을|를|과|와|으로|로)(\s|$)/.test(text),
    )
    expect(particles.map(([key]) => key)).toEqual([])
  })
  it('keeps the glossary', () => {
    const wrong = [...ko].filter(([, text]) => /소비자 그룹|재전송|거절|죄송|당신|고객님|!/.test(text))
    expect(wrong.map(([key]) => key)).toEqual([])
  })
})

describe('pickLocale', () => {
  it.each([
    ['en', 'ko-KR', 'en'],
    [undefined, 'en-US,en;q=0.9,ko;q=0.8', 'en'],
    [undefined, 'fr,ko;q=0.4,en;q=0.3', 'ko'],
    [undefined, 'fr', 'ko'],
    [undefined, 'en;q=0', 'ko'],
    [undefined, null, 'ko'],
    ['xx', 'en', 'en'],
  ])('cookie %s and header %s give %s', (cookie, header, locale) =>
    expect(pickLocale(cookie, header)).toBe(locale),
  )
})

describe('pickZone', () => {
  it('takes the known zones and the browser’s own, nothing else', () => {
    expect(pickZone('UTC')).toEqual({ zone: 'UTC', choice: 'UTC' })
    expect(pickZone('browser:America/New_York')).toEqual({ zone: 'America/New_York', choice: 'browser' })
    expect(pickZone('browser:Not/AZone').choice).toBe('Asia/Seoul')
    expect(pickZone('<script>').choice).toBe('Asia/Seoul')
    expect(pickZone(undefined).zone).toBe('Asia/Seoul')
  })
})
