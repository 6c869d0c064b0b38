import type { FilterWhy, FilterWhyParams } from '@/lib/contracts/filter-why'

/** `why` null: nobody has words for it but the library. */
export type Why = { why: FilterWhy | null; params: FilterWhyParams }

type Case = { why: FilterWhy; of?: RegExp; params?: FilterWhyParams }

const says = (why: FilterWhy, of?: RegExp, params?: FilterWhyParams): Case[] => [
  { why, ...(of && { of }), ...(params && { params }) },
]
const ESCAPE = says('ESCAPE', /(?<text>\\.*?)(?: not allowed in bytes literals)?$/s)

/**
 * What @marcbachmann/cel-js 8.0.0 throws, by its codes; its sentence, without its marks of dynamic types, holds
 * what the words need. Codes of what this environment switches off (optional types, homogeneous lists) are left
 * out, and so is `no_such_key` of a record's data: a field that is missing is a no.
 */
const CASES: Record<string, Case[]> = {
  unexpected_character: says('CHARACTER', /^Unexpected character: (?:'(?<quoted>.*)'|(?<text>.*))$/s),
  invalid_number: says('NUMBER', /: (?<text>.*)$/s),
  invalid_integer: says('NUMBER', /: (?<text>.*)$/s),
  invalid_hex_integer: says('NUMBER', /: (?<text>.*)$/s),
  invalid_exponent: says('EXPONENT'),
  newline_in_string: says('STRING_LINE'),
  unterminated_string: says('STRING_OPEN'),
  unterminated_triple_quoted_string: says('STRING_OPEN'),
  bytes_unicode_escape: ESCAPE,
  invalid_unicode_escape: ESCAPE,
  invalid_unicode_surrogate: ESCAPE,
  invalid_hex_escape: ESCAPE,
  invalid_octal_escape: says('ESCAPE', undefined, { text: '\\0–\\7' }),
  octal_escape_out_of_range: ESCAPE,
  invalid_escape_sequence: ESCAPE,
  limit_exceeded: says('LIMIT', /^Exceeded (?<what>\w+) \((?<max>\d+)\)$/),
  expected_token: [
    { why: 'ENDS_WITHOUT', of: /^Expected (?<wanted>\w+), got EOF$/ },
    { why: 'EXPECTED', of: /^Expected (?<wanted>\w+), got (?<found>\w+)$/ },
  ],
  unexpected_token: [
    { why: 'ENDS', of: /: EOF$/ },
    { why: 'UNEXPECTED', of: /: (?<found>\w+)$/ },
  ],
  reserved_identifier: says('RESERVED', /: (?<name>.*)$/s),
  invalid_macro_argument: [
    { why: 'HAS', of: /^has\(\)/ },
    { why: 'LOOP_NAME', of: /^(?<call>.*) invalid predicate iteration variable$/ },
    { why: 'LOOP_NAME', of: /^invalid variable argument$/, params: { call: 'cel.bind(var, value, result)' } },
  ],
  unknown_variable: says('UNKNOWN', /: (?<name>.*)$/s),
  invalid_condition_type: [
    { why: 'CONDITION', of: /^Ternary .*'(?<type>.*)'$/ },
    { why: 'LOOP_CONDITION', of: /^(?<call>.*?)(?: filter)? predicate must return bool, got '(?<type>.*)'$/ },
  ],
  invalid_logical_operand: says('LOGIC', /'(?<type>.*)'$/),
  no_such_overload: says('OPERATION', /^no such overload: (?<operation>.*)$/s),
  no_matching_overload: says('CALL', /'(?<call>.*)'$/s),
  invalid_comprehension_range: says('RANGE', /^Expression of type '(?<type>.*)' cannot/),
  incompatible_ternary_branches: says('BRANCHES', /'(?<one>.*)' and '(?<other>.*)'$/),
  invalid_index_type: [
    { why: 'LIST_INDEX', of: /^List index must be int, got '(?<type>.*)'$/ },
    { why: 'NO_FIELDS', of: /^Cannot index type '(?<type>.*?)'/ },
  ],
  cannot_index_type: says('NO_FIELDS', /'(?<type>.*)'$/),
  no_such_key: says('FIELD', /: (?<name>.*)$/s),
  index_out_of_bounds: [
    { why: 'OUT_OF_LIST', of: /index (?<index>-?\d+) >= size (?<size>\d+)$/ },
    { why: 'OUT_OF_LIST', of: /index (?<index>-\d+) < 0$/, params: { size: 'unknown' } },
  ],
  variable_type_mismatch: [
    { why: 'NO_TIMESTAMP', of: /^Variable 'timestamp' .* got 'null'$/ },
    { why: 'VARIABLE', of: /^Variable '(?<name>.*)' is not of type '(?<wanted>.*)', got '(?<found>.*)'$/ },
  ],
  field_type_mismatch: says('VARIABLE', /'(?<name>.*)' is not of type '(?<wanted>.*)', got '(?<found>.*)'$/s),
  list_item_type_mismatch: says(
    'VARIABLE',
    /'(?<name>.*)' is not of type '(?<wanted>.*)', got '(?<found>.*)'$/,
  ),
  numeric_overflow: says('OVERFLOW'),
  division_by_zero: says('DIVISION'),
  modulo_by_zero: says('DIVISION'),
  bool_conversion_error: says('CONVERSION', undefined, { wanted: 'bool' }),
  double_conversion_error: says('CONVERSION', undefined, { wanted: 'double' }),
  int_conversion_error: says('CONVERSION', undefined, { wanted: 'int' }),
  uint_conversion_error: says('CONVERSION', undefined, { wanted: 'uint' }),
  index_out_of_range: says('OUT_OF_TEXT'),
  invalid_timestamp: says('TIME'),
  invalid_duration: says('DURATION', /: (?:'(?<empty>)'|(?<text>.*))$/s),
  invalid_regular_expression: says('PATTERN'),
  // What decoding gives and CEL has no type for is an ExactNumber.
  unsupported_type: says('DIGITS'),
}

