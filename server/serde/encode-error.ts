import { SharedError } from '@/server/shared-error'
import { wordFor } from './describe-value'
import type { SerdeValue } from './serde-value'

/** A value that does not fit its schema: where, as a path from the value's root, and what was wanted. */
export class EncodeError extends SharedError {
  static override readonly mark = 'EncodeError'
  readonly path: string

  constructor(path: string, message: string) {
    super(`${path === '' ? 'the value' : path}: ${message}`)
    this.path = path
  }
}

/** What was wanted at a place, and what stands there instead. */
export function wrong(path: string, wanted: string, value: SerdeValue | undefined): EncodeError {
  return new EncodeError(path, `wants ${wanted}, here is ${wordFor(value)}`)
}

/** `items[3].id` */
export function memberPath(path: string, name: string): string {
  const plain = /^[A-Za-z_]\w*$/.test(name)
  if (plain) return path === '' ? name : `${path}.${name}`
  return `${path}[${JSON.stringify(name.slice(0, 100))}]`
}
