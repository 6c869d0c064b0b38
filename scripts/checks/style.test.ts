import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findLongFiles, findMixedModules, findOffences, STYLE_RULES } from './style-rules.ts'
import { readTree, repo } from './tree.ts'

const offencesIn = (path: string, line: string) =>
  [...findOffences([{ path, text: `first line\n${line}` }])].flatMap(([name, found]) =>
    found.length ? [name] : [],
  )

describe('the rules see what they forbid', () => {
  const view = 'components/topics/topics-view.tsx'
  // In pieces, since this file is looked through too.
  test.each([
    [view, '<div style={{ color: "#ff0000" }}>', 'no raw colours: token classes only'],
    [view, 'stroke="rgb(1, 2, 3)"', 'no raw colours: token classes only'],
    ['app/page.tsx', 'className="p-2 text-red-500"', "no classes of Tailwind's palette"],
    [view, 'className="hover:bg-white"', "no classes of Tailwind's palette"],
    ['docs/guide.md', `npm i --registry https://registry.${'npmjs'}.org`, 'no hosts of package registries'],
    ['package-lock.json', '"resolved": "https://somewhere/a.tgz"', 'no addresses in the lock file'],
    ['scripts/a.ts', `const at = '/${'work'}/main'`, 'no paths of one machine'],
    ['server/a.ts', `// ${'TO'}DO: later`, 'nothing left for later'],
    ['server/a.ts', `  /** ${'a'.repeat(120)} */`, 'no comment of more than 120 characters a line'],
    ['server/a.ts', `// @ts-${'ignore'}`, 'the compiler and the rules about any and ! are not silenced'],
  ])('%s: %s', (path, line, rule) => {
    expect(offencesIn(path, line)).toEqual([rule])
  })

  test.each([
    [view, 'className="bg-surface text-text-2 border-line text-warn"'],
    [view, 'href="#add-topic"'],
    [view, '// see issue #1234 of kafkajs'],
    ['app/globals.css', '--surface: #ffffff;'],
    ['server/a.ts', `const url = 'http://host/${'work'}/x'`],
  ])('and nothing else: %s: %s', (path, line) => {
    expect(offencesIn(path, line)).toEqual([])
  })

  test('a file of 400 lines is too long, one of 399 is not; generated ones are not counted', () => {
    const lines = (count: number) => Array.from({ length: count }, () => 'x').join('\n')
    const files = [
      { path: 'lib/long.ts', text: lines(400) },
      { path: 'lib/fine.ts', text: `${lines(399)}\n` },
      { path: 'package-lock.json', text: lines(9_000) },
      { path: 'lib/i18n/ko/topics.json', text: lines(401) },
    ]
    expect(findLongFiles(files)).toEqual(['lib/long.ts: 400 lines', 'lib/i18n/ko/topics.json: 401 lines'])
  })

  test('a test that puts others in place of modules, and shares them with the files before and after', () => {
    const apart = ['vi.hoisted(() => vi.resetModules())', 'afterAll(() => void vi.resetModules())']
    const mock = `vi.${'mock'}('./a', () => ({}))`
    const files = [
      { path: 'server/no.test.ts', text: `${mock}\n` },
      { path: 'server/half.test.tsx', text: `${apart[0]}\n${mock}\n` },
      { path: 'server/both.test.ts', text: `${apart.join('\n')}\n${mock}\n` },
      { path: 'server/alone.int.test.ts', text: `${mock}\n` },
    ]
    expect(findMixedModules(files)).toEqual(['server/no.test.ts', 'server/half.test.tsx'])
  })
})

describe('the tree keeps them', () => {
  const tree = readTree()
  const offences = findOffences(tree)

  test('there is a tree to look at', () => {
    expect(tree.length).toBeGreaterThan(50)
  })

  test.each(STYLE_RULES.map(({ name }) => name))('%s', name => {
    expect(offences.get(name)).toEqual([])
  })

  test('files under 400 lines', () => {
    expect(findLongFiles(tree)).toEqual([])
  })

  test('no modules of one test file among those of another', () => {
    expect(findMixedModules(tree)).toEqual([])
  })
})

test('the linter still refuses any, ! and default exports', () => {
  const { linter } = JSON.parse(readFileSync(join(repo, 'biome.json'), 'utf8'))
  expect(linter.enabled).toBe(true)
  expect(linter.rules.suspicious.noExplicitAny).toBe('error')
  expect(linter.rules.style.noNonNullAssertion).toBe('error')
  expect(linter.rules.style.noDefaultExport).toBe('error')
})
