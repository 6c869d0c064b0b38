/**
 * Text as every database takes it and gives it back: PostgreSQL stores no NUL, and a lone surrogate would
 * come back as another character.
 */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD')
}
