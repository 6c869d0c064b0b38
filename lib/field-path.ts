/** `/a/0` (RFC 6901) or `a.0` as its steps; null: neither. */
export function fieldSteps(path: string): string[] | null {
  if (!path.startsWith('/')) {
    const parts = path.split('.')
    return parts.includes('') ? null : parts
  }
  return path
    .slice(1)
    .split('/')
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** What a JSON value is. */
export type JsonKind = 'text' | 'number' | 'boolean' | 'object' | 'list' | 'null'

/** `value` as JSON.parse gives it. */
export function jsonKind(value: unknown): JsonKind {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'number') return 'number'
  if (typeof value === 'boolean') return 'boolean'
  return typeof value === 'object' ? 'object' : 'text'
}

/** What stands at the path in JSON text; null: nothing, no JSON, or no path. */
export function kindAt(json: string, path: string): JsonKind | null {
  const steps = fieldSteps(path)
  if (steps === null) return null
  let at: unknown
  try {
    at = JSON.parse(json)
  } catch {
    return null
  }
  for (const step of steps) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return null
    if (Array.isArray(at) && !/^\d+$/.test(step)) return null
    at = (at as Record<string, unknown>)[step]
  }
  return jsonKind(at)
}
