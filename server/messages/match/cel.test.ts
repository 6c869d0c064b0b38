import { describe, expect, test } from 'vitest'
import { parseJson } from '@/server/serde/json-value'
import { compileCel, type FilterVariables } from './cel'

const nothing: FilterVariables = {
  key: null,
  value: null,
  headers: new Map(),
  partition: 0n,
  offset: 0n,
  timestamp: null,
  size: 0n,
  topic: 't',
}

function run(text: string, over: Partial<FilterVariables> = {}) {
  const compiled = compileCel(text)
  if (!compiled.ok) throw new Error(compiled.error.message)
  return compiled.filter.test({ ...nothing, ...over })
}

const nest = (levels: number) => `${'('.repeat(levels)}size > 0${')'.repeat(levels)}`

describe('what is wrong points at its place', () => {
  test.each([
    ['value.amount >', 'SYNTAX', 1, 15],
    ['size > 1 &&\n  nope == 1', 'UNKNOWN_NAME', 2, 3],
    ['size > "a"', 'TYPE', 1, 1],
    ['size + 1', 'NOT_A_CONDITION', 1, 1],
    ['size > 0 && topic.matches("(")', 'PATTERN', 1, 27],
    // Backreferences and look-around are what linear time costs.
    ['topic.matches("(a)\\\\1")', 'PATTERN', 1, 15],
    ['topic.matches("(?=a)")', 'PATTERN', 1, 15],
  ])('%j is %s at %i:%i', (text, code, line, column) => {
    const compiled = compileCel(text)
    expect(compiled).toMatchObject({ ok: false, error: { code, line, column } })
  })
})

test('what is wrong is said without inner names', () => {
  const compiled = compileCel('topic.matches(1)')
  expect(compiled.ok ? null : compiled.error.message).toContain("'string.matches(int)'")
  expect(run('value.a > 1', { value: { a: 'text' } })).toMatchObject({
    error: 'no such overload: string > int',
  })
  expect(run('value.a > 1', { value: { a: ['text'] } })).toMatchObject({
    error: 'no such overload: list<string> > int',
  })
  expect(run('value.a.matches("x")', { value: { a: ['text'] } })).toMatchObject({
    error: expect.stringContaining("'list.matches(string)'"),
  })
})

describe('what costs too much is refused before it is evaluated', () => {
  test.each([
    ['three loops inside each other', 'value.all(a, value.all(b, value.all(c, true)))'],
    ['five hundred terms', Array.from({ length: 500 }, (_, i) => `size != ${i}`).join(' && ')],
    ['a list of a thousand', `size in [${Array.from({ length: 1000 }, (_, i) => i).join(',')}]`],
    ['a text of five thousand characters', `topic == "${'x'.repeat(5000)}"`],
    ['sixty brackets', nest(60)],
  ])('%s', (_, text) => {
    expect(compileCel(text)).toMatchObject({ ok: false, error: { code: 'TOO_COSTLY' } })
  })

  test('two loops, many brackets and long lists of what people write pass', () => {
    expect(compileCel('value.all(a, value.exists(b, a == b))').ok).toBe(true)
    expect(compileCel(nest(20)).ok).toBe(true)
    expect(compileCel(`size in [${Array.from({ length: 100 }, (_, i) => i).join(',')}]`).ok).toBe(true)
  })
})

test('a pattern that takes a backtracking engine for ever comes back', () => {
  const value = { text: `${'a'.repeat(50_000)}!` }
  expect(run('value.text.matches("^(a+)+$")', { value })).toBe(false)
})

describe.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'prototype', 'length'])(
  '%s is a field like any other',
  name => {
    const there = JSON.parse(
      `{"${name}": "x", "inner": {"${name}": null}, "list": [{"a": {"${name}": {}}}], "n": 7}`,
    )
    test.each([
      [`value.${name} == "x"`, true],
      [`value["${name}"] == "y"`, false],
      [`has(value.${name}) && "${name}" in value && value.n == 7.0`, true],
      [`value.inner.${name} == null`, true],
      [`value.list.exists(one, has(one.a.${name}))`, true],
      [`value.exists(field, field == "${name}")`, true],
      [`value.inner == value.inner && value.inner != {"n": 7}`, true],
      [`value.${name}.${name} == "x"`, 'missing'],
      [`value.inner.n == 7`, 'missing'],
    ])('%s', (filter, answer) => {
      for (const value of [there, Object.assign(Object.create(null), there)])
        expect(run(filter, { value })).toBe(answer)
      expect(run(filter.replaceAll('value', 'key'), { key: there })).toBe(answer)
    })

    test('also where it is not there', () => {
      for (const value of [{}, JSON.parse('{"text":"x","list":[]}')])
        for (const from of ['value', 'value.text', 'value.list'])
          expect(run(`has(${from}.${name}) || size > 0`, { value })).not.toBe(true)
      expect(run(`value.${name} == "x"`, { value: {} })).toBe('missing')
      expect(run(`value["${name}"] == "x"`, { value: {} })).toBe('missing')
    })
  },
)

test.each(['constructor', '__proto__', 'prototype'])(
  'a map with the name %s is refused, not emptied',
  name => {
    const compiled = compileCel(`size > 0 && value.a == {"b": 1, "${name}": 2}`)
    expect(compiled).toMatchObject({ ok: false, error: { code: 'TYPE', line: 1, column: 33 } })
  },
)

test('nothing behind a name is code', () => {
  const value = JSON.parse(
    '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}',
  )
  expect(run('value.__proto__.polluted && value.constructor.prototype.polluted', { value })).toBe(true)
  expect(run('value.constructor.constructor == 1', { value: {} })).toBe('missing')
  expect(Reflect.get({}, 'polluted')).toBeUndefined()
})

test('a field that is not there is a no, a comparison that has no meaning an error', () => {
  expect(run('value.a == 1', { value: {} })).toBe('missing')
  expect(run('value.a > 1', { value: { a: 'text' } })).toMatchObject({ error: expect.any(String) })
  expect(run('value.a', { value: { a: 'text' } })).toMatchObject({
    error: 'The filter gives neither true nor false.',
  })
})

test('whole numbers of 64 bits are exact', () => {
  const value = { n: 9_007_199_254_740_993n }
  expect(run('value.n == 9007199254740993', { value })).toBe(true)
  expect(run('value.n == 9007199254740992', { value })).toBe(false)
  const unsigned = { value: parseJson('{"n": 18446744073709551615}') }
  expect(run('value.n == 18446744073709551615u', unsigned)).toBe(true)
  expect(run('value.n == 18446744073709551614u', unsigned)).toBe(false)
  expect(run('value.n > 9223372036854775807', unsigned)).toBe(true)
})

test('a number beyond that is told as such, never counted with', () => {
  for (const text of ['18446744073709551616', '-9223372036854775809', '0.10000000000000000001', '1e400'])
    expect(run('value.n == 1', { value: parseJson(`{"n": ${text}}`) })).toMatchObject({
      why: 'DIGITS',
      error: 'a number of the record has more digits than CEL can count with',
    })
})
