import {
  type ASTNode,
  TypeError as CelTypeError,
  Environment,
  EvaluationError,
  ParseError,
} from '@marcbachmann/cel-js'
import { RE2JS, RE2JSException } from 're2js'
import type { FilterWhy, FilterWhyParams } from '@/lib/contracts/filter-why'
import { FILTER_CHARS_MAX, type FilterCheck } from '@/lib/contracts/message-search'
import { neededLiterals } from './cel-literals'
import { childrenOf, isMacro, pathOf } from './cel-tree'
import { type Why, whyOf } from './filter-why'
import { withoutHiding } from './odd-names'

/** What an expression may be made of: far beyond what people write, far below what costs a record noticeable time. */
const LIMITS = {
  maxAstNodes: 400,
  maxDepth: 40,
  maxListElements: 200,
  maxMapEntries: 50,
  maxCallArguments: 8,
}
/** `a.exists(x, b.exists(y, ...))` looks at |a| x |b| elements; a third level would be a cube. */
const LOOPS_MAX = 2
const PATTERNS_MAX = 64
const NO_PATTERN = 'This is no regular expression that RE2 knows.'
const LOSSY = 'a number of the record has more digits than CEL can count with'

/** The variables of a filter; whole numbers are bigint, timestamp a Date. */
export type FilterVariables = {
  key: unknown
  value: unknown
  headers: unknown
  partition: bigint
  offset: bigint
  timestamp: Date | null
  size: bigint
  topic: string
}

export type CelError = NonNullable<FilterCheck['error']>

export type CelFilter = {
  /** The answer for one record. `missing`: a field that is not there, which is a no. Never throws. */
  test(variables: FilterVariables): boolean | 'missing' | ({ error: string } & Why)
  /**
   * Texts one of which every hit holds in its raw bytes, by the part they stand in; null: nothing is needed
   * for sure.
   */
  literals: ReturnType<typeof neededLiterals>
  /** Variables it looks at. */
  uses: ReadonlySet<string>
  /** Names at the top of key and value that it looks at; null: possibly all. */
  fields: { key: ReadonlySet<string> | null; value: ReadonlySet<string> | null }
}

export type CompiledCel = { ok: true; filter: CelFilter } | { ok: false; error: CelError }

const patterns = new Map<string, RE2JS>()

/** A pattern of RE2's language: linear time whatever the text. Throws for what is none. */
function patternOf(text: string): RE2JS {
  const known = patterns.get(text)
  if (known) return known
  const made = RE2JS.compile(text)
  if (patterns.size >= PATTERNS_MAX) patterns.clear()
  patterns.set(text, made)
  return made
}

const environment = new Environment({ homogeneousAggregateLiterals: false, limits: LIMITS })
  .registerVariable('key', 'dyn')
  .registerVariable('value', 'dyn')
  .registerVariable('headers', 'map<string, dyn>')
  .registerVariable('partition', 'int')
  .registerVariable('offset', 'int')
  .registerVariable('timestamp', 'google.protobuf.Timestamp')
  .registerVariable('size', 'int')
  .registerVariable('topic', 'string')
  .registerFunction('string.matchesRe2(string): bool', (text: string, pattern: string) =>
    patternOf(pattern).matcher(text).find(),
  )

/**
 * A filter of a person, checked and ready: CEL (github.com/google/cel-spec) over the variables above. Nothing
 * is evaluated as code; `matches` is RE2. What is wrong comes back with its line and column.
 */
export function compileCel(text: string): CompiledCel {
  if (text.length > FILTER_CHARS_MAX)
    return wrong(text, 'TOO_COSTLY', 'The filter is too long.', 0, 0, 'TOO_LONG', { max: FILTER_CHARS_MAX })
  try {
    const program = environment.parse(text)
    const refused = inspect(text, program.ast, 0)
    if (refused !== null) return refused
    const checked = program.check()
    if (!checked.valid) return failure(text, checked.error)
    if (checked.type !== 'bool' && checked.type !== 'dyn')
      return wrong(
        text,
        'NOT_A_CONDITION',
        `It gives ${checked.type}, not true or false.`,
        0,
        text.length,
        'RESULT',
        { type: String(checked.type) },
      )
    return { ok: true, filter: toFilter(program.ast, program) }
  } catch (error) {
    return failure(text, error)
  }
}

function toFilter(ast: ASTNode, run: (context: Record<string, unknown>) => unknown): CelFilter {
  const uses = new Set<string>()
  const fields = { key: new Set<string>(), value: new Set<string>() }
  const whole = new Set<string>()
  lookAt(ast, uses, fields, whole)
  return {
    uses,
    fields: {
      key: whole.has('key') ? null : fields.key,
      value: whole.has('value') ? null : fields.value,
    },
    literals: neededLiterals(ast),
    test(variables) {
      const answer = evaluate(run, variables)
      if (typeof answer !== 'object') return answer
      const key = withoutHiding(variables.key)
      const value = withoutHiding(variables.value)
      const isSame = key === variables.key && value === variables.value
      return isSame ? answer : evaluate(run, { ...variables, key, value })
    },
  }
}

