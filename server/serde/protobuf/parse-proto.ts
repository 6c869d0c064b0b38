import { type DecodeError, unusable } from '../decode-error'
import type { EnumDeclaration, FieldDeclaration, MessageDeclaration, ProtoFile } from './proto-file'

const TEXT_CHARS_MAX = 4 * 1024 * 1024
const DEPTH_MAX = 64
const DECLARATIONS_MAX = 100_000

/** Names, numbers, strings and marks; comments and blanks fall out. */
const TOKEN =
  /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\.?[A-Za-z_][\w.]*|[-+]?(?:0[xX][\da-fA-F]+|\d[\w.+]*)|[^\s\w])/y

/**
 * A .proto file (proto2, proto3, editions) as declarations. Options, services, extensions and reserved ranges
 * are read over. Throws DecodeError with the line.
 */
export function parseProto(text: string): ProtoFile {
  if (text.length > TEXT_CHARS_MAX)
    throw unusable('the .proto text is larger than 4 MiB', 'TOO_LARGE', { mebibytes: 4 })
  return new ProtoParser(text).file()
}

class ProtoParser {
  readonly #tokens: string[] = []
  readonly #places: number[] = []
  readonly #text: string
  #at = 0
  #declared = 0
  #proto3 = false

  constructor(text: string) {
    this.#text = text
    for (TOKEN.lastIndex = 0; TOKEN.lastIndex < text.length; ) {
      const from = TOKEN.lastIndex
      const found = TOKEN.exec(text)
      if (!found) {
        const line = lineOf(text, from)
        throw unusable(`not .proto text at line ${line}`, 'NOT_PROTO', { line })
      }
      if (found[1] === undefined) continue
      this.#tokens.push(found[1])
      this.#places.push(from)
    }
  }

