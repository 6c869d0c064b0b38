/** PostgreSQL's number of the type `bytea`. */
const BYTEA = 17

/**
 * How PGlite's text protocol writes and reads `bytea` (`\x` and hexadecimal digits). Its own way goes digit by
 * digit in JavaScript, some 150 ns a byte: a chart that reads half a megabyte of packed history waited for that
 * more than for anything else.
 */
export const pgliteBytes = {
  parsers: { [BYTEA]: (text: string): Uint8Array => Buffer.from(text.slice(2), 'hex') },
  serializers: {
    [BYTEA]: ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
      `\\x${Buffer.from(buffer, byteOffset, byteLength).toString('hex')}`,
  },
}
