import { compileLinear } from '@/lib/naming-policy/linear-regex'
import { isRecord, wordFor } from '../describe-value'
import { EncodeError, memberPath } from '../encode-error'
import { ExactNumber, type SerdeValue } from '../serde-value'

type Schema = { [keyword: string]: SerdeValue }

/** A hostile schema can ask for exponential work (`anyOf` in `anyOf`, references in circles): it ends here. */
const STEPS_MAX = 500_000
const DEPTH_MAX = 200

/**
 * Holds a value against a JSON Schema (the keywords of draft 4 to 2020-12 that say something about values;
 * `format` is an annotation). Interpreted: nothing is compiled to code, and patterns run in linear time.
 * Throws EncodeError with the place in the value.
 */
export function validateJson(
  root: SerdeValue,
  references: ReadonlyMap<string, SerdeValue>,
  value: SerdeValue,
): void {
  const problem = new Validator(root, references).check(root, value, '', 0)
  if (problem) throw problem
}

class Validator {
  readonly #root: SerdeValue
  readonly #references: ReadonlyMap<string, SerdeValue>
  #steps = 0

  constructor(root: SerdeValue, references: ReadonlyMap<string, SerdeValue>) {
    this.#root = root
    this.#references = references
  }

  /** What is wrong first; null: nothing. */
  check(
    schema: SerdeValue,
    value: SerdeValue,
    path: string,
    depth: number,
    root = this.#root,
  ): EncodeError | null {
    if (++this.#steps > STEPS_MAX || depth > DEPTH_MAX)
      throw new EncodeError(path, 'the schema asks for more work than is done here')
    if (schema === true) return null
    if (schema === false) return new EncodeError(path, 'is not allowed by the schema')
    if (!isRecord(schema)) return null
    if (typeof schema.$ref === 'string') {
      const found = this.#resolve(schema.$ref, root)
      if (found === null)
        throw new EncodeError(path, `the schema refers to ${schema.$ref.slice(0, 200)}, which is not there`)
      const problem = this.check(found.schema, value, path, depth + 1, found.root)
      if (problem) return problem
    }
    return (
      this.#kind(schema, value, path) ??
      this.#limits(schema, value, path) ??
      this.#members(schema, value, path, depth, root) ??
      this.#items(schema, value, path, depth, root) ??
      this.#combined(schema, value, path, depth, root)
    )
  }

  #resolve(ref: string, root: SerdeValue): { schema: SerdeValue; root: SerdeValue } | null {
    const [name = '', pointer = ''] = ref.split('#', 2)
    const base = name === '' ? root : (this.#references.get(name) ?? this.#byEnd(name))
    if (base === undefined) return null
    let at: SerdeValue | undefined = base
    for (const part of pointer.split('/').slice(1)) {
      const key = unescaped(part).replaceAll('~1', '/').replaceAll('~0', '~')
      at = Array.isArray(at) ? at[Number(key)] : isRecord(at) ? at[key] : undefined
    }
    return at === undefined ? null : { schema: at, root: base }
  }

  /** Registries name references by file, schemas by full address: the end decides. */
  #byEnd(name: string): SerdeValue | undefined {
    for (const [known, schema] of this.#references) if (name.endsWith(`/${known}`)) return schema
    return undefined
  }

  #kind(schema: Schema, value: SerdeValue, path: string): EncodeError | null {
    const types =
      typeof schema.type === 'string' ? [schema.type] : Array.isArray(schema.type) ? schema.type : null
    if (types && !types.some(type => isOf(type, value)))
      return new EncodeError(path, `wants ${types.join(' or ')}, here is ${wordFor(value)}`)
    if (Array.isArray(schema.enum) && !schema.enum.some(one => same(one, value)))
      return new EncodeError(path, 'is not one of the allowed values')
    if (schema.const !== undefined && !same(schema.const, value))
      return new EncodeError(path, 'is not the one allowed value')
    return null
  }

