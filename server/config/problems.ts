import { AppError, type FieldError } from '@/lib/errors'

/** What is wrong, and where: `clusters[0].bootstrapServers`. Never holds a value that could be a secret. */
export type ConfigProblem = { path: string; message: string }

/** Collects everything that is wrong, so that a person corrects the file once. */
export class Problems {
  readonly list: ConfigProblem[] = []

  add(path: string, message: string): void {
    this.list.push({ path, message })
  }

  /** Throws CONFIG_FILE_INVALID with all problems, one a line. */
  throwIfAny(file: string | null): void {
    if (this.list.length === 0) return
    const lines = this.list.map(p => (p.path ? `  ${p.path}: ${p.message}` : `  ${p.message}`))
    throw new AppError('CONFIG_FILE_INVALID', {
      detail: `The configuration${file ? ` (${file} and the environment)` : ''} is not valid:\n${lines.join('\n')}`,
      fields: this.list.map((p): FieldError => ({ path: p.path, code: 'CONFIG', message: p.message })),
    })
  }
}

/** `clusters[0].properties["sasl.mechanism"]`: as a person would look for it. */
export function pathText(path: readonly PropertyKey[]): string {
  let text = ''
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`
    else if (/^[\w-]+$/.test(String(part))) text += text ? `.${String(part)}` : String(part)
    else text += `["${String(part)}"]`
  }
  return text
}

/**
 * Damerau-Levenshtein distance (adjacent transpositions count one), case and separators aside; bounded to
 * short names.
 */
function distance(a: string, b: string): number {
  const left = a.toLowerCase().replace(/[-_.]/g, '').slice(0, 64)
  const right = b.toLowerCase().replace(/[-_.]/g, '').slice(0, 64)
  const rows: number[][] = [Array.from({ length: right.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= left.length; i++) {
    const row = [i]
    for (let j = 1; j <= right.length; j++) {
      const same = left[i - 1] === right[j - 1]
      const swapped = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]
      row[j] = Math.min(
        (rows[i - 1]?.[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (rows[i - 1]?.[j - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (rows[i - 2]?.[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    rows.push(row)
  }
  return rows[left.length]?.[right.length] ?? 0
}

/** The known name that was probably meant, or null: at most two slips, three in names of ten letters or more. */
export function nearest(name: string, known: readonly string[]): string | null {
  let best: string | null = null
  let least = name.length >= 10 ? 4 : name.length >= 4 ? 3 : 2
  for (const candidate of known) {
    const d = distance(name, candidate)
    if (d < least) {
      least = d
      best = candidate
    }
  }
  return best
}
