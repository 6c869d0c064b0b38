/** Joins class names; falsy ones fall away. Primitives only add classes, they never override each other. */
export function cn(...classes: (string | false | null | undefined)[]): string {
  return classes.filter(Boolean).join(' ')
}
