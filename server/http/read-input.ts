import * as z from 'zod'
import { type Endpoint, type InputOf, pathParams, type StreamEndpoint } from '@/lib/contracts/endpoint'
import { AppError, type FieldError } from '@/lib/errors'
import { decodeId } from '@/lib/routes'

const BASE = '/api/v1'
const MOST_BODY_BYTES = 1024 * 1024
const MOST_FIELDS = 50
const LONGEST_NAME = 100

type Contract = Endpoint | StreamEndpoint
/** `longBodyBytes`: what contracts with `longBody` may take. */
export type InputReader<C extends Contract> = (
  request: Request,
  longBodyBytes?: number,
) => Promise<InputOf<C>>

/**
 * Makes the reader of a contract's input: path parameters (also as `~` + base64url), then the query for GET
 * and DELETE, else the JSON body. What the contract does not know is refused. Throws INPUT_INVALID with
 * fields, BODY_TOO_LARGE, BODY_NOT_JSON.
 */
export function inputReader<C extends Contract>(contract: C): InputReader<C> {
  const strict = contract.input.strict()
  const names = pathParams(contract.path)
  const template = `${BASE}${contract.path}`.split('/')
  const inQuery = contract.method === 'GET' || contract.method === 'DELETE'
  const takesLong = 'longBody' in contract && contract.longBody === true
  return async (request, longBodyBytes = MOST_BODY_BYTES) => {
    const url = new URL(request.url)
    const fromPath = readPath(template, url.pathname)
    const rest = inQuery
      ? readQuery(url.searchParams, contract.input)
      : await readBody(request, takesLong ? longBodyBytes : MOST_BODY_BYTES)
    const parsed = strict.safeParse({ ...rest, ...fromPath })
    const twice = names.filter(name => Object.hasOwn(rest, name)).map(unknownField)
    if (parsed.success && twice.length === 0) {
      // `strict` changes what is refused, not what comes out.
      return parsed.data as InputOf<C>
    }
    const fields = [...twice, ...(parsed.error?.issues ?? []).flatMap(toFields)].slice(0, MOST_FIELDS)
    throw new AppError('INPUT_INVALID', { fields })
  }
}

function readPath(template: readonly string[], pathname: string): Record<string, string> {
  const segments = pathname.split('/')
  const found: Record<string, string> = {}
  template.forEach((part, i) => {
    const name = /^\{(.+)\}$/.exec(part)?.[1]
    if (name === undefined) return
    const id = decodeId(segments[i] ?? '')
    if (id === null) {
      throw new AppError('INPUT_INVALID', {
        fields: [{ path: name, code: 'FORMAT', message: 'is not a well-formed path segment' }],
      })
    }
    found[name] = id
  })
  return found
}

function isArrayField(schema: z.ZodType | undefined): boolean {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable) {
    return isArrayField(schema.unwrap() as z.ZodType)
  }
  return schema instanceof z.ZodArray
}

function readQuery(query: URLSearchParams, input: z.ZodObject): Record<string, unknown> {
  const shape: Record<string, z.ZodType | undefined> = input.shape
  const fields: FieldError[] = []
  const found: Record<string, unknown> = {}
  for (const name of new Set(query.keys())) {
    const values = query.getAll(name)
    const schema = Object.hasOwn(shape, name) ? shape[name] : undefined
    if (isArrayField(schema)) put(found, name, values)
    else if (values.length === 1) put(found, name, values[0])
    else fields.push({ path: cut(name), code: 'REPEATED', message: 'may be given once only' })
  }
  if (fields.length > 0) throw new AppError('INPUT_INVALID', { fields: fields.slice(0, MOST_FIELDS) })
  return found
}

/** As an own property whatever its name: assigning `__proto__` would set the prototype. */
function put(target: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true })
}

async function readBody(request: Request, most: number): Promise<Record<string, unknown>> {
  const bytes = await readBytes(request, most)
  if (bytes.length === 0) return {}
  let value: unknown
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const suspicious = text.includes('__proto__') || text.includes('\\u')
    value = suspicious ? JSON.parse(text, withoutProto) : JSON.parse(text)
  } catch (error) {
    throw error instanceof AppError ? error : new AppError('BODY_NOT_JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new AppError('BODY_NOT_JSON')
  return { ...value }
}

function withoutProto(name: string, value: unknown): unknown {
  if (name === '__proto__') throw new AppError('INPUT_INVALID', { fields: [unknownField('__proto__')] })
  return value
}

/**
 * The whole body, never more than `most` bytes in memory, whether or not the client said how long it is.
 * Throws BODY_TOO_LARGE, and CANCELLED when the client goes half-way: its broken connection is none of the
 * store's or the cluster's.
 */
export async function readBytes(request: Request, most: number = MOST_BODY_BYTES): Promise<Uint8Array> {
  const limit = most < 1024 * 1024 ? `${most / 1024} KiB` : `${most / 1024 / 1024} MiB`
  const tooLarge = () => new AppError('BODY_TOO_LARGE', { params: { limit } })
  if (Number(request.headers.get('content-length') ?? 0) > most) throw tooLarge()
  if (!request.body) return new Uint8Array()
  const reader = request.body.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read().catch(cause => {
      throw new AppError('CANCELLED', { cause })
    })
    if (done) break
    size += value.length
    if (size > most) {
      // Not awaited: a client that goes on sending must not hold the answer back.
      reader.cancel().catch(() => undefined)
      throw tooLarge()
    }
    chunks.push(value)
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
}

const cut = (name: string) => (name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name)

function unknownField(name: string): FieldError {
  return { path: cut(name), code: 'UNKNOWN', message: 'is not known here' }
}

/** `be 3`, `have 3 characters`, `have 3 items`: what a bound is of. */
function amount(origin: string, bound: number | bigint): string {
  if (origin === 'string') return `have ${bound} characters`
  return origin === 'array' ? `have ${bound} items` : `be ${bound}`
}

/** zod's issues in our words: stable codes, no value of the input in any message. */
function toFields(issue: z.core.$ZodIssue): FieldError[] {
  const path = cut(issue.path.map(String).join('.'))
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map(key => unknownField(path ? `${path}.${key}` : key))
    case 'invalid_type':
      return issue.message.endsWith('received undefined')
        ? [{ path, code: 'REQUIRED', message: 'is missing' }]
        : [
            {
              path,
              code: 'TYPE',
              message: `must be of type ${issue.expected}`,
              params: { expected: issue.expected },
            },
          ]
    case 'too_small':
      return [
        {
          path,
          code: 'TOO_SMALL',
          message: `must ${amount(issue.origin, issue.minimum)} or more`,
          params: { minimum: Number(issue.minimum), of: issue.origin },
        },
      ]
    case 'too_big':
      return [
        {
          path,
          code: 'TOO_BIG',
          message: `must ${amount(issue.origin, issue.maximum)} or less`,
          params: { maximum: Number(issue.maximum), of: issue.origin },
        },
      ]
    case 'invalid_format':
      return [
        {
          path,
          code: 'FORMAT',
          message: issue.format === 'regex' ? 'is not written as it must be' : `is no ${issue.format}`,
        },
      ]
    case 'invalid_value': {
      const options = issue.values.map(String).join(', ')
      return [{ path, code: 'OPTION', message: `must be one of ${options}`, params: { options } }]
    }
    default:
      return [{ path, code: 'INVALID', message: 'is not valid' }]
  }
}