  #limits(schema: Schema, value: SerdeValue, path: string): EncodeError | null {
    const limit = (name: string) => numeric(schema[name])
    const number = numeric(value)
    if (number !== null) {
      const [low, high, above, below, step] = [
        'minimum',
        'maximum',
        'exclusiveMinimum',
        'exclusiveMaximum',
        'multipleOf',
      ].map(limit)
      const strictLow = schema.exclusiveMinimum === true
      const strictHigh = schema.exclusiveMaximum === true
      if (low !== null && low !== undefined && (number < low || (strictLow && number === low)))
        return new EncodeError(path, `is below ${low}`)
      if (high !== null && high !== undefined && (number > high || (strictHigh && number === high)))
        return new EncodeError(path, `is above ${high}`)
      if (above !== null && above !== undefined && number <= above)
        return new EncodeError(path, `is not above ${above}`)
      if (below !== null && below !== undefined && number >= below)
        return new EncodeError(path, `is not below ${below}`)
      if (step && Math.abs(number / step - Math.round(number / step)) > 1e-9)
        return new EncodeError(path, `is no multiple of ${step}`)
    }
    const length = typeof value === 'string' ? [...value].length : null
    if (length !== null) {
      const [least, most] = [limit('minLength'), limit('maxLength')]
      if (least !== null && length < least)
        return new EncodeError(path, `is shorter than ${least} characters`)
      if (most !== null && length > most) return new EncodeError(path, `is longer than ${most} characters`)
      if (typeof schema.pattern === 'string' && !matches(schema.pattern, String(value)))
        return new EncodeError(path, `does not match ${schema.pattern.slice(0, 200)}`)
    }
    return null
  }

  #members(
    schema: Schema,
    value: SerdeValue,
    path: string,
    depth: number,
    root: SerdeValue,
  ): EncodeError | null {
    if (!isRecord(value)) return null
    const names = Object.keys(value)
    const [least, most] = [numeric(schema.minProperties), numeric(schema.maxProperties)]
    if (least !== null && names.length < least)
      return new EncodeError(path, `has fewer than ${least} members`)
    if (most !== null && names.length > most) return new EncodeError(path, `has more than ${most} members`)
    for (const name of Array.isArray(schema.required) ? schema.required : [])
      if (typeof name === 'string' && !Object.hasOwn(value, name))
        return new EncodeError(memberPath(path, name), 'is missing')
    const patterns = isRecord(schema.patternProperties) ? schema.patternProperties : {}
    for (const name of names) {
      const at = memberPath(path, name)
      const member = value[name] ?? null
      let isKnown = false
      if (isRecord(schema.properties) && Object.hasOwn(schema.properties, name)) {
        isKnown = true
        const problem = this.check(schema.properties[name] ?? true, member, at, depth + 1, root)
        if (problem) return problem
      }
      for (const pattern of Object.keys(patterns)) {
        if (!matches(pattern, name)) continue
        isKnown = true
        const problem = this.check(patterns[pattern] ?? true, member, at, depth + 1, root)
        if (problem) return problem
      }
      if (!isKnown && schema.additionalProperties === false)
        return new EncodeError(at, 'is no member that the schema knows')
      if (!isKnown && schema.additionalProperties !== undefined) {
        const problem = this.check(schema.additionalProperties, member, at, depth + 1, root)
        if (problem) return problem
      }
      if (schema.propertyNames !== undefined) {
        const problem = this.check(schema.propertyNames, name, at, depth + 1, root)
        if (problem) return problem
      }
    }
    return this.#dependent(schema, value, path, depth, root)
  }

  #dependent(
    schema: Schema,
    value: { [name: string]: SerdeValue },
    path: string,
    depth: number,
    root: SerdeValue,
  ): EncodeError | null {
    for (const keyword of ['dependentRequired', 'dependentSchemas', 'dependencies']) {
      const rules = schema[keyword]
      if (!isRecord(rules)) continue
      for (const name of Object.keys(rules)) {
        if (!Object.hasOwn(value, name)) continue
        const rule = rules[name]
        if (Array.isArray(rule)) {
          const absent = rule.find(other => typeof other === 'string' && !Object.hasOwn(value, other))
          if (typeof absent === 'string')
            return new EncodeError(memberPath(path, absent), `is missing beside ${name}`)
        } else {
          const problem = this.check(rule ?? true, value, path, depth + 1, root)
          if (problem) return problem
        }
      }
    }
    return null
  }

  #items(
    schema: Schema,
    value: SerdeValue,
    path: string,
    depth: number,
    root: SerdeValue,
  ): EncodeError | null {
    if (!Array.isArray(value)) return null
    const [least, most] = [numeric(schema.minItems), numeric(schema.maxItems)]
    if (least !== null && value.length < least) return new EncodeError(path, `has fewer than ${least} items`)
    if (most !== null && value.length > most) return new EncodeError(path, `has more than ${most} items`)
    if (schema.uniqueItems === true && new Set(value.map(canonical)).size < value.length)
      return new EncodeError(path, 'holds the same item twice')
    const first = Array.isArray(schema.prefixItems)
      ? schema.prefixItems
      : Array.isArray(schema.items)
        ? schema.items
        : []
    const rest = Array.isArray(schema.items) ? schema.additionalItems : schema.items
    for (const [i, item] of value.entries()) {
      const rule = i < first.length ? first[i] : rest
      if (rule === undefined) continue
      const problem = this.check(rule, item, `${path}[${i}]`, depth + 1, root)
      if (problem) return problem
    }
    if (schema.contains !== undefined && schema.minContains !== 0n) {
      const contains = schema.contains
      if (!value.some(item => this.check(contains, item, path, depth + 1, root) === null))
        return new EncodeError(path, 'holds no item of the kind that it must')
    }
    return null
  }

  #combined(
    schema: Schema,
    value: SerdeValue,
    path: string,
    depth: number,
    root: SerdeValue,
  ): EncodeError | null {
    const passes = (one: SerdeValue) => this.check(one, value, path, depth + 1, root) === null
    for (const one of Array.isArray(schema.allOf) ? schema.allOf : []) {
      const problem = this.check(one, value, path, depth + 1, root)
      if (problem) return problem
    }
    if (Array.isArray(schema.anyOf) && !schema.anyOf.some(passes))
      return new EncodeError(path, 'fits none of the alternatives')
    if (Array.isArray(schema.oneOf)) {
      const fitting = schema.oneOf.filter(passes).length
      if (fitting !== 1)
        return new EncodeError(
          path,
          fitting === 0 ? 'fits none of the alternatives' : 'fits more than one of the alternatives',
        )
    }
    if (schema.not !== undefined && passes(schema.not))
      return new EncodeError(path, 'is what the schema forbids')
    if (schema.if !== undefined) {
      const branch = passes(schema.if) ? schema.then : schema.else
      if (branch !== undefined) return this.check(branch, value, path, depth + 1, root)
    }
    return null
  }
}

