import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { createTranslator } from 'next-intl'
import { describe, expect, test } from 'vitest'
import { type FilterWhy, type FilterWhyParams, filterWhy } from '@/lib/contracts/filter-why'
import en from '@/lib/i18n/en/search.json'
import ko from '@/lib/i18n/ko/search.json'
import { compileCel, type FilterVariables } from './cel'
import { casesOf, whyOf } from './filter-why'

const record: FilterVariables = {
  key: 'k',
  value: { n: 1n, s: 'x', list: [1n, 'a'], at: 9n },
  headers: new Map(),
  partition: 0n,
  offset: 0n,
  timestamp: null,
  size: 0n,
  topic: 't',
}

/** What a filter is refused for, or what it stumbles over in `record`. */
function said(text: string): {
  sentence: string
  why?: FilterWhy | null | undefined
  params?: FilterWhyParams | undefined
} {
  const compiled = compileCel(text)
  if (!compiled.ok) return { sentence: compiled.error.message, ...compiled.error }
  const answer = compiled.filter.test(record)
  if (typeof answer !== 'object') throw new Error(`${text} gives ${answer}`)
  return { sentence: answer.error, ...answer }
}

const inEnglish = createTranslator({ locale: 'en', messages: { search: en }, namespace: 'search' })
const inKorean = createTranslator({
  locale: 'ko',
  messages: { search: ko },
  namespace: 'search',
  onError: error => {
    throw error
  },
})

const WRONG: [string, FilterWhy, FilterWhyParams][] = [
  ['a ~ b', 'CHARACTER', { text: '~' }],
  ['value.a)', 'CHARACTER', { text: ')' }],
  ['0x', 'NUMBER', { text: '0x' }],
  ['1.5e+ > 1.0', 'EXPONENT', {}],
  ['"a\nb"', 'STRING_LINE', {}],
  ['topic == "abc', 'STRING_OPEN', {}],
  ['topic == """abc', 'STRING_OPEN', {}],
  ['b"\\u0041"', 'ESCAPE', { text: '\\u' }],
  ['"\\u00zz"', 'ESCAPE', { text: '\\u00zz' }],
  ['"\\ud800"', 'ESCAPE', { text: '\\ud800' }],
  ['"\\xzz"', 'ESCAPE', { text: '\\xzz' }],
  ['"\\1"', 'ESCAPE', { text: '\\0–\\7' }],
  ['"\\777"', 'ESCAPE', { text: '\\777' }],
  ['"\\q"', 'ESCAPE', { text: '\\q' }],
  ['1..2', 'EXPECTED', { wanted: 'IDENTIFIER', found: '.' }],
  ['value.[', 'EXPECTED', { wanted: 'IDENTIFIER', found: '[' }],
  ['(value.a', 'ENDS_WITHOUT', { wanted: ')' }],
  ['value.', 'ENDS_WITHOUT', { wanted: 'IDENTIFIER' }],
  ['value.a ==', 'ENDS', {}],
  ['.a', 'UNEXPECTED', { found: '.' }],
  ['if', 'RESERVED', { name: 'if' }],
  [`size in [${'1,'.repeat(250)}1]`, 'LIMIT', { what: 'maxListElements', max: 200 }],
  ['x'.repeat(5000), 'TOO_LONG', { max: 4096 }],
  ['value.all(a, value.all(b, value.all(c, true)))', 'LOOPS', { max: 2 }],
  ['value.exists(1, true)', 'LOOP_NAME', { call: 'exists(var, predicate)' }],
  ['cel.bind(1, 2, true)', 'LOOP_NAME', { call: 'cel.bind(var, value, result)' }],
  ['has(value)', 'HAS', {}],
  ['topic.matches("(")', 'PATTERN', {}],
  ['{"constructor": 1} == value', 'MAP_NAME', { name: 'constructor' }],
  ['nope == 1', 'UNKNOWN', { name: 'nope' }],
  ['size + 1', 'RESULT', { type: 'int' }],
  ['topic ? true : false', 'CONDITION', { type: 'string' }],
  ['value.list.exists(x, 1)', 'LOOP_CONDITION', { call: 'exists(var, predicate)', type: 'int' }],
  [
    'value.list.map(x, "a", x) == []',
    'LOOP_CONDITION',
    { call: 'map(var, filter, transform)', type: 'string' },
  ],
  ['topic && true', 'LOGIC', { type: 'string' }],
  ['size > "a"', 'OPERATION', { operation: 'int > string' }],
  ['!topic', 'OPERATION', { operation: '!string' }],
  ['topic.matches(1)', 'CALL', { call: 'string.matches(int)' }],
  ['partition.exists(x, true)', 'RANGE', { type: 'int' }],
  ['(true ? 1 : "a") == 1', 'BRANCHES', { one: 'int', other: 'string' }],
  ['[1]["a"] == 1', 'LIST_INDEX', { type: 'string' }],
  ['topic.foo', 'NO_FIELDS', { type: 'string' }],
]
const STUMBLED: [string, FilterWhy, FilterWhyParams][] = [
  ['value.s && true', 'LOGIC', { type: 'string' }],
  ['value.s ? true : false', 'CONDITION', { type: 'string' }],
  ['value.n > "a"', 'OPERATION', { operation: 'int > string' }],
  ['value.n.exists(x, true)', 'RANGE', { type: 'int' }],
  ['size(value.n) > 1', 'CALL', { call: 'size(int)' }],
  ['value.s.matches(value.n)', 'CALL', { call: 'string.matches(int)' }],
  ['value.s.matches("(" + value.s)', 'PATTERN', {}],
  ['value.list[value.at] == 1', 'OUT_OF_LIST', { index: '9', size: 2 }],
  ['value.list[-1] == 1', 'OUT_OF_LIST', { index: '-1', size: 'unknown' }],
  ['timestamp > timestamp("2020-01-01T00:00:00Z")', 'NO_TIMESTAMP', {}],
  ['9223372036854775807 + value.n > 0', 'OVERFLOW', {}],
  ['1 / (value.n - 1) > 0', 'DIVISION', {}],
  ['1 % (value.n - 1) > 0', 'DIVISION', {}],
  ['bool(value.s)', 'CONVERSION', { wanted: 'bool' }],
  ['double(value.s) > 1.0', 'CONVERSION', { wanted: 'double' }],
  ['int(value.s) > 1', 'CONVERSION', { wanted: 'int' }],
  ['uint(value.s) > 1u', 'CONVERSION', { wanted: 'uint' }],
  ['value.s.substring(9) == ""', 'OUT_OF_TEXT', {}],
  ['timestamp(value.s) == timestamp(1)', 'TIME', {}],
  ['duration(value.s) == duration("1s")', 'DURATION', { text: 'x' }],
  ['value.s', 'NO_ANSWER', {}],
  ['timestamp(1).getHours(value.s) > 1', 'NOT_EVALUATED', {}],
]

