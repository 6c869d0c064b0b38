/**
 * `unknown` for each parameter that a sentence has words for when nobody knows it:
 * `{groups, select, unknown {…} other {…}}`. Parameters that are there go over it.
 */
export function unknownParams(sentence: unknown): Record<string, string> {
  const names = String(sentence).matchAll(/\{\s*([A-Za-z]\w*)\s*,\s*select\s*,\s*unknown\b/g)
  return Object.fromEntries([...names].map(([, name = '']) => [name, 'unknown']))
}