function evaluate(
  run: (context: Record<string, unknown>) => unknown,
  variables: FilterVariables,
): ReturnType<CelFilter['test']> {
  // A field that most records lack throws at most records: where it was thrown is nobody's interest, and
  // costs ten times the evaluation.
  const traced = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    const answer = run(variables)
    if (typeof answer === 'boolean') return answer
    return { error: 'The filter gives neither true nor false.', why: 'NO_ANSWER', params: {} }
  } catch (error) {
    if (error instanceof EvaluationError) {
      if (error.code === 'no_such_key') return 'missing'
      const sentence = plain(error)
      const { why, params } = whyOf(error.code, sentence)
      return { error: why === 'DIGITS' ? LOSSY : sentence, why, params }
    }
    if (error instanceof RE2JSException) return { error: NO_PATTERN, why: 'PATTERN', params: {} }
    return { error: 'The filter could not be evaluated.', why: 'NOT_EVALUATED', params: {} }
  } finally {
    Error.stackTraceLimit = traced
  }
}

/**
 * Which variables and which of their fields an expression reads. A loop variable shadows nothing here: that
 * only widens the answer.
 */
function lookAt(
  node: ASTNode,
  uses: Set<string>,
  fields: { key: Set<string>; value: Set<string> },
  whole: Set<string>,
): void {
  const path = pathOf(node)
  if (path !== null) {
    const [root = '', field] = path
    uses.add(root)
    if (root !== 'key' && root !== 'value') return
    if (field === undefined) whole.add(root)
    else fields[root].add(field)
    return
  }
  for (const child of childrenOf(node)) lookAt(child, uses, fields, whole)
}

/** Names that the library leaves out of a map that is written in a filter, without a word. */
const LEFT_OUT: ReadonlySet<unknown> = new Set(['constructor', '__proto__', 'prototype'])

/** Puts RE2 in the place of JavaScript's regular expressions, and refuses what is too costly or no pattern. */
function inspect(text: string, node: ASTNode, loops: number): CompiledCel | null {
  const inside = isMacro(node) ? loops + 1 : loops
  if (inside > LOOPS_MAX)
    return wrong(text, 'TOO_COSTLY', 'Too many loops inside each other.', node.start, node.end, 'LOOPS', {
      max: LOOPS_MAX,
    })
  if (node.op === 'rcall' && node.args[0] === 'matches') {
    const [pattern] = node.args[2]
    if (pattern?.op === 'value' && typeof pattern.args === 'string') {
      try {
        patternOf(pattern.args)
      } catch {
        return wrong(text, 'PATTERN', NO_PATTERN, pattern.start, pattern.end, 'PATTERN')
      }
    }
    node.args[0] = 'matchesRe2'
  }
  if (node.op === 'map')
    for (const [name] of node.args)
      if (name.op === 'value' && LEFT_OUT.has(name.args))
        return wrong(
          text,
          'TYPE',
          `A map can’t be written with the name ${name.args}.`,
          name.start,
          name.end,
          'MAP_NAME',
          { name: String(name.args) },
        )
  for (const child of childrenOf(node)) {
    const refused = inspect(text, child, inside)
    if (refused !== null) return refused
  }
  return null
}

function failure(text: string, error: unknown): CompiledCel {
  if (error instanceof ParseError || error instanceof CelTypeError || error instanceof EvaluationError) {
    const { start = 0, end = text.length } = error.range ?? {}
    const sentence = plain(error)
    const { why, params } = whyOf(error.code, sentence)
    return wrong(text, codeOf(error), `${sentence}.`, start, end, why, params)
  }
  return wrong(text, 'SYNTAX', 'The filter could not be read.', 0, text.length)
}

/** `dyn<int>`, also of lists and maps of lists. */
const DYNAMIC = /\bdyn<((?:[^<>]|<(?:[^<>]|<[^<>]*>)*>)*)>/g

/** What is wrong, without names that are ours alone and without CEL's word for a value of any kind. */
function plain({ summary }: { summary: string }): string {
  return summary.replaceAll('matchesRe2', 'matches').replaceAll(DYNAMIC, '$1')
}

function codeOf({ code, name }: ParseError | CelTypeError | EvaluationError): CelError['code'] {
  if (code.includes('limit') || code.includes('max') || code.includes('depth')) return 'TOO_COSTLY'
  if (code === 'unknown_variable') return 'UNKNOWN_NAME'
  return name === 'ParseError' ? 'SYNTAX' : 'TYPE'
}

function wrong(
  text: string,
  code: CelError['code'],
  message: string,
  start: number,
  end: number,
  why: FilterWhy | null = null,
  params: FilterWhyParams = {},
): { ok: false; error: CelError } {
  const before = text.slice(0, start)
  const line = before.split('\n').length
  const column = start - (before.lastIndexOf('\n') + 1) + 1
  const told = why === null ? {} : { why, params }
  return { ok: false, error: { code, message, line, column, length: Math.max(1, end - start), ...told } }
}