describe.each([
  ['refused', WRONG],
  ['stumbles', STUMBLED],
])('a filter that is %s', (_, cases) => {
  test.each(cases)('%j: %s', (text, why, params) => {
    const about = said(text)
    expect(about).toMatchObject({ why, params })
    expect(about.params).toEqual(params)
    const words = inKorean(`filterWhy.${why}`, about.params)
    expect(words).toMatch(/[가-힣]/)
    expect(words).not.toMatch(/[{}](?!”)/)
    expect(inEnglish(`filterWhy.${why}`, about.params)).not.toMatch(/filterWhy|[{}](?!”)/)
  })
})

test('what nobody has words for is left to the library', () => {
  expect(whyOf('new_in_the_next_version', 'It is new.')).toEqual({ why: null, params: {} })
  expect(whyOf('constructor', 'It is new.')).toEqual({ why: null, params: {} })
  expect(whyOf('reserved_identifier', 'said in another way')).toEqual({ why: null, params: {} })
})

test('every why has its words', () => {
  expect(Object.keys(ko.filterWhy).sort()).toEqual([...filterWhy.options].sort())
})

/** Optional types and typed lists are switched off; filters and their variables are always given. */
const NEVER: ReadonlySet<string> = new Set([
  'optional_value_missing',
  'invalid_optional_argument',
  'optional_expected',
  'incompatible_argument_type',
  'expression_must_be_string',
  'invalid_context',
  // Of calls from outside: operators have no overload for such values.
  'invalid_comparison_type',
  // `join` of a list whose types are known refuses others before.
  'invalid_list_element_type',
])

test('every error that the library throws is known here', () => {
  const folder = dirname(createRequire(import.meta.url).resolve('@marcbachmann/cel-js'))
  const codes = new Set<string>()
  for (const file of readdirSync(folder).filter(name => name.endsWith('.js'))) {
    const source = readFileSync(`${folder}/${file}`, 'utf8')
    const calls = source.matchAll(
      /(?:parseError|evaluationError|typeError|createError|#escapeErr)\(([^;]{0,120})/g,
    )
    for (const [, call = ''] of calls) {
      // The code is the first argument, which may be one of two.
      const first = /^[^,]*/.exec(call)?.[0] ?? ''
      for (const [, code = ''] of first.matchAll(/'([a-z]+(?:_[a-z]+)+)'/g)) codes.add(code)
    }
  }
  expect(codes.size).toBeGreaterThan(40)
  expect([...codes].filter(code => !NEVER.has(code) && casesOf(code).length === 0)).toEqual([])
})
