const MARK = Symbol.for('milena.SharedError')

/**
 * Base of errors that services throw and verbs catch. Next compiles instrumentation, where services are made,
 * and routes apart, each with a copy of every class: a mark decides what an error is, and not the class, as
 * with AppError.
 */
export abstract class SharedError extends Error {
  /** The class by a name that minifying leaves alone. */
  static readonly mark: string = ''

  static override [Symbol.hasInstance](value: unknown): boolean {
    if (typeof value !== 'object' || value === null) return false
    // biome-ignore lint/complexity/noThisInStatic: each class asks for its own mark
    return Reflect.get(value, MARK) === this.mark
  }

  readonly [MARK]: string

  constructor(message?: string, options?: ErrorOptions) {
    super(message, options)
    this[MARK] = new.target.mark
    this.name = new.target.mark
  }
}
