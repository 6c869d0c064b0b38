import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { indexJson, indexText } from './json-index'
import { jsonLineAt, jsonLines, linesToText, textLineAt } from './json-tokens'

/**
 * Far beyond what linear work takes on a busy machine, far below what quadratic work would: a guard, no claim
 * of speed.
 */
const HANGS_MS = 20_000

const text = (source: string) => {
  const lines = jsonLines(source)
  return lines && linesToText(lines)
}

describe('jsonLines', () => {
  it('keeps the digits of 64-bit integers and decimals', () => {
    expect(text('{"id":12345678901234567890,"x":1.10,"e":1E+400}')).toBe(
      '{\n  "id": 12345678901234567890,\n  "x": 1.10,\n  "e": 1E+400\n}',
    )
  })
  it('keeps the order and the doubles of keys, and escapes as sent', () => {
    expect(text('{"b":1,"a":2,"b":"\\u00e9\\n"}')).toBe('{\n  "b": 1,\n  "a": 2,\n  "b": "\\u00e9\\n"\n}')
  })
  it('tells the kinds of values apart', () => {
    const kinds = jsonLines('{"k":["s",1,true,null,{},[]]}')?.flatMap(line => line.tokens.map(t => t.kind))
    expect(new Set(kinds)).toEqual(new Set(['punctuation', 'key', 'string', 'number', 'literal', 'null']))
    expect(text('[]')).toBe('[]')
    expect(text(' { } ')).toBe('{}')
    expect(text('"only"')).toBe('"only"')
  })
  it.each([
    '',
    '{',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '[1,]',
    '[1 2]',
    '01',
    '+1',
    '.5',
    'nul',
    'truefalse',
    '"\n"',
    '"\\x"',
    '{"a":1}}',
    "{'a':1}",
    'NaN',
    '{1:2}',
    '[1}',
  ])('is null for %j', source => expect(jsonLines(source)).toBeNull())
  it('agrees with JSON.parse on every value, and loses none of it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        const source = JSON.stringify(value)
        const pretty = text(source)
        expect(pretty).not.toBeNull()
        expect(JSON.parse(pretty ?? '')).toEqual(JSON.parse(source))
      }),
    )
  })
  it('refuses what JSON.parse refuses', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[{}[\]",:0-9a-z.\\ -]{0,12}$/), source => {
        let valid = true
        try {
          JSON.parse(source)
        } catch {
          valid = false
        }
        expect(jsonLines(source) !== null).toBe(valid)
      }),
      { numRuns: 3000 },
    )
  })
  it('survives hostile nesting and length in linear time', () => {
    expect(jsonLines('['.repeat(100_000))).toBeNull()
    const long = `[${'"x",'.repeat(100_000)}1]`
    const started = performance.now()
    expect(jsonLines(long)).toHaveLength(100_003)
    expect(performance.now() - started).toBeLessThan(HANGS_MS)
  })
  it('takes a string of megabytes, and cuts out no more of it than is drawn', () => {
    const source = `{"big": "${'\\n'.repeat(3_000_000)}"}`
    const index = indexJson(source)
    if (!index) throw new Error('not JSON')
    const token = jsonLineAt(source, index, 1, 100).tokens.at(-1)
    expect(token).toMatchObject({ kind: 'string', more: 6_000_002 - 100 })
    expect(token?.text).toHaveLength(100)
  })
})

describe('indexText', () => {
  const lines = (source: string) => {
    const index = indexText(source)
    return Array.from({ length: index.count }, (_, i) => textLineAt(source, index, i).tokens[0]?.text)
  }
  it('ends lines as every system does', () => expect(lines('a\r\nb\rc\n')).toEqual(['a', 'b', 'c', '']))
  it('cuts a long line, never a character', () => {
    const source = `${'x'.repeat(399)}😀${'y'.repeat(500)}`
    const pieces = lines(source)
    expect(pieces.join('')).toBe(source)
    expect(pieces[0]).toBe('x'.repeat(399))
    expect(pieces[1]?.startsWith('😀')).toBe(true)
  })
})