/** As it is where its escapes are none: then it names nothing. */
function unescaped(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function isOf(type: SerdeValue, value: SerdeValue): boolean {
  switch (type) {
    case 'null':
      return value === null
    case 'boolean':
      return typeof value === 'boolean'
    case 'string':
      return typeof value === 'string'
    case 'array':
      return Array.isArray(value)
    case 'object':
      return isRecord(value)
    case 'number':
      return numeric(value) !== null
    case 'integer':
      return (
        typeof value === 'bigint' ||
        (value instanceof ExactNumber && /^-?\d+$/.test(value.text)) ||
        (typeof value === 'number' && Number.isInteger(value))
      )
    default:
      return false
  }
}

function numeric(value: SerdeValue | undefined): number | null {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  return value instanceof ExactNumber ? Number(value.text) : null
}

function same(a: SerdeValue, b: SerdeValue): boolean {
  const [left, right] = [numeric(a), numeric(b)]
  if (left !== null && right !== null)
    return left === right && (typeof a !== 'bigint' || typeof b !== 'bigint' || a === b)
  return canonical(a) === canonical(b)
}

/** One text for equal values, whatever the order of members. */
function canonical(value: SerdeValue): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (isRecord(value)) {
    const members = Object.keys(value).sort()
    return `{${members.map(name => `${JSON.stringify(name)}:${canonical(value[name] ?? null)}`).join(',')}}`
  }
  if (value instanceof ExactNumber) return value.text
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}

/** Anywhere in the text, as JSON Schema says; a pattern that RE2 can't take holds for nothing and refuses. */
function matches(pattern: string, text: string): boolean {
  return compileLinear(`[\\s\\S]*(?:${pattern})[\\s\\S]*`)?.matchesWhole(text) ?? false
}
