/** A number that neither an int64 nor a double can hold without losing digits. */
export class ExactNumber {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/**
 * Decoded data for filters: integers are bigint, fractions are number, text is string, bytes are Uint8Array;
 * decimals and times are the same strings as on the screen, so that what one sees is what one filters by.
 */
export type SerdeValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | ExactNumber
  | SerdeValue[]
  | { [name: string]: SerdeValue }

/** An object without a prototype: `__proto__` in the data is a name like any other. */
export function emptyObject(): { [name: string]: SerdeValue } {
  return Object.create(null)
}
