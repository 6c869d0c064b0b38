import { readFileSync } from 'node:fs'
import { type Problems, pathText } from './problems'

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * A variable, or the content of the file that `<NAME>_FILE` names (Docker and Kubernetes secrets), its last
 * line break taken off.
 */
export function readVariable(env: Environment, name: string, problems: Problems): string | undefined {
  const direct = env[name]
  if (direct !== undefined && direct !== '') return direct
  const file = env[`${name}_FILE`]
  if (file === undefined || file === '') return undefined
  try {
    return readFileSync(/* turbopackIgnore: true */ file, 'utf8').replace(/\r?\n$/, '')
  } catch {
    problems.add(`${name}_FILE`, `names a file that cannot be read (${file})`)
    return undefined
  }
}

const VARIABLE = /\$(\$?)\{([A-Za-z_][A-Za-z0-9_]*)(?::-?([^}]*))?\}/g

/**
 * `${VAR}`, `${VAR:-default}` and Micronaut's `${VAR:default}` in every text of a parsed file; `$${` stands
 * for itself.
 */
export function substitute(
  value: unknown,
  env: Environment,
  problems: Problems,
  path: readonly PropertyKey[] = [],
): unknown {
  if (typeof value === 'string') {
    return value.replace(VARIABLE, (whole, escaped: string, name: string, fallback: string | undefined) => {
      if (escaped) return whole.slice(1)
      const found = readVariable(env, name, problems) ?? fallback
      if (found === undefined)
        problems.add(pathText(path), `needs the environment variable ${name} (or ${name}_FILE)`)
      return found ?? ''
    })
  }
  if (Array.isArray(value)) return value.map((item, i) => substitute(item, env, problems, [...path, i]))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, substitute(item, env, problems, [...path, key])]),
    )
  }
  return value
}

/** `{security: {protocol: X}}` as `{'security.protocol': X}`: YAML that nests what Java writes with dots. */
export function flatten(value: unknown, prefix = ''): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {}
  const out: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) {
    const name = prefix ? `${prefix}.${key}` : key
    if (typeof item === 'object' && item !== null && !Array.isArray(item))
      Object.assign(out, flatten(item, name))
    else out[name] = item
  }
  return out
}
