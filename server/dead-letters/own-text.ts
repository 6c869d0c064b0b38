/** A text of its own, cut to length: V8 keeps the whole of a string alive for a slice of it. */
export function ownText(text: string, length = Number.POSITIVE_INFINITY): string {
  return Buffer.from(text.length > length ? text.slice(0, length) : text, 'utf8').toString('utf8')
}