  file(): ProtoFile {
    const file: ProtoFile = { package: '', proto3: false, messages: [], enums: [] }
    while (this.#at < this.#tokens.length) {
      const word = this.#next()
      switch (word) {
        case 'syntax':
        case 'edition':
          this.#expect('=')
          this.#proto3 = unquote(this.#next()) !== 'proto2'
          file.proto3 = this.#proto3
          this.#expect(';')
          break
        case 'package':
          file.package = this.#next()
          this.#expect(';')
          break
        case 'message':
          file.messages.push(this.#message(0))
          break
        case 'enum':
          file.enums.push(this.#enum())
          break
        case 'import':
        case 'option':
          this.#skipStatement()
          break
        case 'service':
        case 'extend':
          this.#skipStatement()
          break
        case ';':
          break
        default:
          throw this.#wrong(word)
      }
    }
    return file
  }

  #message(depth: number): MessageDeclaration {
    if (depth > DEPTH_MAX)
      throw unusable(`messages nested deeper than ${DEPTH_MAX}`, 'TOO_DEEP', { levels: DEPTH_MAX })
    this.#count()
    const message: MessageDeclaration = { name: this.#name(), fields: [], messages: [], enums: [] }
    this.#expect('{')
    for (;;) {
      const word = this.#next()
      switch (word) {
        case '}':
          return message
        case 'message':
          // A field may be of a type called `message`: then a number follows, not a body.
          message.messages.push(this.#message(depth + 1))
          break
        case 'enum':
          message.enums.push(this.#enum())
          break
        case 'oneof':
          this.#oneof(message, depth)
          break
        case 'option':
        case 'reserved':
        case 'extensions':
        case 'extend':
          this.#skipStatement()
          break
        case ';':
          break
        default:
          this.#field(message, word, null, depth)
      }
    }
  }

  #oneof(message: MessageDeclaration, depth: number): void {
    const name = this.#name()
    this.#expect('{')
    for (let word = this.#next(); word !== '}'; word = this.#next()) {
      if (word === 'option') this.#skipStatement()
      else if (word !== ';') this.#field(message, word, name, depth)
    }
  }

  #field(message: MessageDeclaration, first: string, oneof: string | null, depth: number): void {
    this.#count()
    const label = first === 'repeated' || first === 'optional' || first === 'required' ? first : ''
    let type = label === '' ? first : this.#next()
    let keyType: string | null = null
    if (type === 'map' && this.#peek() === '<') {
      this.#expect('<')
      keyType = this.#next()
      this.#expect(',')
      type = this.#next()
      this.#expect('>')
    }
    if (!/^\.?[A-Za-z_]/.test(type)) throw this.#wrong(type)
    const name = this.#name()
    this.#expect('=')
    const number = Number(this.#next())
    if (!Number.isInteger(number) || number < 1 || number > 536_870_911) throw this.#wrong(String(number))
    const field: FieldDeclaration = {
      name,
      jsonName: null,
      number,
      repeated: label === 'repeated' || keyType !== null,
      explicit: label === 'optional' || label === 'required' || oneof !== null || !this.#proto3,
      oneof,
      type,
      keyType,
    }
    message.fields.push(field)
    if (this.#peek() === '[') field.jsonName = this.#options()
    if (type === 'group' && this.#peek() === '{') {
      // A group declares its message in place; its name is the type's.
      this.#tokens.splice(this.#at, 0, name)
      this.#places.splice(this.#at, 0, 0)
      message.messages.push(this.#message(depth + 1))
      field.type = name
      field.name = name.toLowerCase()
    } else this.#expect(';')
  }

  #enum(): EnumDeclaration {
    this.#count()
    const made: EnumDeclaration = { name: this.#name(), values: [] }
    this.#expect('{')
    for (let word = this.#next(); word !== '}'; word = this.#next()) {
      if (word === ';') continue
      if ((word === 'option' || word === 'reserved') && this.#peek() !== '=') {
        this.#skipStatement()
        continue
      }
      this.#count()
      this.#expect('=')
      const sign = this.#peek() === '-' ? this.#next() : ''
      made.values.push({ name: word, number: Number(sign + this.#next()) })
      if (this.#peek() === '[') this.#options()
      this.#expect(';')
    }
    return made
  }

  /** `[json_name = "x", ...]`: only the name in JSON matters here. */
  #options(): string | null {
    let depth = 0
    let jsonName: string | null = null
    for (;;) {
      const word = this.#next()
      if (word === '[' || word === '{' || word === '(') depth++
      else if (word === ']' || word === '}' || word === ')') depth--
      else if (word === 'json_name' && depth === 1 && this.#peek() === '=') {
        this.#next()
        jsonName = unquote(this.#next())
      }
      if (depth === 0) return jsonName
    }
  }

  /** To the semicolon, or over the block that comes before one. */
  #skipStatement(): void {
    let depth = 0
    for (;;) {
      const word = this.#next()
      if (word === '{' || word === '(' || word === '[') depth++
      else if (word === '}' || word === ')' || word === ']') {
        depth--
        if (depth === 0 && word === '}' && this.#peek() !== ';') return
      } else if (word === ';' && depth <= 0) return
    }
  }

  #name(): string {
    const name = this.#next()
    if (!/^[A-Za-z_]\w*$/.test(name)) throw this.#wrong(name)
    return name
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at]
  }

  #next(): string {
    const token = this.#tokens[this.#at]
    if (token === undefined) throw unusable('the .proto text ends too early', 'ENDS_EARLY')
    this.#at++
    return token
  }

  #expect(mark: string): void {
    const token = this.#next()
    if (token !== mark) throw this.#wrong(token)
  }

  #count(): void {
    if (++this.#declared > DECLARATIONS_MAX)
      throw unusable('the .proto text declares too much', 'TOO_MANY_PARTS', { max: DECLARATIONS_MAX })
  }

  #wrong(token: string): DecodeError {
    const line = lineOf(this.#text, this.#places[this.#at - 1] ?? 0)
    return unusable(`unexpected ${token.slice(0, 40)} in the .proto text at line ${line}`, 'NOT_PROTO', {
      line,
    })
  }
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length
}

function unquote(token: string): string {
  return token.slice(1, -1)
}