/** As they are typed; what is a kind of thing (a name, a number) has words. */
const TOKENS: Record<string, string> = {
  PLUS: '+',
  MINUS: '-',
  MULTIPLY: '*',
  DIVIDE: '/',
  MODULO: '%',
  EQ: '==',
  NE: '!=',
  LT: '<',
  LE: '<=',
  GT: '>',
  GE: '>=',
  AND: '&&',
  OR: '||',
  NOT: '!',
  IN: 'in',
  LPAREN: '(',
  RPAREN: ')',
  LBRACKET: '[',
  RBRACKET: ']',
  LBRACE: '{',
  RBRACE: '}',
  DOT: '.',
  COMMA: ',',
  COLON: ':',
  QUESTION: '?',
}
const TOKEN_PARAMS: ReadonlySet<string> = new Set(['wanted', 'found'])

/** Of one code, the first whose sentence fits counts. */
export const casesOf = (code: string): readonly Case[] =>
  Object.hasOwn(CASES, code) ? (CASES[code] ?? []) : []

/** As long as a sentence bears: what somebody typed may have thousands of characters. */
const PARAM_CHARS = 200

/** The library's error as a code with parameters. `sentence`: what it says, as people are shown it. */
export function whyOf(code: string, sentence: string): Why {
  for (const { why, of, params = {} } of casesOf(code)) {
    const found = of?.exec(sentence)
    if (found === null) continue
    const isToken = code.endsWith('_token')
    const told: FilterWhyParams = { ...params }
    for (const [group, text] of Object.entries(found?.groups ?? {})) {
      if (text === undefined) continue
      const name = group === 'quoted' || group === 'empty' ? 'text' : group
      const shown = isToken && TOKEN_PARAMS.has(name) ? (TOKENS[text] ?? text) : text
      told[name] = /^(?:max|size)$/.test(name) ? Number(shown) : shown.slice(0, PARAM_CHARS)
    }
    return { why, params: told }
  }
  return { why: null, params: {} }
}
